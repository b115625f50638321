"""Which items of a text became which: the same, changed, removed, added, or moved.

An item is whatever has words and can be compared for equality: a block of text, a source, a label.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from enum import StrEnum
from math import ceil
from typing import NamedTuple, Protocol

from cms.differences.subsequences import MAX_SPELLED, Speller, common_runs, likeness

ALIKE = 0.4
"""Share of words in common from which two items in the same place are one that changed."""
MOVED_ALIKE = 0.6
"""The same in two different places: a coincidence is likelier, so more is asked."""
SMALLEST_MOVE = 5
"""Words under which an item found elsewhere is no move, unless its neighbors moved with it."""
MAX_PAIRS = 10_000
"""Pairs of items that are weighed against each other between two that stayed."""
MAX_GAP = 2_000
"""Items between two that stayed beyond which none is weighed."""
MAX_MOVED_PAIRS = 40_000
MAX_REWRITTEN = 3
"""Items rewritten in the middle of a passage that is still seen to move as one."""
IDENTICAL_ONLY = 2.0
"""A likeness that nothing reaches: an item is the same or another."""


class Item(Protocol):
    """What is aligned."""

    @property
    def words(self) -> tuple[str, ...]:
        """What the item is recognized by when it is no longer the same."""

    def __hash__(self) -> int: ...


class Status(StrEnum):
    """What became of an item; one that moved is said at both of its places."""

    EQUAL = "equal"
    CHANGED = "changed"
    REMOVED = "removed"
    ADDED = "added"
    MOVED_AWAY = "moved-away"
    MOVED_HERE = "moved-here"


class Pair(NamedTuple):
    """An item before and after, by rank; `move` numbers the passage that it moved with."""

    status: Status
    before: int | None
    after: int | None
    move: int | None = None


class Gap(NamedTuple):
    """Items of both sides that stand between two that stayed."""

    before: range
    after: range


def align(
    before: Sequence[Item],
    after: Sequence[Item],
    alike: float = ALIKE,
    smallest_move: int = SMALLEST_MOVE,
) -> list[Pair]:
    """Every item of both sides, in reading order.

    What stayed is found first, then what moved unchanged, then what changed where it was, then what
    moved and changed: each step only looks at what the ones before it left.
    """
    alignment = _Alignment(before, after, alike, smallest_move)
    alignment.keep(lambda item: item)
    alignment.move_identical()
    if alike <= 1:
        alignment.keep(lambda item: item.words)
        for gap in list(alignment.gaps()):
            alignment.keep_alike(gap)
        alignment.move_alike()
    return list(alignment.pairs())


class _Alignment:
    """What has been found so far: `kept` and `moved` lead from a rank before to a rank after."""

    def __init__(
        self, before: Sequence[Item], after: Sequence[Item], alike: float, smallest_move: int
    ) -> None:
        self.before, self.after = before, after
        self.alike, self.smallest_move = alike, smallest_move
        self.kept: dict[int, int] = {}
        self.moved: dict[int, int] = {}
        self.found: set[int] = set()
        self.speller = Speller()
        self.spelled: dict[tuple[bool, int], str] = {}

    def is_free(self, old: int, new: int) -> bool:
        """Whether nothing was found yet for either."""
        return (
            0 <= old < len(self.before)
            and 0 <= new < len(self.after)
            and old not in self.kept
            and old not in self.moved
            and new not in self.found
        )

    def free_before(self, ranks: range) -> list[int]:
        """Those of `ranks` before for which nothing was found."""
        return [rank for rank in ranks if rank not in self.kept and rank not in self.moved]

    def free_after(self, ranks: range) -> list[int]:
        """Those of `ranks` after for which nothing was found."""
        return [rank for rank in ranks if rank not in self.found]

    def likeness(self, old: int, new: int, least: float) -> float:
        """How alike two items are."""
        return likeness(self.spell(False, old), self.spell(True, new), least)

    def spell(self, is_after: bool, rank: int) -> str:
        """The words of an item, spelled once."""
        key = is_after, rank
        if key not in self.spelled:
            words = (self.after if is_after else self.before)[rank].words
            self.spelled[key] = self.speller.spell(words[:MAX_SPELLED])
        return self.spelled[key]

    def gaps(self) -> Iterator[Gap]:
        """What stands between the items that stayed."""
        old = new = 0
        for kept_old, kept_new in [*sorted(self.kept.items()), (len(self.before), len(self.after))]:
            if kept_old > old and kept_new > new:
                yield Gap(range(old, kept_old), range(new, kept_new))
            old, new = kept_old + 1, kept_new + 1

    def keep(self, identity: Callable[[Item], Hashable]) -> None:
        """What stayed in order and has the same identity."""
        for gap in list(self.gaps()):
            olds, news = self.free_before(gap.before), self.free_after(gap.after)
            runs = common_runs(
                [identity(self.before[rank]) for rank in olds],
                [identity(self.after[rank]) for rank in news],
            )
            for run in runs:
                for step in range(run.size):
                    self.stay(olds[run.before + step], news[run.after + step])

    def stay(self, old: int, new: int) -> None:
        """Note that an item is still in order."""
        self.kept[old] = new
        self.found.add(new)

    def keep_alike(self, gap: Gap) -> None:
        """Items of a gap that changed without moving: the pairs that are most alike on the whole.

        A long gap is cut into slices of the same proportion, so that the work stays bounded.
        """
        olds, news = self.free_before(gap.before), self.free_after(gap.after)
        if max(len(olds), len(news)) > MAX_GAP:
            return
        slices = ceil(len(olds) * len(news) / MAX_PAIRS)
        for rank in range(slices):
            part_old = olds[rank * len(olds) // slices : (rank + 1) * len(olds) // slices]
            part_new = news[rank * len(news) // slices : (rank + 1) * len(news) // slices]
            for old, new in self.best_pairs(part_old, part_new):
                self.stay(old, new)

    def best_pairs(self, olds: Sequence[int], news: Sequence[int]) -> list[tuple[int, int]]:
        """Pairs in order whose likenesses have the largest sum."""
        width = len(news) + 1
        sums = [[0.0] * width for _ in range(len(olds) + 1)]
        for row in range(len(olds) - 1, -1, -1):
            for column in range(len(news) - 1, -1, -1):
                weight = self.weight(olds[row], news[column])
                paired = weight + sums[row + 1][column + 1] if weight else 0.0
                sums[row][column] = max(paired, sums[row + 1][column], sums[row][column + 1])
        pairs = []
        row = column = 0
        while row < len(olds) and column < len(news):
            if sums[row][column] == sums[row + 1][column]:
                row += 1
            elif sums[row][column] == sums[row][column + 1]:
                column += 1
            else:
                pairs.append((olds[row], news[column]))
                row, column = row + 1, column + 1
        return pairs

    def weight(self, old: int, new: int) -> float:
        """What a pair counts for; 0 when the two are not alike enough."""
        found = self.likeness(old, new, self.alike)
        return found + 0.01 if found >= self.alike else 0.0

    def move_identical(self) -> None:
        """What is found elsewhere unchanged, with the short neighbors that moved along."""
        places: defaultdict[Item, deque[int]] = defaultdict(deque)
        for old in self.free_before(range(len(self.before))):
            if len(self.before[old].words) >= self.smallest_move:
                places[self.before[old]].append(old)
        for new in self.free_after(range(len(self.after))):
            waiting = places.get(self.after[new])
            while waiting and new not in self.found:
                self.move(waiting.popleft(), new, self.is_same)

    def is_same(self, old: int, new: int) -> bool:
        """Whether two items are equal."""
        return self.before[old] == self.after[new]

    def is_alike(self, old: int, new: int) -> bool:
        """Whether two items may be one that changed."""
        return self.likeness(old, new, self.alike) >= self.alike

    def move(self, old: int, new: int, is_one: Callable[[int, int], bool]) -> None:
        """Note a move, then that of the neighbors on both sides that are still the same ones."""
        if not self.is_free(old, new):
            return
        self.moved[old] = new
        self.found.add(new)
        for step in (-1, 1):
            next_old, next_new = old + step, new + step
            while self.is_free(next_old, next_new) and is_one(next_old, next_new):
                self.moved[next_old] = next_new
                self.found.add(next_new)
                next_old, next_new = next_old + step, next_new + step

    def move_alike(self) -> None:
        """What is found elsewhere, changed; and what changed at the edge of what moved."""
        olds = self.long_enough(self.free_before(range(len(self.before))), self.before)
        news = self.long_enough(self.free_after(range(len(self.after))), self.after)
        if olds and news:
            olds = olds[: max(1, MAX_MOVED_PAIRS // len(news))]
            news = news[:MAX_MOVED_PAIRS]
        for old in olds:
            free = [new for new in news if self.is_free(old, new)]
            weighed = [(self.likeness(old, new, MOVED_ALIKE), -new) for new in free]
            best, new = max(weighed, default=(0.0, 0))
            if best >= MOVED_ALIKE:
                self.move(old, -new, self.is_alike)
        for old, new in sorted(self.moved.items()):
            for step in (-1, 1):
                if self.is_free(old + step, new + step) and self.is_alike(old + step, new + step):
                    self.move(old + step, new + step, self.is_alike)

    def long_enough(self, ranks: list[int], items: Sequence[Item]) -> list[int]:
        """Those that are no coincidence when found elsewhere."""
        return [rank for rank in ranks if len(items[rank].words) >= self.smallest_move]

    def passages(self) -> dict[int, int]:
        """The number of the passage that each moved item belongs to, by its rank before.

        Items that follow each other in both places are one passage, though a few of them were
        rewritten.
        """
        numbers: dict[int, int] = {}
        number = 0
        last = None
        for old, new in sorted(self.moved.items()):
            if last is None or not self.follows(last, (old, new)):
                number += 1
            numbers[old] = number
            last = old, new
        return numbers

    def follows(self, last: tuple[int, int], this: tuple[int, int]) -> bool:
        """Whether nothing but a few rewritten items stands between two that moved."""
        olds, news = range(last[0] + 1, this[0]), range(last[1] + 1, this[1])
        return (
            this[1] > last[1]
            and len(olds) <= MAX_REWRITTEN
            and len(news) <= MAX_REWRITTEN
            and len(self.free_before(olds)) == len(olds)
            and len(self.free_after(news)) == len(news)
        )

    def pairs(self) -> Iterator[Pair]:
        """All that was found, in reading order: between two that stayed, what left comes first."""
        numbers = self.passages()
        origins = {new: old for old, new in self.moved.items()}
        old = new = 0
        for kept_old, kept_new in [*sorted(self.kept.items()), (len(self.before), len(self.after))]:
            for rank in range(old, kept_old):
                if rank in self.moved:
                    yield Pair(Status.MOVED_AWAY, rank, self.moved[rank], numbers[rank])
                else:
                    yield Pair(Status.REMOVED, rank, None)
            for rank in range(new, kept_new):
                if rank in origins:
                    yield Pair(Status.MOVED_HERE, origins[rank], rank, numbers[origins[rank]])
                else:
                    yield Pair(Status.ADDED, None, rank)
            if kept_old < len(self.before):
                status = Status.EQUAL if self.is_same(kept_old, kept_new) else Status.CHANGED
                yield Pair(status, kept_old, kept_new)
            old, new = kept_old + 1, kept_new + 1
