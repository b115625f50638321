"""What a reader means by a query: synonyms, places, operators' values and spelling, all together.

Reads the database and asks the engine whether words exist; searches nothing itself.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from weakref import WeakKeyDictionary

from casestudies.models import Territory
from search.analysis import fold, is_stop_word, stem
from search.backends import get_backend
from search.backends.base import SearchBackend
from search.labels import Labels, closed_labels
from search.lexicon import accented
from search.meaning import Meaning, compose, telling_words
from search.operators import resolve
from search.places import FoundPlace, recognize
from search.query import SearchQuery
from search.rules import active_rules
from search.spelling import MAX_MISSPELLED, corrections, partings
from search.synonyms import Rule, SynonymIndex
from search.syntax import DATES, Item, Kind, parse

PREPOSITIONS = (
    r"(?:\b(?:à|a|au|aux|de|du|des|en|sur|dans|pour|chez)\s+)?(?:\bd['’])?(?:\b(?:la|le|les)\s+)?"
)


@dataclass(frozen=True)
class Correction:
    """A word that no document holds, and what was searched in its place."""

    typed: str
    used: str


@dataclass(frozen=True)
class UnderstoodPlace:
    """A territory recognized in the text, and the text without it."""

    territory: Territory
    others: tuple[Territory, ...]
    typed: str
    text_without: str
    text_literal: str
    """The text with the place's words in quotes: searched as words."""


@dataclass(frozen=True)
class Understood:
    """A query, what it means, and how it was understood."""

    query: SearchQuery
    meaning: Meaning
    corrections: tuple[Correction, ...] = ()
    places: tuple[UnderstoodPlace, ...] = ()
    proposal: str = ""
    """Words that were not searched, but may have been meant."""

    @property
    def corrected_text(self) -> str:
        """The text with its corrections."""
        return self._with(lambda correction: correction.used)

    @property
    def literal_text(self) -> str:
        """The text with its misspelled words in quotes: searched as they were typed."""
        return self._with(lambda correction: f'"{correction.typed}"')

    def _with(self, replacement: Callable[[Correction], str]) -> str:
        text = self.query.text
        for correction in self.corrections:
            typed = re.compile(rf"\b{re.escape(correction.typed)}\b", re.I)
            text = typed.sub(replacement(correction), text)
        return text


def understand(query: SearchQuery, synonyms: SynonymIndex | None = None) -> Understood:
    """What `query` means; its facets are taken as recognized already. Raises `SearchUnavailable`."""
    if not query.text:
        return Understood(query, Meaning(leanings=query.leanings))
    if synonyms is None:
        synonyms = current_synonyms()
    reading = _Reading(synonyms)
    items = [reading.recognized(item) for item in parse(query.text)]
    items = [part for item in items for part in reading.without_places(item)]
    spelled = reading.spelling(items)
    meaning = compose(items, synonyms, spelled, text=query.text)
    places = tuple(found.place for found in reading.places)
    meaning = replace(
        meaning,
        places=places,
        leanings=query.leanings,
        is_nothing=meaning.is_nothing and not places,
    )
    return Understood(
        query=query,
        meaning=meaning,
        corrections=tuple(reading.corrections),
        places=tuple(_described(found, typed, query.text) for found, typed in reading.named),
        proposal=reading.proposal(query.text),
    )


def current_synonyms() -> SynonymIndex:
    """The rules in force, made ready once for as long as they do not change."""
    return _ready(active_rules())


@lru_cache(maxsize=2)
def _ready(rules: tuple[Rule, ...]) -> SynonymIndex:
    return SynonymIndex(rules)


def _described(found: FoundPlace, typed: str, text: str) -> UnderstoodPlace:
    words = [re.escape(word) for word in typed.split()]
    pattern = re.compile(PREPOSITIONS + r"\b" + r"[\W_]+".join(words) + r"\b", re.I)
    without = " ".join(pattern.sub(" ", text, count=1).split()).strip(" ,;-")
    bare = re.compile(r"\b" + r"[\W_]+".join(words) + r"\b", re.I)
    literal = bare.sub(lambda match: f'"{match[0]}"', text, count=1)
    return UnderstoodPlace(found.territory, found.others, typed, without, literal)


@dataclass
class _Reading:
    """Collects what is found out while the items of one query are read."""

    synonyms: SynonymIndex
    named: list[tuple[FoundPlace, str]] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    proposals: dict[str, str] = field(default_factory=dict)
    _closed: Mapping[str, Labels] | None = None

    @property
    def places(self) -> Iterable[FoundPlace]:
        """The territories found."""
        return (found for found, _typed in self.named)

    def recognized(self, item: Item) -> Item:
        """A field with the identifiers of what was asked, or plain words if nothing is called so."""
        if item.kind is not Kind.FIELD or item.parameter in DATES:
            return item
        if self._closed is None:
            self._closed = closed_labels()
        values = [
            value for asked in item.values for value in resolve(item.parameter, asked, self._closed)
        ]
        if values:
            return replace(item, values=tuple(dict.fromkeys(values)))
        typed = tuple(word for asked in item.values for word in asked.split())
        words = tuple(map(fold, typed))
        return Item(Kind.WORDS, words, typed, item.excluded)

    def without_places(self, item: Item) -> list[Item]:
        """Plain words without those that name a territory."""
        if item.kind is not Kind.WORDS or item.excluded or len(item.words) != len(item.typed):
            return [item]
        parts: list[Item] = []
        position = 0
        for found in recognize(item.typed):
            if self.synonyms.covers(item.words[found.start : found.end]):
                continue
            self.named.append((found, " ".join(item.typed[found.start : found.end])))
            parts.append(_part(item, position, found.start))
            position = found.end
        parts.append(_part(item, position, len(item.words)))
        return [part for part in parts if part.words]

    def spelling(self, items: Sequence[Item]) -> dict[str, tuple[str, ...]]:
        """For each misspelled word, the words it may stand for."""
        run = [
            (word, typed)
            for item in items
            if item.kind is Kind.WORDS and not item.excluded
            for word, typed in zip(item.words, item.typed, strict=False)
        ]
        telling = telling_words(word for word, _typed in run)
        typed_as = {
            word: typed
            for word, typed in run
            if word in telling and not self.synonyms.covers((word,))
        }
        similar = unknown_words(typed_as)
        if not similar or len(similar) > MAX_MISSPELLED:
            return {}
        found: dict[str, tuple[str, ...]] = {}
        for word, candidates in similar.items():
            best = corrections(word, candidates) or _parted(word)
            if best:
                found[word] = best
                used = " ".join(map(accented, best[0].split()))
                self.corrections.append(Correction(typed_as[word], used))
            elif candidates:
                nearest = max(
                    candidates, key=lambda other: (other[:1] == word[:1], candidates[other])
                )
                self.proposals[typed_as[word]] = accented(nearest)
        return found

    def proposal(self, text: str) -> str:
        """The text with what may have been meant."""
        if not self.proposals:
            return ""
        for typed, other in self.proposals.items():
            text = text.replace(typed, other)
        return text


def _part(item: Item, start: int, end: int) -> Item:
    return replace(item, words=item.words[start:end], typed=item.typed[start:end])


def _parted(word: str) -> tuple[str, ...]:
    """Two words run together, if both exist."""
    cuts = [cut for cut in partings(word) if not any(map(is_stop_word, cut))]
    if not cuts:
        return ()
    missing = get_backend().similar_words({part for cut in cuts for part in cut})
    whole = [cut for cut in cuts if not missing.keys() & set(cut)]
    longest = sorted(whole, key=lambda cut: -min(map(len, cut)))
    return (" ".join(longest[0]),) if longest else ()


# --- Which words exist

MAX_KNOWN = 20_000
_known: WeakKeyDictionary[SearchBackend, set[str]] = WeakKeyDictionary()


def unknown_words(words: Iterable[str]) -> Mapping[str, Mapping[str, int]]:
    """Those of `words` that no document holds, with words that look like them.

    A word that was held once is taken for known by this process from then on: at worst, a misspelled
    word is not noticed.
    """
    backend = get_backend()
    known = _known.setdefault(backend, set())
    asked = [word for word in words if stem(word) not in known]
    if not asked:
        return {}
    unknown = backend.similar_words(asked)
    if len(known) > MAX_KNOWN:
        known.clear()
    known.update(stem(word) for word in asked if word not in unknown)
    return unknown
