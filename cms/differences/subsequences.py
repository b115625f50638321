"""What two sequences have in common, in a time that their length bounds and their content does not.

Sequences are spelled, a character for each distinct value: rapidfuzz then compares 64 of them at once.
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Indel, LCSseq

MAX_PRODUCT = 36_000_000
"""Of the lengths of two sequences that are compared item by item: 5 MB and 10 ms."""
MAX_SPELLED = 300
"""Words by which two texts are told to be alike."""
LAST_CHARACTER = 0x10FFFF


class Common(NamedTuple):
    """A run that stands at `before` in one sequence and at `after` in the other."""

    before: int
    after: int
    size: int


class Speller:
    """Writes sequences as strings in which equal values are the same character."""

    def __init__(self) -> None:
        self.alphabet: dict[Hashable, str] = {}

    def spell(self, values: Iterable[Hashable]) -> str:
        """One character for each value."""
        alphabet = self.alphabet
        return "".join(
            alphabet.setdefault(value, chr(min(len(alphabet), LAST_CHARACTER))) for value in values
        )


def common_runs(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[Common]:
    """A longest common subsequence, as runs in order.

    Of sequences too long for it, only what they begin and end with in common.
    """
    shortest = min(len(before), len(after))
    start = 0
    while start < shortest and before[start] == after[start]:
        start += 1
    end = 0
    while end < shortest - start and before[-1 - end] == after[-1 - end]:
        end += 1
    middles = before[start : len(before) - end], after[start : len(after) - end]
    runs = [Common(0, 0, start)]
    if len(middles[0]) * len(middles[1]) <= MAX_PRODUCT:
        speller = Speller()
        edits = LCSseq.editops(*map(speller.spell, middles))
        runs += [Common(a + start, b + start, size) for a, b, size in edits.as_matching_blocks()]
    runs.append(Common(len(before) - end, len(after) - end, end))
    return _joined(run for run in runs if run.size)


def _joined(runs: Iterable[Common]) -> list[Common]:
    """Runs that follow each other on both sides made one."""
    joined: list[Common] = []
    for run in runs:
        last = joined[-1] if joined else None
        if last and last.before + last.size == run.before and last.after + last.size == run.after:
            joined[-1] = last._replace(size=last.size + run.size)
        else:
            joined.append(run)
    return joined


def likeness(before: str, after: str, least: float) -> float:
    """How alike two spelled texts are, from 0 to 1; 0 when that is under `least`."""
    return float(Indel.normalized_similarity(before, after, score_cutoff=least))
