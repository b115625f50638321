"""How much changed between two versions, counted and said in one line."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.differences.alignment import Status
from cms.differences.blocks import IMAGES, Block
from cms.differences.comparison import Change, Comparison, Difference
from cms.differences.parts import Kind
from cms.differences.words import Nature
from cms.typography import number


class Counts(NamedTuple):
    """How much changed, in what readers see."""

    added: int = 0
    removed: int = 0
    moved: int = 0
    images: int = 0
    choices: int = 0
    links: int = 0
    restyled: int = 0


def counts(comparison: Comparison) -> Counts:
    """Words, passages, images, choices, links and restyled runs that changed."""
    tally = Counter(name for each in comparison.changed for name in _tally(each))
    return Counts(*(tally[name] for name in Counts._fields))


def _tally(difference: Difference) -> Iterator[str]:
    """The names of what is counted, as often as it is met in one part."""
    if difference.part.kind == Kind.IMAGE:
        yield "images"
        return
    if difference.part.kind == Kind.CHOICE:
        changes = (change for change in difference.changes if change.status != Status.MOVED_AWAY)
        yield from ("choices" for change in changes if change.status != Status.EQUAL)
        return
    moves = {change.move for change in difference.changes if change.move is not None}
    yield from ("moved" for _move in moves)
    for change in difference.changes:
        # A passage that moved is counted where it arrived: nothing was removed where it left.
        if change.status not in {Status.EQUAL, Status.MOVED_AWAY} and change.before != change.after:
            yield from _tally_change(change)


def _tally_change(change: Change) -> Iterator[str]:
    """What one item counts for."""
    if any(
        isinstance(item, Block) and item.tag in IMAGES for item in (change.before, change.after)
    ):
        yield "images"
        return
    if change.is_recast:
        yield "restyled"
    for cell in change.cells:
        for run in cell.runs:
            if run.nature == Nature.RESTYLED:
                yield "restyled" if run.targets_before == run.targets_after else "links"
            elif run.nature == Nature.REPLACED:
                yield from ("removed" for token in run.before if token.is_word)
                yield from ("added" for token in run.after if token.is_word)


def summary(comparison: Comparison) -> str:
    """The line that a list of versions shows: "+120 mots, −14 mots, 1 passage déplacé"."""
    if not comparison.changed:
        return _("aucun changement")
    found = counts(comparison)
    said = [
        (found.added, ngettext("+%(total)s mot", "+%(total)s mots", found.added)),
        (found.removed, ngettext("−%(total)s mot", "−%(total)s mots", found.removed)),
        (
            found.moved,
            ngettext("%(total)s passage déplacé", "%(total)s passages déplacés", found.moved),
        ),
        (
            found.images,
            ngettext("%(total)s image modifiée", "%(total)s images modifiées", found.images),
        ),
        (
            found.choices,
            ngettext("%(total)s choix modifié", "%(total)s choix modifiés", found.choices),
        ),
        (found.links, ngettext("%(total)s lien modifié", "%(total)s liens modifiés", found.links)),
        (found.restyled, _("mise en forme")),
    ]
    pieces = [text % {"total": number(total)} for total, text in said if total]
    return ", ".join(pieces) or _("typographie")
