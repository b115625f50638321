"""What somebody is typing: its words, which names they begin, and the letters found in a name.

Must not know an engine, nor read the database: it works on text that others have read.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from casestudies.reference.names import name_key
from search.analysis import fold, is_stop_word, visible_text, words_of

MIN_LETTERS = 2
MAX_TYPED = 100
MAX_WORDS = 8
INSIDE = 4
"""Letters from which a part is looked for inside words too: shorter ones are in everything."""

Row = TypeVar("Row", bound=tuple[Any, ...])

key_of = lru_cache(maxsize=5_000)(name_key)
"""`name_key`, which is slow, remembered: the same few names are compared at every letter."""

_folded = lru_cache(maxsize=1_000)(fold)
_ALNUM = re.compile(r"[^\W_]+")
_WORD_START = r"(?<![^\W_])"


@dataclass(frozen=True)
class Typed:
    """A text that stops anywhere, even in the middle of a word.

    Names match when each word of the text begins one of theirs; all that is compared is in the form
    that `name_key` gives. Each word is a tuple of ways to read it: the last one, "st", may be the
    beginning of "strasbourg" as well as a saint.
    """

    text: str
    words: tuple[tuple[str, ...], ...]

    @classmethod
    def read(cls, typed: str) -> "Typed":
        """Read anything; what is too long to be a name, or too short to be one, has no words."""
        text = visible_text(typed[: 2 * MAX_TYPED])
        parts = [part for word in words_of(text) for part in _ALNUM.findall(word)]
        if len(text) > MAX_TYPED or sum(map(len, parts)) < MIN_LETTERS or len(parts) > MAX_WORDS:
            return cls(text, ())
        readings: list[tuple[str, ...]] = [(key_of(part) or part,) for part in parts]
        if parts[-1] not in readings[-1]:
            readings[-1] = (*readings[-1], parts[-1])
        return cls(text, tuple(readings))

    @property
    def key(self) -> str:
        """The whole text in the form of names; a name equal to it is the one that was meant."""
        return key_of(self.text)

    @property
    def title_words(self) -> tuple[str, ...]:
        """Folded words to look for in titles, the last one unfinished; articles tell nothing there."""
        words = words_of(self.text)
        return tuple(word for word in words if not is_stop_word(word)) or words

    @property
    def longest(self) -> int:
        """Length of the longest word."""
        return max((len(reading) for word in self.words for reading in word), default=0)

    def begins(self, key: str) -> bool:
        """Whether each word begins a word of the name that has this `key`."""
        spaced = f" {key}"
        return all(any(f" {reading}" in spaced for reading in word) for word in self.words)

    def sift(self, rows: Iterable[Row], place: int) -> list[Row]:
        """Those of many `rows` whose name, at `place`, begins so.

        Most are put aside by their longest word, which costs little.
        """
        likely: list[Row] = []
        kept = list(rows)
        for part in max(self.words, key=lambda word: len(word[0])):
            likely += [row for row in kept if part in row[place]]
        return [row for row in dict.fromkeys(likely) if self.begins(row[place])]

    def is_inside(self, key: str) -> bool:
        """Whether long words are anywhere in the name, and short ones begin one of its words."""
        spaced = f" {key}"
        return all(
            any(
                (reading if len(reading) >= INSIDE else f" {reading}") in spaced for reading in word
            )
            for word in self.words
        )

    def mark(self, name: str, *, inside: bool = False) -> tuple[str, ...]:
        """`name` in pieces: what stands at odd places is what was typed."""
        pieces, end = [], 0
        for start, stop in self._found(name, inside):
            pieces += [name[end:start], name[start:stop]]
            end = stop
        return (*pieces, name[end:])

    def _found(self, name: str, inside: bool) -> list[tuple[int, int]]:
        """Where letters of the text are found in `name`, in order and apart from one another."""
        # One letter may be folded into two (œ), or none (a combining accent).
        folded = [(letter, place) for place, sign in enumerate(name) for letter in _folded(sign)]
        text = "".join(letter for letter, _place in folded)
        places = [place for _letter, place in folded] + [len(name)]
        spans = []
        for reading in {reading for word in self.words for reading in word}:
            start = "" if inside and len(reading) >= INSIDE else _WORD_START
            for match in re.finditer(start + re.escape(reading), text):
                last = places[match.end() - 1] + 1
                spans.append((places[match.start()], max(places[match.end()], last)))
        apart: list[tuple[int, int]] = []
        for begin, stop in sorted(spans):
            if apart and begin <= apart[-1][1]:
                apart[-1] = (apart[-1][0], max(stop, apart[-1][1]))
            else:
                apart.append((begin, stop))
        return apart
