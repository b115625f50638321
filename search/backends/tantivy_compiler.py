"""Turns a meaning into what Tantivy is asked."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from tantivy import FieldType, Occur, Query, Schema

from search import analysis
from search import ranking as weights
from search.backends.tantivy_fields import exact
from search.documents import CASE, recent_key
from search.meaning import Concept, Form, Meaning, Place, Wording

FieldQuery = Callable[[str], Query]
"""What to ask of a field, by its name."""


def begins(fields: Schema, name: str, start: str) -> Query:
    """Words of a field that begin with folded letters; the pattern holds no other sign."""
    letters = "".join(char for char in start if char.isalnum())
    return Query.regex_query(fields, name, f"{letters}.*") if letters else Query.empty_query()


class Compiler:
    """Turns a meaning into one query over fields with their weights."""

    def __init__(self, fields: Schema, boosts: dict[str, float]) -> None:
        self.fields = fields
        self.boosts = boosts

    def cases(self, meaning: Meaning) -> Query:
        """Cases that hold what is meant, ranked by how much they are about it."""
        by_words = self._by_words(meaning)
        if not meaning.first:
            return by_words
        steps = zip(range(len(meaning.first), 0, -1), meaning.first, strict=True)
        first = [
            Query.const_score_query(
                Query.term_query(self.fields, "page_id", page_id), step * weights.FIRST_STEP
            )
            for step, page_id in steps
        ]
        either = [(Occur.Should, query) for query in (by_words, *first)]
        unit = self._unscored(Query.term_query(self.fields, "unit", CASE))
        return Query.boolean_query([(Occur.Must, unit), (Occur.Must, Query.boolean_query(either))])

    def _by_words(self, meaning: Meaning) -> Query:
        if meaning.is_nothing:
            return Query.empty_query()
        clauses = [(Occur.Must, self._unscored(Query.term_query(self.fields, "unit", CASE)))]
        clauses += self._wanted(meaning)
        clauses += self._narrowed(meaning)
        clauses += [(Occur.Must, self._place(place)) for place in meaning.places]
        if meaning.leanings:
            leaning = [
                Query.const_score_query(
                    Query.term_query(self.fields, lean.field, lean.value), 10 * lean.weight
                )
                for lean in meaning.leanings
            ]
            clauses.append((Occur.Must, Query.disjunction_max_query(leaning)))
        if meaning.is_scored:
            clauses += self._qualities()
        return Query.boolean_query(clauses)

    def passages(self, meaning: Meaning) -> Query:
        """Passages that hold what is meant; nothing when it asks for what only cases have."""
        only_cases = meaning.filters or meaning.started_from or meaning.started_before
        if meaning.is_nothing or not meaning.is_scored or only_cases:
            return Query.empty_query()
        clauses = [(Occur.MustNot, Query.term_query(self.fields, "unit", CASE))]
        clauses += self._wanted(meaning)
        named = [self._any(place.wordings) for place in meaning.places]
        occur = Occur.Should if meaning.concepts or meaning.required else Occur.Must
        return Query.boolean_query([*clauses, *((occur, place) for place in named)])

    def _wanted(self, meaning: Meaning) -> list[tuple[Occur, Query]]:
        clauses = [(Occur.Must, self._concept(concept)) for concept in meaning.required]
        clauses += [(Occur.MustNot, self._concept(concept)) for concept in meaning.excluded]
        if meaning.concepts:
            concepts = [(Occur.Should, self._concept(concept)) for concept in meaning.concepts]
            clauses.append((Occur.Must, Query.boolean_query(concepts, meaning.minimum)))
        clauses += [(Occur.Should, self._concept(concept)) for concept in meaning.helpful]
        clauses += [(Occur.Should, self._pair(pair)) for pair in meaning.pairs]
        return clauses

    def _narrowed(self, meaning: Meaning) -> Iterable[tuple[Occur, Query]]:
        for chosen in meaning.filters:
            values = Query.term_set_query(self.fields, chosen.field, list(chosen.values))
            if chosen.excluded:
                yield Occur.MustNot, values
            else:
                yield Occur.Must, self._unscored(values)
        if meaning.started_from or meaning.started_before:
            within = Query.range_query(
                self.fields,
                "started",
                FieldType.Unsigned,
                lower_bound=meaning.started_from or 1,
                upper_bound=meaning.started_before,
                include_upper=meaning.started_before is None,
            )
            yield Occur.Must, self._unscored(within)

    def _qualities(self) -> Iterable[tuple[Occur, Query]]:
        """Completeness and freshness weigh lightly."""
        for quarters in range(1, 5):
            complete = Query.term_query(self.fields, "quarters", quarters)
            bonus = quarters * weights.COMPLETENESS
            yield Occur.Should, Query.const_score_query(complete, bonus)
        now = datetime.now(UTC)
        for days, bonus in weights.FRESHNESS:
            fresh = Query.range_query(
                self.fields,
                "recent_key",
                FieldType.Unsigned,
                lower_bound=recent_key(now - timedelta(days=days)),
            )
            yield Occur.Should, Query.const_score_query(fresh, bonus)

    def _concept(self, concept: Concept) -> Query:
        return self._any(concept.wordings)

    def _any(self, wordings: Sequence[Wording]) -> Query:
        """The best of several wordings, the others a little."""
        found = []
        for wording in wordings:
            query = self._wording(wording)
            weighed = wording.weight != 1.0
            found.append(Query.boost_query(query, wording.weight) if weighed else query)
        if len(found) == 1:
            return found[0]
        return Query.disjunction_max_query(found, weights.TIE_BREAKER)

    def _wording(self, wording: Wording) -> Query:
        if wording.form is Form.PREFIX:
            return self._best_field(
                lambda name: begins(self.fields, exact(name), wording.words[0]),
                weights.PREFIX_WEIGHT,
            )
        if wording.form is Form.EXACT:
            return self._best_field(
                lambda name: self._phrase(exact(name), analysis.EXACT, wording.words, 0)
            )
        if wording.form is Form.KIN:
            return self._best_field(lambda name: self._kin(name, wording.words))
        if len(wording.words) == 1:
            return self._word(wording.words[0])
        if wording.form is Form.NEAR:
            slop = weights.NEAR_SLOP * (len(wording.words) - 1)
            return self._best_field(
                lambda name: self._phrase(name, analysis.STEMMED, wording.words, slop)
            )
        words = [(Occur.Must, self._word(word)) for word in wording.words]
        return Query.boolean_query(words)

    def _best_field(self, query_of: FieldQuery, weight: float = 1.0) -> Query:
        fields = [
            Query.boost_query(query_of(name), boost * weight) for name, boost in self.boosts.items()
        ]
        return Query.disjunction_max_query(fields, weights.TIE_BREAKER)

    def _word(self, word: str) -> Query:
        """One word, in any field: the best place counts, the others a little."""
        stems = analysis.stems(word)
        places = []
        for name, weight in self.boosts.items():
            if stems:
                places.append(Query.boost_query(self._every(name, stems), weight))
            found = Query.term_query(self.fields, exact(name), word)
            places.append(Query.boost_query(found, weight * weights.EXACT_BONUS))
        return Query.disjunction_max_query(places, weights.TIE_BREAKER)

    def _every(self, field: str, tokens: Sequence[str]) -> Query:
        """A word is one token, or several around an apostrophe."""
        terms = [Query.term_query(self.fields, field, token) for token in tokens]
        return (
            terms[0] if len(terms) == 1 else Query.boolean_query([(Occur.Must, t) for t in terms])
        )

    def _kin(self, field: str, words: Sequence[str]) -> Query:
        found = [token for word in words for token in analysis.stems(word)]
        terms = [
            (Occur.Should, Query.term_query(self.fields, field, token))
            for token in dict.fromkeys(found)
        ]
        return Query.boolean_query(terms)

    def _phrase(self, field: str, analyzer: str, words: Sequence[str], slop: int) -> Query:
        analyze = analysis.tantivy_analyzers()[analyzer].analyze
        tokens = [(rank, token) for rank, word in enumerate(words) for token in analyze(word)]
        if not tokens:
            return Query.empty_query()
        if len(tokens) == 1:
            return Query.term_query(self.fields, field, tokens[0][1])
        first = tokens[0][0]
        placed = [(rank - first, token) for rank, token in tokens]
        return Query.phrase_query(self.fields, field, placed, slop)  # type: ignore[arg-type]

    def _pair(self, pair: tuple[str, str]) -> Query:
        slop, weight = weights.PAIR_SLOP, weights.PAIR_WEIGHT
        return self._best_field(
            lambda name: self._phrase(name, analysis.STEMMED, pair, slop), weight
        )

    def _place(self, place: Place) -> Query:
        """Cases of the place, of what it contains, of what contains it, or that name it."""
        here = [
            ("places", place.codes, weights.PLACE_ITSELF),
            ("territories", place.codes, weights.PLACE_WITHIN),
            ("places", place.around, weights.PLACE_AROUND),
        ]
        found = [
            Query.const_score_query(Query.term_set_query(self.fields, name, list(codes)), score)
            for name, codes, score in here
            if codes
        ]
        found.append(Query.const_score_query(self._any(place.wordings), weights.PLACE_NAMED))
        return Query.disjunction_max_query(found)

    @staticmethod
    def _unscored(query: Query) -> Query:
        return Query.const_score_query(query, 0.0)
