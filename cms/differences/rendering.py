"""What a template shows of a comparison: one structure for a single column and for two.

What happened is always said in words too, for whoever does not see its color.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.differences import inline
from cms.differences.alignment import Pair, Status
from cms.differences.blocks import HEADINGS, Block
from cms.differences.comparison import Change, Comparison, Difference
from cms.differences.merging import Conflict
from cms.differences.words import Nature, Run
from cms.typography import number

CONTEXT = 1
"""Unchanged items that stay in sight on both sides of a change."""
SMALLEST_FOLD = 2
MAX_ROWS = 2_000
"""Items of one part in sight; no page can show more."""


@dataclass(frozen=True)
class ShownCell:
    """The words of an item or of one of its labels, as HTML."""

    label: str
    runs: tuple[Run, ...]
    status: Status

    @cached_property
    def inline(self) -> SafeString:
        """Both versions in one text; where a passage left, that passage as it was."""
        if self.status == Status.MOVED_AWAY:
            return inline.as_it_was(self.runs)
        return inline.both(self.runs)

    @cached_property
    def before(self) -> SafeString:
        """The left of two columns: the earlier version, its removed words marked."""
        if self.status == Status.MOVED_HERE:
            return inline.NOTHING
        return inline.earlier(self.runs)

    @cached_property
    def after(self) -> SafeString:
        """The right of two columns: the later version, its added words marked."""
        if self.status == Status.MOVED_AWAY:
            return inline.NOTHING
        return inline.later(self.runs)


@dataclass(frozen=True)
class Row:
    """One item of a part.

    Where it moved, `moved` says so and `target` leads to its other place; the first item of the
    passage bears the anchor that the other place leads to.
    """

    is_fold: ClassVar[bool] = False
    change: Change
    part_name: str
    is_first_of_move: bool = False

    @property
    def status(self) -> Status:
        """What became of it; a template's class of style."""
        return self.change.status

    @property
    def tag(self) -> str:
        """The HTML element that it is on the page; "" for a record."""
        item = self.change.after or self.change.before
        return item.tag if isinstance(item, Block) else ""

    @cached_property
    def cells(self) -> tuple[ShownCell, ...]:
        """Its words, by label."""
        return tuple(ShownCell(*cell, self.status) for cell in self.change.cells)

    @property
    def moved(self) -> str:
        """How a move is said; "" for what did not."""
        if self.status == Status.MOVED_AWAY:
            return _("déplacé : voir sa nouvelle place")
        if self.status == Status.MOVED_HERE:
            return _("déplacé : voir son ancienne place")
        return ""

    @property
    def anchor(self) -> str:
        """Its identifier in the page, if another place leads to it."""
        return self._place(self.status == Status.MOVED_HERE) if self.is_first_of_move else ""

    @property
    def target(self) -> str:
        """The identifier of its other place, if it moved."""
        return self._place(self.status == Status.MOVED_AWAY) if self.change.move else ""

    def _place(self, is_new: bool) -> str:
        """The identifier of one of the two places of a passage."""
        side = "nouveau" if is_new else "ancien"
        return f"passage-{self.part_name}-{self.change.move}-{side}"

    @property
    def note(self) -> str:
        """What its words do not show: another nature, or nothing but typography."""
        change = self.change
        if change.is_recast:
            return _("présenté autrement : %(before)s, devenu %(after)s") % {
                "before": _nature(change.before),
                "after": _nature(change.after),
            }
        runs = (run for cell in change.cells for run in cell.runs)
        if change.status == Status.CHANGED and all(run.nature == Nature.SAME for run in runs):
            return _("typographie")
        return ""


@dataclass(frozen=True)
class Fold:
    """Unchanged items that a template may hide until they are asked for."""

    is_fold: ClassVar[bool] = True
    rows: tuple[Row, ...]

    @property
    def label(self) -> str:
        """How many items are hidden."""
        total = len(self.rows)
        counted = ngettext("%(total)s passage inchangé", "%(total)s passages inchangés", total)
        return counted % {"total": number(total)}


@dataclass(frozen=True)
class Section:
    """One part of the page, unchanged ones included; `left_out` changes are too many to be shown."""

    name: str
    label: str
    pieces: tuple[Row | Fold, ...]
    is_changed: bool
    left_out: int = 0


def sections(comparison: Comparison) -> list[Section]:
    """All parts of a comparison, ready for a template."""
    return [_section(difference) for difference in comparison.differences]


def _section(difference: Difference) -> Section:
    """The rows of a part, those far from any change folded."""
    rows = list(_rows(difference))
    shown = sorted(_shown(rows))
    end = shown[MAX_ROWS] if len(shown) > MAX_ROWS else len(rows)
    pieces: list[Row | Fold] = []
    start = 0
    for rank in [*shown[:MAX_ROWS], end]:
        hidden = rows[start:rank]
        pieces += [Fold(tuple(hidden))] if len(hidden) >= SMALLEST_FOLD else hidden
        pieces += rows[rank : min(rank + 1, end)]
        start = rank + 1
    left_out = sum(row.status != Status.EQUAL for row in rows[end:])
    part = difference.part
    return Section(part.name, part.label, tuple(pieces), difference.is_changed, left_out)


def _rows(difference: Difference) -> Iterator[Row]:
    """One row for each change; the first of a passage at each place is its anchor."""
    seen: set[tuple[Status, int]] = set()
    for change in difference.changes:
        place = (change.status, change.move) if change.move is not None else None
        yield Row(change, difference.part.name, place is not None and place not in seen)
        if place:
            seen.add(place)


def _shown(rows: Sequence[Row]) -> set[int]:
    """Ranks of what changed, of its neighbors, and of the heading that it stands under."""
    shown: set[int] = set()
    heading = None
    for rank, row in enumerate(rows):
        if row.status != Status.EQUAL:
            shown.update(range(max(rank - CONTEXT, 0), min(rank + CONTEXT + 1, len(rows))))
            shown.update([] if heading is None else [heading])
        if row.tag in HEADINGS:
            heading = rank
    return shown


def _nature(item: object) -> str:
    """What a block is, in a reader's words."""
    if not isinstance(item, Block):
        return ""
    if item.tag in HEADINGS:
        return _("titre de niveau %(level)s") % {"level": item.tag[1]}
    if item.lists:
        level = {"level": len(item.lists)}
        if item.lists[-1] == "ol":
            return _("élément de liste numérotée, niveau %(level)s") % level
        return _("élément de liste, niveau %(level)s") % level
    names = {
        "blockquote": _("citation"),
        "tr": _("ligne de tableau"),
        "caption": _("titre de tableau"),
        "hr": _("séparation"),
        "p": _("paragraphe"),
    }
    return names.get(item.tag, _("image"))


@dataclass(frozen=True)
class ShownConflict:
    """A conflict: what each side made of the same words."""

    label: str
    said: str
    ours: tuple[ShownCell, ...]
    theirs: tuple[ShownCell, ...]


def shown_conflict(conflict: Conflict) -> ShownConflict:
    """A conflict ready for a template; both sides are compared with the version they started from."""
    part, base, ours, theirs = conflict
    if ours is not None and ours == theirs:
        said = _("déplacé à deux endroits différents")
    elif ours is None:
        said = _("supprimé depuis, modifié par la proposition")
    elif theirs is None:
        said = _("modifié depuis, supprimé par la proposition")
    elif base is None:
        said = _("ajouté des deux côtés, autrement")
    else:
        said = _("modifié des deux côtés, autrement")
    sides = [
        tuple(
            ShownCell(*cell, Status.CHANGED)
            for cell in Change(Pair(Status.CHANGED, None, None), base, item).cells
        )
        for item in (ours, theirs)
    ]
    return ShownConflict(part.label, said, *sides)
