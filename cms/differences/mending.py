"""Puts two rewritings of one item together, word by word, as long as they do not touch."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from cms.differences.blocks import Block, Span, settle
from cms.differences.parts import Item, Record
from cms.differences.words import Replacement, Token, replacements, tokens


def mend(base: Item, ours: Item, theirs: Item) -> Item | None:
    """What both made of `base`; None when they rewrote the same words."""
    if (settled := _agreed(base, ours, theirs)) is not None:
        return settled[0]
    if isinstance(base, Block) and isinstance(ours, Block) and isinstance(theirs, Block):
        return _mended_block(base, ours, theirs)
    if isinstance(base, Record) and isinstance(ours, Record) and isinstance(theirs, Record):
        return _mended_record(base, ours, theirs)
    return None


def _agreed(base: Any, ours: Any, theirs: Any) -> tuple[Any] | None:
    """The value when at most one side changed it, or both did alike; None when they disagree."""
    if ours in (base, theirs):
        return (theirs,)
    return (ours,) if theirs == base else None


def _mended_block(base: Block, ours: Block, theirs: Block) -> Block | None:
    """A block; its nature is changed by one side at most."""
    frame = _agreed(*((each.tag, each.lists, each.attributes) for each in (base, ours, theirs)))
    spans = mended_spans(base.spans, ours.spans, theirs.spans)
    if frame is None or spans is None:
        return None
    tag, lists, attributes = frame[0]
    return Block(tag, spans, lists, attributes)


def _mended_record(base: Record, ours: Record, theirs: Record) -> Record | None:
    """A record, cell by cell: half of one address and half of another make none."""
    cells: list[tuple[str, str]] = []
    sides = [each.cells for each in (base, ours, theirs)]
    if len({tuple(label for label, _text in side) for side in sides}) > 1:
        return None
    for cell in zip(*sides, strict=True):
        if (settled := _agreed(*cell)) is None:
            return None
        cells += settled
    return Record(tuple(cells))


class _Edit(NamedTuple):
    """Words of base, from `start` to `end`, and what a side wrote in their place."""

    start: int
    end: int
    words: tuple[Token, ...]


class _Side:
    """What one side made of the words of base."""

    def __init__(self, base: Sequence[Token], spans: Sequence[Span]) -> None:
        self.tokens = tokens(spans)
        found = replacements(
            base, self.tokens, lambda token: (token.text, token.style, token.parts)
        )
        self.edits = [
            _Edit(each.before, each.before_end, tuple(self.tokens[each.after : each.after_end]))
            for each in found
        ]
        self.spaces = _spaces(found, self.tokens, len(base))


def _spaces(found: Sequence[Replacement], side: Sequence[Token], length: int) -> dict[int, str]:
    """The space that follows each word of base that a side kept."""
    spaces: dict[int, str] = {}
    old = new = 0
    for change in [*found, Replacement(length, length, len(side), len(side))]:
        for step in range(change.before - old):
            spaces[old + step] = side[new + step].space
        old, new = change.before_end, change.after_end
    return spaces


def mended_spans(
    base: Sequence[Span], ours: Sequence[Span], theirs: Sequence[Span]
) -> tuple[Span, ...] | None:
    """Two rewritings of a text put together; None when they touch."""
    if (settled := _agreed(base, ours, theirs)) is not None:
        return tuple(settled[0])
    words = tokens(base)
    one, other = _Side(words, ours), _Side(words, theirs)
    edits = sorted({*one.edits, *other.edits})
    if any(this.start <= last.end for last, this in pairwise(edits)):
        return None
    pieces: list[Span] = []
    position = 0
    for edit in [*edits, _Edit(len(words), len(words), ())]:
        for rank in range(position, edit.start):
            kept = one.spaces[rank] != words[rank].space
            pieces += [*words[rank].spans, Span((one if kept else other).spaces[rank])]
        for token in edit.words:
            pieces += [*token.spans, Span(token.space)]
        position = edit.end
    return settle(pieces)
