"""Turns a meaning into what Elasticsearch is asked."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from elasticsearch.dsl import Q
from elasticsearch.dsl.query import Query

from search import ranking
from search.documents import CASE, recent_key
from search.meaning import Concept, Form, Meaning, Place, Wording

NOTHING = Q("match_none")


def begins(name: str, start: str) -> Query:
    """Words of a field that begin with folded letters."""
    return Q("prefix", **{name: {"value": start, "rewrite": "constant_score"}})


def constant(query: Query, score: float) -> Query:
    """A score that does not depend on words, on the scale of those that do."""
    return Q("constant_score", filter=query, boost=score * ranking.LUCENE_SCALE)


class Compiler:
    """Turns a meaning into one query over fields with their weights."""

    def __init__(self, weights: dict[str, float]) -> None:
        self.weights = weights

    def cases(self, meaning: Meaning) -> Query:
        """Cases that hold what is meant, ranked by how much they are about it."""
        by_words = self._by_words(meaning)
        if not meaning.first:
            return by_words
        steps = zip(range(len(meaning.first), 0, -1), meaning.first, strict=True)
        first = [
            constant(Q("term", page_id=page_id), step * ranking.FIRST_STEP)
            for step, page_id in steps
        ]
        either = Q("bool", should=[by_words, *first], minimum_should_match=1)
        return Q("bool", must=[either], filter=[Q("term", unit=CASE)])

    def _by_words(self, meaning: Meaning) -> Query:
        if meaning.is_nothing:
            return NOTHING
        must, must_not, should = self._wanted(meaning)
        filters = [Q("term", unit=CASE)]
        for chosen in meaning.filters:
            values = Q("terms", **{chosen.field: list(chosen.values)})
            (must_not if chosen.excluded else filters).append(values)
        if meaning.started_from or meaning.started_before:
            bounds = {"gte": meaning.started_from, "lt": meaning.started_before}
            kept = {sign: day for sign, day in bounds.items() if day}
            filters.append(Q("range", started=kept))
        must += [self._place(place) for place in meaning.places]
        if meaning.leanings:
            leaning = [
                constant(Q("term", **{lean.field: lean.value}), 10 * lean.weight)
                for lean in meaning.leanings
            ]
            must.append(Q("dis_max", queries=leaning))
        if meaning.is_scored:
            should += self._qualities()
        return Q("bool", must=must, must_not=must_not, should=should, filter=filters)

    def passages(self, meaning: Meaning) -> Query:
        """Passages that hold what is meant; nothing when it asks for what only cases have."""
        only_cases = meaning.filters or meaning.started_from or meaning.started_before
        if meaning.is_nothing or not meaning.is_scored or only_cases:
            return NOTHING
        must, must_not, should = self._wanted(meaning)
        named = [self._any(place.wordings) for place in meaning.places]
        (should if meaning.concepts or meaning.required else must).extend(named)
        must_not.append(Q("term", unit=CASE))
        return Q("bool", must=must, must_not=must_not, should=should)

    def _wanted(self, meaning: Meaning) -> tuple[list[Query], list[Query], list[Query]]:
        """What must, must not and should be found."""
        must = [self._concept(concept) for concept in meaning.required]
        must_not = [self._concept(concept) for concept in meaning.excluded]
        if meaning.concepts:
            concepts = [self._concept(concept) for concept in meaning.concepts]
            must.append(Q("bool", should=concepts, minimum_should_match=meaning.minimum))
        should = [self._concept(concept) for concept in meaning.helpful]
        should += [self._pair(pair) for pair in meaning.pairs]
        return must, must_not, should

    def _qualities(self) -> Iterable[Query]:
        """Completeness and freshness weigh lightly."""
        for quarters in range(1, 5):
            yield constant(Q("term", quarters=quarters), quarters * ranking.COMPLETENESS)
        now = datetime.now(UTC)
        for days, bonus in ranking.FRESHNESS:
            since = recent_key(now - timedelta(days=days))
            yield constant(Q("range", recent_key={"gte": since}), bonus)

    def _concept(self, concept: Concept) -> Query:
        return self._any(concept.wordings)

    def _any(self, wordings: Sequence[Wording]) -> Query:
        """The best of several wordings, the others a little."""
        found = []
        for wording in wordings:
            query = self._wording(wording)
            weighed = wording.weight != 1.0
            found.append(Q("bool", must=[query], boost=wording.weight) if weighed else query)
        if len(found) == 1:
            return found[0]
        return Q("dis_max", queries=found, tie_breaker=ranking.TIE_BREAKER)

    def _wording(self, wording: Wording) -> Query:
        if wording.form is Form.PREFIX:
            return self._best_field(
                lambda name, boost: constant(
                    begins(f"{name}.exact", wording.words[0]), boost * ranking.PREFIX_WEIGHT
                )
            )
        if wording.form is Form.EXACT:
            return self._phrase(wording.words, ".exact", 0)
        if wording.form is Form.KIN:
            return Q(
                "multi_match",
                query=" ".join(wording.words),
                fields=[f"{name}^{weight}" for name, weight in self.weights.items()],
                type="best_fields",
                tie_breaker=ranking.TIE_BREAKER,
            )
        if len(wording.words) == 1:
            return self._word(wording.words[0])
        if wording.form is Form.NEAR:
            return self._phrase(wording.words, "", ranking.NEAR_SLOP * (len(wording.words) - 1))
        return Q("bool", must=[self._word(word) for word in wording.words])

    def _best_field(self, query_of: Callable[[str, float], Query]) -> Query:
        queries = [query_of(name, boost) for name, boost in self.weights.items()]
        return Q("dis_max", queries=queries, tie_breaker=ranking.TIE_BREAKER)

    def _word(self, word: str) -> Query:
        """One word, in any field: the best place counts, the others a little."""
        fields = []
        for name, weight in self.weights.items():
            fields += [f"{name}^{weight}", f"{name}.exact^{weight * ranking.EXACT_BONUS}"]
        return Q(
            "multi_match",
            query=word,
            fields=fields,
            type="best_fields",
            operator="and",  # a word is one token, or several around an apostrophe
            tie_breaker=ranking.TIE_BREAKER,
        )

    def _phrase(self, words: Sequence[str], suffix: str, slop: int, weight: float = 1.0) -> Query:
        return Q(
            "multi_match",
            query=" ".join(words),
            fields=[f"{name}{suffix}^{boost * weight}" for name, boost in self.weights.items()],
            type="phrase",
            slop=slop,
            tie_breaker=ranking.TIE_BREAKER,
        )

    def _pair(self, pair: tuple[str, str]) -> Query:
        return self._phrase(pair, "", ranking.PAIR_SLOP, ranking.PAIR_WEIGHT)

    def _place(self, place: Place) -> Query:
        """Cases of the place, of what it contains, of what contains it, or that name it."""
        here = [
            ("places", place.codes, ranking.PLACE_ITSELF),
            ("territories", place.codes, ranking.PLACE_WITHIN),
            ("places", place.around, ranking.PLACE_AROUND),
        ]
        found = [
            constant(Q("terms", **{name: list(codes)}), score)
            for name, codes, score in here
            if codes
        ]
        found.append(constant(self._any(place.wordings), ranking.PLACE_NAMED))
        return Q("dis_max", queries=found)
