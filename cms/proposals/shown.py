"""A proposal as both its author and those who decide see it: its changes, and the words beside them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from cms.differences.rendering import Fold, Row
from cms.proposals.models import Proposal, Remark
from cms.proposals.reading import Reading


@dataclass(frozen=True)
class Line:
    """A row of a difference, with what is said of it; `number` once for a passage that moved."""

    piece: Row | Fold
    number: int | None
    remarks: list[Remark]


@dataclass(frozen=True)
class Changes:
    """One text that changes."""

    name: str
    label: str
    lines: list[Line]
    left_out: int


class Talk:
    """The changes of a proposal with the remarks on each, then those on all of it."""

    def __init__(self, proposal: Proposal, reading: Reading, *, has_texts: bool) -> None:
        self.proposal = proposal
        self.reading = reading
        self.has_texts = has_texts
        """Whether the page may be read now by whoever looks."""

    @cached_property
    def remarks(self) -> list[Remark]:
        """All of them, in order."""
        return list(self.proposal.remarks.select_related("user"))

    @cached_property
    def summary(self) -> str:
        """All that changes, in one line."""
        return self.reading.summary if self.has_texts else ""

    @cached_property
    def changes(self) -> list[Changes]:
        """What it changes, text by text."""
        if not self.has_texts:
            return []
        of_change: dict[int, list[Remark]] = defaultdict(list)
        for remark in self.remarks:
            if remark.change and remark.round == self.proposal.round:
                of_change[remark.change].append(remark)
        seen: set[int] = set()
        return [
            Changes(
                section.name,
                section.label,
                list(_lines(section.pieces, of_change, seen)),
                section.left_out,
            )
            for section in self.reading.sections
        ]

    @cached_property
    def general(self) -> list[Remark]:
        """What is said of all of it, or was of texts that changed since."""
        return [
            remark
            for remark in self.remarks
            if not (remark.change and remark.round == self.proposal.round and self.has_texts)
        ]


def _lines(
    pieces: tuple[Row | Fold, ...], of_change: dict[int, list[Remark]], seen: set[int]
) -> Iterator[Line]:
    for piece in pieces:
        number = piece.change.number if isinstance(piece, Row) else None
        if number in seen:
            number = None
        if number is not None:
            seen.add(number)
        yield Line(piece, number, of_change[number] if number else [])
