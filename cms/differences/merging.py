"""Puts two rewritings of one version together: a later edit and a proposal, whole or in part.

Where both rewrote the same words, ours stand and theirs are told: no words are lost in silence.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from cms.differences.alignment import MOVED_ALIKE, Status, align
from cms.differences.comparison import Difference, compare, paired
from cms.differences.mending import mend
from cms.differences.parts import FORMS, Item, Part


class Conflict(NamedTuple):
    """What both sides did to one item of a part; None where it is not, or no longer.

    When all are equal, it is its place that they disagree on.
    """

    part: Part
    base: Item | None
    ours: Item | None
    theirs: Item | None


class Merge(NamedTuple):
    """The parts put together, and what could not be."""

    parts: tuple[Part, ...]
    conflicts: tuple[Conflict, ...]


def merge(base: Sequence[Part], ours: Sequence[Part], theirs: Sequence[Part]) -> Merge:
    """All that `ours` and `theirs` changed since `base`."""
    return apply(base, ours, theirs)


def apply(
    base: Sequence[Part],
    ours: Sequence[Part],
    theirs: Sequence[Part],
    chosen: Collection[int] | None = None,
) -> Merge:
    """`ours`, with what `theirs` changed since `base`.

    `chosen` are the numbers, in `compare(base, theirs)`, of the changes to take; None takes all.
    """
    differences = {each.part.name: each for each in compare(base, theirs).differences}
    parts: list[Part] = []
    conflicts: list[Conflict] = []
    for proposed, current in paired(theirs, ours):
        name = (current or proposed).name  # type: ignore[union-attr] # one of a pair is there
        difference = differences.get(name)
        part = current
        if difference and difference.before != proposed:
            part = _applied(difference, current, chosen, conflicts)
        if part:
            parts.append(part)
    return Merge(tuple(parts), tuple(conflicts))


def _applied(
    difference: Difference,
    ours: Part | None,
    chosen: Collection[int] | None,
    conflicts: list[Conflict],
) -> Part | None:
    """One part with the chosen changes; None when it is no more."""
    base, theirs = difference.before, difference.after
    if chosen is None and ours in (base, theirs):
        return theirs
    merging = _Merging(difference, ours, chosen)
    items = merging.items()
    conflicts += merging.conflicts
    if ours and items == ours.items:
        return ours
    if theirs and items == theirs.items:
        return theirs
    part = ours or difference.part
    return part.rewritten(items) if items or theirs else None


class Node(NamedTuple):
    """An item of the merged part: where it comes from, and its rank there."""

    side: str
    rank: int


class _Merging:
    """Takes the changes of one part onto our items.

    Our order is kept. What theirs added or moved goes behind the item that precedes it there, and
    behind what we added at that place.
    """

    def __init__(
        self, difference: Difference, ours: Part | None, chosen: Collection[int] | None
    ) -> None:
        self.part = ours or difference.part
        self.form = FORMS[self.part.kind]
        self.difference = difference
        self.chosen = chosen
        self.base = difference.before.items if difference.before else ()
        self.ours = ours.items if ours else ()
        self.theirs = difference.after.items if difference.after else ()
        self.conflicts: list[Conflict] = []
        self.content: dict[Node, Item] = {}
        self.order: list[Node] = []
        self.moved: set[int] = set()
        for pair in align(self.base, self.ours, self.form.alike, self.form.smallest_move):
            if pair.after is None or pair.status == Status.MOVED_AWAY:
                continue
            node = Node("ours", pair.after) if pair.before is None else Node("base", pair.before)
            self.order.append(node)
            self.content[node] = self.ours[pair.after]
            if pair.move is not None:
                self.moved.add(node.rank)
        self.gone: set[Node] = set()
        self.behind: defaultdict[Node | None, list[Node]] = defaultdict(list)
        self.claimed: dict[int, Node] = {}
        self.contested: dict[int, Node] = {}

    def items(self) -> tuple[Item, ...]:
        """Our items with the chosen changes."""
        self.match_additions()
        anchor: Node | None = None
        for change in self.difference.changes:
            is_chosen = self.chosen is None or change.number in self.chosen
            old, new = change.pair.before, change.pair.after
            if change.status == Status.REMOVED and old is not None:
                if is_chosen:
                    self.remove(Node("base", old))
            elif new is None or change.status == Status.MOVED_AWAY:
                continue
            elif old is None:
                anchor = self.add(new, anchor) if is_chosen else anchor
            else:
                anchor = self.follow(Node("base", old), new, anchor, change.status, is_chosen)
        return tuple(self.content[node] for node in self.ordered())

    def match_additions(self) -> None:
        """Find what both sides added: the same item, or one that each wrote in its own way."""
        ours = [node for node in self.order if node.side == "ours"]
        pairs = [change.pair for change in self.difference.changes]
        theirs = [pair.after for pair in pairs if pair.after is not None and pair.before is None]
        if not ours or not theirs:
            return
        alike = self.form.alike and max(self.form.alike, MOVED_ALIKE)
        found = align(
            [self.content[node] for node in ours],
            [self.theirs[rank] for rank in theirs],
            alike,
            self.form.smallest_move,
        )
        for pair in found:
            if pair.before is None or pair.after is None or pair.status == Status.MOVED_AWAY:
                continue
            node, rank = ours[pair.before], theirs[pair.after]
            is_same_place = self.our_places[node] == self.their_places[Node("theirs", rank)]
            if self.content[node] == self.theirs[rank]:
                words = len(self.theirs[rank].words)
                if is_same_place or words >= self.form.smallest_move:
                    self.claimed[rank] = node
            elif is_same_place:
                self.contested[rank] = node

    @cached_property
    def our_places(self) -> dict[Node, int | None]:
        """What our items stand behind."""
        return _places(self.order)

    @cached_property
    def their_places(self) -> dict[Node, int | None]:
        """What their items stand behind."""
        pairs = [change.pair for change in self.difference.changes]
        return _places(
            Node("theirs", pair.after) if pair.before is None else Node("base", pair.before)
            for pair in pairs
            if pair.after is not None and pair.status != Status.MOVED_AWAY
        )

    def remove(self, node: Node) -> None:
        """Take an item away, unless we changed or moved it."""
        if node not in self.content:
            return
        if self.content[node] == self.base[node.rank] and node.rank not in self.moved:
            self.gone.add(node)
        else:
            self.disagree(node, None)

    def add(self, rank: int, anchor: Node | None) -> Node | None:
        """Put an item of theirs behind `anchor`; what the next one goes behind."""
        if rank in self.claimed:
            return self.claimed[rank]
        if rank in self.contested:
            ours = self.content[self.contested[rank]]
            self.conflicts.append(Conflict(self.part, None, ours, self.theirs[rank]))
            return anchor
        node = Node("theirs", rank)
        self.content[node] = self.theirs[rank]
        self.behind[anchor].append(node)
        return anchor

    def follow(
        self, node: Node, rank: int, anchor: Node | None, status: Status, is_chosen: bool
    ) -> Node | None:
        """Change or move an item of base as theirs did; what the next one goes behind."""
        is_moved = status == Status.MOVED_HERE
        if node not in self.content:
            if is_chosen and status != Status.EQUAL:
                self.disagree(node, self.theirs[rank])
            return anchor
        if is_chosen and status != Status.EQUAL:
            self.rewrite(node, self.theirs[rank])
        if not is_moved:
            return node
        if not is_chosen:
            return anchor
        if node.rank not in self.moved:
            self.gone.add(node)
            self.behind[anchor].append(node)
            return anchor
        if self.our_places[node] != self.their_places[node]:
            item = self.base[node.rank]
            self.conflicts.append(Conflict(self.part, item, item, item))
            return anchor
        return node

    def rewrite(self, node: Node, theirs: Item) -> None:
        """Put what both sides made of an item together."""
        mended = mend(self.base[node.rank], self.content[node], theirs)
        if mended is None:
            self.disagree(node, theirs)
        else:
            self.content[node] = mended

    def disagree(self, node: Node, theirs: Item | None) -> None:
        """Note a conflict on an item of base."""
        ours = self.content.get(node)
        self.conflicts.append(Conflict(self.part, self.base[node.rank], ours, theirs))

    def ordered(self) -> Iterable[Node]:
        """The nodes in their final order."""
        claimed = set(self.claimed.values())
        waiting = list(self.behind[None])
        for node in self.order:
            if waiting and (node.side == "base" or node in claimed):
                yield from waiting
                waiting = []
            if node not in self.gone:
                yield node
            waiting += self.behind.get(node, ())
        yield from waiting


def _places(order: Iterable[Node]) -> dict[Node, int | None]:
    """The rank in base of what each node stands behind; None at the beginning."""
    places: dict[Node, int | None] = {}
    last = None
    for node in order:
        places[node] = last
        if node.side == "base":
            last = node.rank
    return places
