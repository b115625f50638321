"""Words that stand for one another, and what a run of searched words also means by them.

Rules are compared without gender and number: one on "objet connecté" serves "objets connectés". Knows no
engine and no database: `search.rules` says which rules are in force.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from search.analysis import is_stop_word, singular, words_of
from search.ranking import ONE_WAY_WEIGHT, TWO_WAY_WEIGHT

MAX_SYNONYMS = 8
"""How many other wordings of one expression are searched; each costs a clause."""
MAX_WORDS = 8

Key = tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """Searching `left` also finds `right`, and the other way round when it is two-way."""

    left: str
    right: str
    two_way: bool = True


@dataclass(frozen=True)
class Synonym:
    """Another wording: its telling words, folded, and how much a text in it weighs."""

    words: tuple[str, ...]
    weight: float


@dataclass(frozen=True)
class Segment:
    """Words `start` to `end` (excluded) of a run, and the other wordings of what they say."""

    start: int
    end: int
    synonyms: tuple[Synonym, ...]


def parse_rules(lines: Iterable[str]) -> list[Rule]:
    """Rules written `A = B` or `A > B`, one per line; `#` starts a comment. Raises `ValueError`."""
    rules = []
    for number, line in enumerate(lines, start=1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        sign = next((sign for sign in ("=", ">") if sign in text), None)
        left, _sign, right = text.partition(sign or "=")
        if not sign or not telling_words(left) or not telling_words(right):
            raise ValueError(f"line {number} is not a rule: {text[:80]}")
        rules.append(Rule(left.strip(), right.strip(), sign == "="))
    return rules


def telling_words(text: str) -> tuple[str, ...]:
    """The words of one side of a rule that are compared and searched."""
    words = words_of(text)[:MAX_WORDS]
    return tuple(word for word in words if not is_stop_word(word)) or words


class SynonymIndex:
    """Rules made ready for looking up; immutable."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self.rules = tuple(rules)

    @cached_property
    def _wordings(self) -> dict[Key, tuple[str, ...]]:
        """One spelling of each expression that a rule names."""
        found: dict[Key, tuple[str, ...]] = {}
        for rule in self.rules:
            for side in (rule.left, rule.right):
                words = telling_words(side)
                found.setdefault(tuple(map(singular, words)), words)
        return found

    @cached_property
    def _equivalents(self) -> dict[Key, set[Key]]:
        found: dict[Key, set[Key]] = defaultdict(set)
        for left, right, two_way in self._pairs():
            if two_way:
                found[left].add(right)
                found[right].add(left)
        return found

    @cached_property
    def _broader(self) -> dict[Key, set[Key]]:
        found: dict[Key, set[Key]] = defaultdict(set)
        for left, right, two_way in self._pairs():
            if not two_way:
                found[left].add(right)
        return found

    def _pairs(self) -> Iterable[tuple[Key, Key, bool]]:
        for rule in self.rules:
            sides = [tuple(map(singular, telling_words(side))) for side in (rule.left, rule.right)]
            if sides[0] != sides[1]:
                yield sides[0], sides[1], rule.two_way

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._wordings), default=0)

    @cached_property
    def _synonyms(self) -> dict[Key, tuple[Synonym, ...]]:
        return {key: self._synonyms_of(key) for key in self._wordings}

    def _synonyms_of(self, key: Key) -> tuple[Synonym, ...]:
        """Equivalents of equivalents too; broader words only of what was itself asked."""
        alike = {key}
        waiting = [key]
        while waiting:
            found = self._equivalents.get(waiting.pop(), set()) - alike
            alike |= found
            waiting += found
        broader = {wide for same in alike for wide in self._broader.get(same, ())} - alike
        weighed = [(other, TWO_WAY_WEIGHT) for other in sorted(alike - {key})]
        weighed += [(other, ONE_WAY_WEIGHT) for other in sorted(broader)]
        return tuple(
            Synonym(self._wordings[other], weight) for other, weight in weighed[:MAX_SYNONYMS]
        )

    def covers(self, words: Sequence[str]) -> bool:
        """Whether a rule is about these words, folded."""
        return tuple(map(singular, words)) in self._wordings

    def expand(self, words: Sequence[str]) -> list[Segment]:
        """The expressions among `words` (telling ones, folded) that have synonyms, longest first."""
        key = tuple(map(singular, words))
        segments = []
        position = 0
        while position < len(words):
            for length in range(min(self._longest, len(words) - position), 0, -1):
                synonyms = self._synonyms.get(key[position : position + length])
                if synonyms:
                    segments.append(Segment(position, position + length, synonyms))
                    position += length
                    break
            else:
                position += 1
        return segments


NO_SYNONYMS = SynonymIndex()
