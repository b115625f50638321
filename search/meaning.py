"""What a search means: concepts, each with its wordings. What every engine compiles.

Engine-free and database-free; `search.understanding` supplies what only the database knows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import pairwise

from search.analysis import (
    AUXILIARIES,
    QUESTION_WORDS,
    WEAK_WORDS,
    is_stop_word,
    stem,
    words_of,
)
from search.facets import BY_PARAMETER
from search.lexicon import inflections, relatives
from search.ranking import CORRECTION_WEIGHT, INFLECTION_WEIGHT, MAX_PAIRS, RELATIVE_WEIGHT
from search.synonyms import NO_SYNONYMS, SynonymIndex
from search.syntax import DATES, PARTNER, Item, Kind, day_number, parse

LONG_QUESTION = 4
"""Words from which a sentence may be read as a question."""
_ASKING = """
combien comment est existe ou peut pourquoi quand que quel quelle quelles quels qui quoi
"""
ASKING = frozenset(_ASKING.split())
"""Words that a question begins with."""
ENOUGH_TO_CHOOSE = 3
"""Words from which some may be weaker than others."""


class Form(Enum):
    """How the words of a wording must be found."""

    TOGETHER = "together"
    """All of them, anywhere in a document."""
    NEAR = "near"
    """In a row or nearly."""
    EXACT = "exact"
    """In a row, exactly as typed but for case and accents."""
    KIN = "kin"
    """Any of them: other forms of one word."""
    PREFIX = "prefix"
    """A word that begins so."""


@dataclass(frozen=True)
class Wording:
    """One way of saying something."""

    words: tuple[str, ...]
    form: Form = Form.TOGETHER
    weight: float = 1.0


@dataclass(frozen=True)
class Concept:
    """Something a document must speak of, in any of its wordings."""

    wordings: tuple[Wording, ...]

    @property
    def is_weak(self) -> bool:
        """Whether all of its words, as they were typed, are too common to narrow."""
        return all(word in WEAK_WORDS for word in self.wordings[0].words)


@dataclass(frozen=True)
class Filter:
    """A field of documents that must hold, or must not hold, one of some values."""

    field: str
    values: tuple[str, ...]
    excluded: bool = False


@dataclass(frozen=True)
class Place:
    """A territory named in the text."""

    codes: tuple[str, ...]
    """Several when it has homonyms as likely meant."""
    around: tuple[str, ...]
    """Codes of the intercommunalities that contain it."""
    wordings: tuple[Wording, ...]
    """How texts name it."""


@dataclass(frozen=True)
class Leaning:
    """A value to be found under, and how much it is what was asked, from 0 to 1."""

    field: str
    value: str
    weight: float


@dataclass(frozen=True)
class Meaning:
    """What is searched. Empty: everything."""

    concepts: tuple[Concept, ...] = ()
    """At least `minimum` of them must be found."""
    minimum: int = 0
    helpful: tuple[Concept, ...] = ()
    """Found or not, they rank."""
    required: tuple[Concept, ...] = ()
    excluded: tuple[Concept, ...] = ()
    filters: tuple[Filter, ...] = ()
    places: tuple[Place, ...] = ()
    leanings: tuple[Leaning, ...] = ()
    """At least one of them must be found; they rank by weight."""
    started_from: int | None = None
    """Projects begun on this day or later, as 20190131."""
    started_before: int | None = None
    first: tuple[int, ...] = ()
    """Cases to find whatever their words, in this order before all others."""
    is_nothing: bool = False
    """Something was typed, and nothing in it can be searched."""
    has_operators: bool = False
    is_question: bool = False
    asked: tuple[str, ...] = ()
    """The telling words, in order."""

    @property
    def is_scored(self) -> bool:
        """Whether documents differ by how well they match."""
        return bool(self.concepts or self.required or self.places or self.leanings or self.first)

    @property
    def searched_words(self) -> tuple[str, ...]:
        """Every word that may be marked in what is shown."""
        groups: list[Concept | Place] = [
            *self.concepts,
            *self.helpful,
            *self.required,
            *self.places,
        ]
        words = (word for group in groups for w in group.wordings for word in w.words)
        return tuple(dict.fromkeys(words))

    @property
    def prefixes(self) -> tuple[str, ...]:
        """Beginnings of words that may be marked."""
        wordings = (w for concept in (*self.concepts, *self.required) for w in concept.wordings)
        return tuple(w.words[0] for w in wordings if w.form is Form.PREFIX)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Words asked side by side: found side by side, they tell more."""
        return tuple(pairwise(self.asked))[:MAX_PAIRS]


def read(
    text: str,
    synonyms: SynonymIndex = NO_SYNONYMS,
    corrections: Mapping[str, Sequence[str]] | None = None,
) -> Meaning:
    """What `text` means by itself: fields are taken for identifiers, no place is recognized."""
    return compose(parse(text), synonyms, corrections, text=text)


def compose(
    items: Sequence[Item],
    synonyms: SynonymIndex = NO_SYNONYMS,
    corrections: Mapping[str, Sequence[str]] | None = None,
    *,
    text: str,
) -> Meaning:
    """The meaning of `items`, the parts of `text`.

    `corrections` give, for a misspelled word, the words it may stand for, the likeliest first.
    """
    reader = _Reader(synonyms, corrections or {})
    meaning = Meaning()
    has_others = any(item.kind is not Kind.WORDS and not item.excluded for item in items)
    plain = [item for item in items if item.kind is Kind.WORDS and not item.excluded]
    telling = telling_words([word for item in plain for word in item.words], has_others)
    for item in items:
        meaning = reader.add(meaning, item, telling)
    meaning = replace(
        meaning,
        has_operators=any(item.kind is not Kind.WORDS or item.excluded for item in items),
        is_question=asks(text),
        asked=tuple(word for item in plain for word in item.words if word in telling),
    )
    meaning = weighed(meaning)
    return replace(meaning, is_nothing=bool(text) and meaning_is_empty(meaning))


def weighed(meaning: Meaning) -> Meaning:
    """`meaning` in which weak words are taken for found, and with how many others must be."""
    strong = [concept for concept in meaning.concepts if not concept.is_weak]
    weak = [concept for concept in meaning.concepts if concept.is_weak]
    count = len(meaning.concepts)
    if not strong or len(meaning.asked) < ENOUGH_TO_CHOOSE:
        strong, weak = list(meaning.concepts), []
    if meaning.is_question:
        minimum = required_concepts(len(strong), question=True)
    else:
        minimum = max(required_concepts(count) - len(weak), -(-len(strong) // 2))
    return replace(
        meaning,
        concepts=tuple(strong),
        helpful=tuple(weak),
        minimum=minimum,
    )


def meaning_is_empty(meaning: Meaning) -> bool:
    """Whether nothing at all is asked."""
    asked = (meaning.concepts, meaning.required, meaning.excluded, meaning.filters, meaning.places)
    return not any(asked) and meaning.started_from is meaning.started_before is None


def telling_words(words: Iterable[str], has_others: bool = False) -> frozenset[str]:
    """The words worth searching: not stop words nor those of a question, unless there is nothing else."""
    distinct = frozenset(words)
    telling = frozenset(word for word in distinct if not is_stop_word(word))
    told = telling - QUESTION_WORDS
    if told or has_others:
        return told
    return telling or distinct


def asks(text: str) -> bool:
    """Whether a text reads like a question."""
    words = words_of(text)
    if len(words) < LONG_QUESTION:
        return False
    return text.rstrip().endswith("?") or words[0] in ASKING


def required_concepts(count: int, question: bool = False) -> int:
    """How many of `count` concepts a document must hold: all of two, most of many, two fifths of a question's."""
    if question:
        return -(-count * 2 // 5)
    if count <= 2:
        return count
    return count - 1 if count <= 4 else -(-count * 7 // 10)


def kin(word: str) -> list[Wording]:
    """Other forms of a word, and the words of its family."""
    forms = inflections(word)
    family = tuple(other for other in relatives(word) if other not in forms)
    kinds = ((forms, INFLECTION_WEIGHT), (family, RELATIVE_WEIGHT))
    return [Wording(words, Form.KIN, weight) for words, weight in kinds if words]


@dataclass
class _Reader:
    """Turns items into parts of a meaning."""

    synonyms: SynonymIndex
    corrections: Mapping[str, Sequence[str]]
    seen: set[str] = field(default_factory=set)
    """Stems already asked: a word typed twice counts once."""

    def add(self, meaning: Meaning, item: Item, telling: frozenset[str]) -> Meaning:
        """`meaning` with what `item` asks."""
        if item.kind is Kind.FIELD:
            return _with_field(meaning, item)
        if item.kind is Kind.WORDS and not item.excluded:
            asked = [
                word
                for before, word in pairwise(("", *item.words))
                if word in telling and not (word == "ete" and before in AUXILIARIES)
            ]
            return replace(meaning, concepts=(*meaning.concepts, *self.concepts(asked)))
        concept = self.concept(item)
        if not concept:
            return meaning
        if item.excluded:
            return replace(meaning, excluded=(*meaning.excluded, concept))
        return replace(meaning, required=(*meaning.required, concept))

    def concepts(self, words: list[str]) -> list[Concept]:
        """Words in a row, expressions with synonyms taken as one."""
        found: list[Concept] = []
        segments = {segment.start: segment for segment in self.synonyms.expand(words)}
        position = 0
        while position < len(words):
            segment = segments.get(position)
            end = segment.end if segment else position + 1
            asked = tuple(words[position:end])
            position = end
            key = " ".join(map(stem, asked))
            if key in self.seen:
                continue
            self.seen.add(key)
            others = segment.synonyms if segment else ()
            wordings = self.wordings(asked)
            wordings += [
                Wording(o.words, Form.NEAR if len(o.words) > 1 else Form.TOGETHER, o.weight)
                for o in others
            ]
            found.append(Concept(tuple(wordings)))
        return found

    def wordings(self, words: tuple[str, ...]) -> list[Wording]:
        """The words as typed, then as they may have been meant."""
        found = [Wording(words)]
        if len(words) == 1:
            weight = CORRECTION_WEIGHT
            for other in self.corrections.get(words[0], ()):
                parts = tuple(other.split())
                form = Form.NEAR if len(parts) > 1 else Form.TOGETHER
                found.append(Wording(parts, form, weight))
                weight *= CORRECTION_WEIGHT
            found += kin(words[0])
        return found

    def concept(self, item: Item) -> Concept | None:
        """A phrase, a beginning, a single word or a choice between some."""
        if item.kind is Kind.EITHER:
            options = [self.concept(option) for option in item.options]
            wordings = [w for option in options if option for w in option.wordings]
            return Concept(tuple(wordings)) if wordings else None
        if not item.words:
            return None
        if item.kind is Kind.PHRASE:
            return Concept((Wording(item.words, Form.EXACT),))
        if item.kind is Kind.PREFIX:
            return Concept((Wording(item.words, Form.PREFIX),))
        return Concept((Wording(item.words), *kin(item.words[0])))


def _with_field(meaning: Meaning, item: Item) -> Meaning:
    if item.parameter in DATES:
        return _with_date(meaning, item)
    field_name = document_field(item.parameter)
    chosen = Filter(field_name, item.values, item.excluded)
    return replace(meaning, filters=(*meaning.filters, chosen))


def document_field(parameter: str) -> str:
    """The field of documents that an operator filters."""
    return "participants" if parameter == PARTNER else BY_PARAMETER[parameter].field


def _with_date(meaning: Meaning, item: Item) -> Meaning:
    day = day_number(item.values[0])
    if day is None or item.excluded:
        return meaning
    if item.parameter == "avant":
        return replace(meaning, started_before=min(day, meaning.started_before or day))
    return replace(meaning, started_from=max(day, meaning.started_from or day))
