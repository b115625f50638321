"""What changed between two versions of a page, part by part and item by item."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import NamedTuple

from cms.differences.alignment import Pair, Status, align
from cms.differences.blocks import Block, Span
from cms.differences.parts import FORMS, Item, Part, cells_of
from cms.differences.words import Nature, Run, Token, difference, tokens

MAX_TEXT = 120_000
"""Characters of changed text in one part, before and after together, compared word by word; what
follows is shown replaced, item by item."""


class Cell(NamedTuple):
    """The words of an item, or those under one of its labels."""

    label: str
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Change:
    """What became of one item of a part.

    `number` is what a moderator takes or leaves: None where nothing changed, always the same for the
    same two versions, and one for a passage that moved, at both of its places.
    """

    pair: Pair
    before: Item | None
    after: Item | None
    number: int | None = None
    is_whole: bool = False

    @property
    def status(self) -> Status:
        """What became of the item."""
        return self.pair.status

    @property
    def move(self) -> int | None:
        """The number, in its part, of the passage that it moved with."""
        return self.pair.move

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """What it says, by label, in runs of words."""
        before, after = dict(_told_apart(self.before)), dict(_told_apart(self.after))
        return tuple(
            Cell(label, self._runs(before.get((label, rank)), after.get((label, rank))))
            for label, rank in dict.fromkeys([*after, *before])
        )

    def _runs(
        self, before: tuple[Span, ...] | None, after: tuple[Span, ...] | None
    ) -> tuple[Run, ...]:
        """The runs of one cell; what stayed need not be cut into words."""
        if before == after:
            same = tuple(Token(text, "", style) for text, style in after or ())
            return (Run(Nature.SAME, same, same),) if same else ()
        olds, news = tuple(tokens(before or ())), tuple(tokens(after or ()))
        if not olds and not news:
            return ()
        if self.is_whole or not olds or not news:
            return (Run(Nature.REPLACED, olds, news),)
        return tuple(difference(olds, news))

    @property
    def is_recast(self) -> bool:
        """Whether a block became one of another nature: a paragraph a heading, say."""
        old, new = self.before, self.after
        return (
            isinstance(old, Block)
            and isinstance(new, Block)
            and (old.tag, old.lists) != (new.tag, new.lists)
        )


def _told_apart(item: Item | None) -> Iterator[tuple[tuple[str, int], tuple[Span, ...]]]:
    """The cells of an item; two under one label have a rank of their own."""
    seen: Counter[str] = Counter()
    for label, spans in cells_of(item) if item else ():
        yield (label, seen[label]), spans
        seen[label] += 1


@dataclass(frozen=True)
class Difference:
    """One part of a page before and after; either is None where the page has no such part."""

    before: Part | None
    after: Part | None
    changes: tuple[Change, ...]

    @property
    def part(self) -> Part:
        """The part as it is, or as it was."""
        part = self.after or self.before
        if part is None:
            raise ValueError("a difference is that of a part")
        return part

    @cached_property
    def is_changed(self) -> bool:
        """Whether anything differs."""
        return any(change.status != Status.EQUAL for change in self.changes)


@dataclass(frozen=True)
class Comparison:
    """Every part of two versions, changed or not, in the order of the later one."""

    differences: tuple[Difference, ...]

    @property
    def changed(self) -> tuple[Difference, ...]:
        """The parts that differ."""
        return tuple(each for each in self.differences if each.is_changed)

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of all that can be taken or left."""
        changes = (change for each in self.differences for change in each.changes)
        return frozenset(change.number for change in changes if change.number is not None)


def compare(before: Iterable[Part], after: Iterable[Part]) -> Comparison:
    """What changed between two versions, whose parts have names of their own.

    Parts of the same name are compared; their items are numbered through the page.
    """
    numbers = count(1)
    return Comparison(
        tuple(_compared(old, new, numbers) for old, new in paired(tuple(before), tuple(after)))
    )


def paired(before: Sequence[Part], after: Sequence[Part]) -> list[tuple[Part | None, Part | None]]:
    """Parts by name, in the order of `after`; one that is gone stands behind its predecessor."""
    olds, news = {part.name: part for part in before}, {part.name: part for part in after}
    names = list(news)
    position = 0
    for name in olds:
        if name in news:
            position = names.index(name) + 1
        else:
            names.insert(position, name)
            position += 1
    return [(olds.get(name), news.get(name)) for name in names]


def _compared(before: Part | None, after: Part | None, numbers: "count[int]") -> Difference:
    """One part, its changes numbered in reading order."""
    found = Difference(before, after, ())
    olds, news = (part.items if part else () for part in (before, after))
    form = FORMS[found.part.kind]
    changes: list[Change] = []
    of_moves: dict[int, int] = {}
    length = 0
    for pair in align(olds, news, form.alike, form.smallest_move):
        old, new = _item(olds, pair.before), _item(news, pair.after)
        if pair.status == Status.CHANGED or pair.move is not None:
            length += sum(len(item.text) for item in (old, new) if item)
        changes.append(
            Change(pair, old, new, _number(pair, numbers, of_moves), is_whole=length > MAX_TEXT)
        )
    return Difference(before, after, tuple(changes))


def _item(items: Sequence[Item], rank: int | None) -> Item | None:
    """The item of that rank, if any."""
    return None if rank is None else items[rank]


def _number(pair: Pair, numbers: "count[int]", of_moves: dict[int, int]) -> int | None:
    """The next number; that of its passage for an item that moved."""
    if pair.status == Status.EQUAL:
        return None
    if pair.move is None:
        return next(numbers)
    if pair.move not in of_moves:
        of_moves[pair.move] = next(numbers)
    return of_moves[pair.move]
