"""What happened to a page besides its versions, as packages tell it, placed between them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from wagtail import hooks
from wagtail.models import Page

from cms.models.versions import PublishedVersion


@dataclass(frozen=True)
class Note:
    """A line of the page's life that anyone who reads its history may read."""

    at: datetime
    text: str


@dataclass(frozen=True)
class Told:
    """A version, with what happened after it and before the next one, the latest first."""

    version: PublishedVersion
    notes: Sequence[Note]


def told(page: Page, versions: Sequence[PublishedVersion], is_latest: bool) -> list[Told]:
    """`versions`, the latest first, with the notes that hooks give for their time.

    Hook `history_notes`: `fn(page, since) -> Iterable[Note]`, in one query. Notes later than the
    first of `versions` belong to it only when it is the `is_latest`.
    """
    if not versions:
        return []
    since = versions[-1].published_at
    found: Iterable[Note] = (
        note for hook in hooks.get_hooks("history_notes") for note in hook(page, since)
    )
    notes = sorted(found, key=lambda note: note.at, reverse=True)
    entries = []
    until: datetime | None = None
    for version in versions:
        own = [
            note
            for note in notes
            if note.at >= version.published_at and (note.at < until if until else is_latest)
        ]
        entries.append(Told(version, own))
        until = version.published_at
    return entries
