"""Tells which known words a misspelled one may stand for.

A word that French knows is no misspelling: whoever searches it wants it, not its neighbor. Knows no
engine and no database.
"""

import re
from collections.abc import Mapping
from typing import Any

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from search.analysis import stem
from search.lexicon import is_french

MAX_ALIKE = 20
MAX_CORRECTIONS = 1
MAX_MISSPELLED = 6
"""Beyond that many unknown words a text is not misspelled, it speaks of something else."""
LONG_WORD = 10
SHORTEST = 4
MIN_PART = 3
"""Letters of the shortest word that two words run together are parted into."""


def alike(word: str, vocabulary: Mapping[str, int]) -> dict[str, int]:
    """Words of `vocabulary` within reach of `word`, with their frequencies."""
    reach = edits_allowed(word)
    if not reach:
        return {}
    near = (other for other in vocabulary if abs(len(other) - len(word)) <= reach)
    scorer: Any = OSA.distance
    found = extract(word, near, scorer=scorer, score_cutoff=reach, limit=MAX_ALIKE)
    return {other: vocabulary[other] for other, _distance, _rank in found}


def edits_allowed(word: str) -> int:
    """How many letters may be wrong in a word of that length; a number is never misspelled."""
    if len(word) < SHORTEST or any(char.isdigit() for char in word):
        return 0
    return 1 if len(word) <= SHORTEST + 1 else 2


def may_be_meant(word: str) -> bool:
    """Whether a misspelled word may stand for this one: numbers and the shortest are nobody's aim."""
    return len(word) >= SHORTEST - 1 and not any(char.isdigit() for char in word)


def corrections(word: str, candidates: Mapping[str, int]) -> tuple[str, ...]:
    """The words among `candidates` that `word` likely stands for, the likeliest first.

    Those that sound the same, else the nearest; of equally near ones, those that begin alike, then
    the most frequent. Forms of one word count once. Nothing when French knows the word.
    """
    if is_french(word):
        return ()
    weighed = sorted(
        (_likeness(word, other), other[:1] != word[:1], -count, other)
        for other, count in candidates.items()
        if _is_likely(word, other)
    )
    best = [other for likeness, _begins, _count, other in weighed if likeness == weighed[0][0]]
    by_stem: dict[str, str] = {}
    for other in best:
        by_stem.setdefault(stem(other), other)
    return tuple(by_stem.values())[:MAX_CORRECTIONS]


def _likeness(word: str, other: str) -> int:
    """Smaller is more alike."""
    return distance(sound(word), sound(other)) + distance(word, other)


def _is_likely(word: str, other: str) -> bool:
    """One wrong letter, or two in a long word or in one that sounds nearly the same."""
    apart = distance(word, other)
    if apart <= 1:
        return True
    return len(word) >= LONG_WORD or distance(sound(word), sound(other)) == 0


_SOUNDS = (
    (re.compile(r"eau|au"), "o"),
    (re.compile(r"ai|ei|ae|oe"), "e"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"qu|ck|c(?![eiyh])|k|ch(?=[rl])"), "k"),
    (re.compile(r"c(?=[eiy])|ss|sc(?=[ei])|t(?=ion)"), "s"),
    (re.compile(r"g(?=[eiy])"), "j"),
    (re.compile(r"[ae](?=[nm](?![aeiouynm]))"), "a"),
    (re.compile(r"m(?=[pb])"), "n"),
    (re.compile(r"y"), "i"),
    (re.compile(r"z"), "s"),
    (re.compile(r"h"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"(?<=...)(?:es|s|t|x|e)$"), ""),
)


def sound(word: str) -> str:
    """Roughly how a folded word is said; words said alike are often written for one another."""
    for written, said in _SOUNDS:
        word = written.sub(said, word)
    return word


def distance(word: str, other: str) -> int:
    """Letters added, lost, changed or swapped between two words."""
    return int(OSA.distance(word, other))


def partings(word: str) -> list[tuple[str, str]]:
    """The ways in which `word` may be two words run together."""
    cuts = range(MIN_PART, len(word) - MIN_PART + 1)
    return [(word[:cut], word[cut:]) for cut in cuts]
