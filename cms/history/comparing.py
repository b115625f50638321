"""What changed between two versions of a page, worked out once for each pair that never changes."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.cache import cache

from cms.differences import compare, sections, summary
from cms.differences.rendering import Fold, Section
from cms.history.snapshots import parts_of
from cms.models import BasePage
from cms.models.versions import PublishedVersion

REMEMBERED = 3600
FORM = 1
"""Changes with what is kept."""


@dataclass(frozen=True)
class ShownComparison:
    """The parts that differ, ready for a template, and all of it said in one line."""

    summary: str
    sections: tuple[Section, ...]
    unchanged: tuple[str, ...]
    """Labels of the parts that do not differ."""


def compared(
    page: BasePage, before: PublishedVersion, after: PublishedVersion, user: Any
) -> ShownComparison:
    """The comparison of two versions with their content.

    Kept for an hour under all that it says: what the versions refer to is named anew for each
    reader, so that a page closed a moment ago is not named by what was kept before.
    """
    old, new = parts_of(type(page), [before.content, after.content], user)
    key = f"history:{FORM}:{sha256(repr((old, new)).encode()).hexdigest()}"
    known: ShownComparison | None = cache.get(key)
    if known is not None:
        return known
    found = compare(old, new)
    shown = sections(found)
    comparison = ShownComparison(
        summary(found),
        tuple(section for section in shown if section.is_changed),
        tuple(section.label for section in shown if not section.is_changed and section.pieces),
    )
    for section in comparison.sections:
        warm(section)
    cache.set(key, comparison, REMEMBERED)
    return comparison


def warm(section: Section) -> None:
    """Work the words out now, so that they are kept with the rest."""
    for piece in section.pieces:
        for row in piece.rows if isinstance(piece, Fold) else (piece,):
            for cell in row.cells:
                _ = cell.inline, cell.before, cell.after
