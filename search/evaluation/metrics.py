"""Measures of a ranking against grades, and of two rankings against one another.

Plain arithmetic: must not know a query, an engine nor the database.
"""

from collections.abc import Collection, Mapping, Sequence
from math import log2

NDCG_DEPTH = 10
RECALL_DEPTH = 20


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int = NDCG_DEPTH) -> float:
    """Gain of the first results, a grade weighing 2^grade - 1, against the best possible order."""
    best = _gain(sorted(grades.values(), reverse=True)[:depth])
    found = _gain([grades.get(name, 0) for name in ranking[:depth]])
    return found / best if best else 0.0


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / log2(rank + 1) for rank, grade in enumerate(grades, start=1))


def reciprocal_rank(ranking: Sequence[str], relevant: Collection[str]) -> float:
    """One over the rank of the first relevant result; zero without any."""
    ranks = (rank for rank, name in enumerate(ranking, start=1) if name in relevant)
    return 1 / next(ranks, float("inf"))


def recall(ranking: Sequence[str], relevant: Collection[str], depth: int = RECALL_DEPTH) -> float:
    """Which part of what is relevant is among the first results."""
    if not relevant:
        return 0.0
    return len(set(ranking[:depth]) & set(relevant)) / min(len(set(relevant)), depth)


def overlap(one: Sequence[str], other: Sequence[str], depth: int = RECALL_DEPTH) -> float:
    """Which part of the longer of two first lists is in the other; one when both are empty."""
    first, second = set(one[:depth]), set(other[:depth])
    longest = max(len(first), len(second))
    return len(first & second) / longest if longest else 1.0


def spearman(one: Sequence[str], other: Sequence[str]) -> float | None:
    """Whether two rankings order what they share alike, by distances; none below two shared names."""
    shared = _shared(one, other)
    count = len(shared)
    if count < 2:
        return None
    distances = sum((rank - other_rank) ** 2 for rank, other_rank in enumerate(shared))
    return 1 - 6 * distances / (count * (count**2 - 1))


def kendall(one: Sequence[str], other: Sequence[str]) -> float | None:
    """The same, by pairs put in the same order; none below two shared names."""
    shared = _shared(one, other)
    count = len(shared)
    if count < 2:
        return None
    pairs = count * (count - 1) // 2
    swapped = sum(
        shared[first] > shared[second]
        for first in range(count)
        for second in range(first + 1, count)
    )
    return 1 - 2 * swapped / pairs


def _shared(one: Sequence[str], other: Sequence[str]) -> list[int]:
    """For each shared name in the order of `one`, its rank among shared names in `other`."""
    common = set(one) & set(other)
    ranks = {name: rank for rank, name in enumerate(name for name in other if name in common)}
    return [ranks[name] for name in one if name in common]


def mean(values: Collection[float]) -> float | None:
    """The average; none of nothing."""
    return sum(values) / len(values) if values else None
