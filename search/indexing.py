"""Keeps the index what the database says: enqueue what changed, drain, rebuild, compare.

A change never waits for the engine and never fails because of it. What a document holds is always
computed from the database at the moment it is sent, never from the change.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from wagtail.query import PageQuerySet

from casestudies.models import CaseStudyPage
from cms.visibility import visible_to
from search import drainer, pending
from search.backends import get_backend
from search.backends.base import IndexingFailed, IndexOutdated
from search.documents import CaseDocument, build_documents

logger = logging.getLogger(__name__)

BATCH = 200
REBUILD_BATCH = 500


def enqueue(page_ids: Iterable[int]) -> None:
    """Note that pages changed, in the present transaction; the engine hears of it after commit."""
    if pending.upsert(page_ids):
        transaction.on_commit(kick, robust=True)


def kick() -> None:
    """Have pending pages handled soon, in the way that the settings choose."""
    drainer.kick(drain, pending.seconds_to_next)


def drain(batch: int = BATCH) -> int:
    """Handle every due page; returns how many were handled, whether or not the engine took them."""
    handled = 0
    pending.release_replays()
    while (claim := pending.claim(batch)) is not None:
        handled += len(claim.changes)
        if not _handle(claim):
            break
    return handled


def _handle(claim: pending.Claim) -> bool:
    """Bring the engine in step for the claimed pages; whether it is worth going on."""
    replay = pending.rebuilding()
    version = pending.next_version()
    documents, failures = _documents(claim.page_ids, version)
    found = {document.page_id for document in documents}
    gone = [
        page_id for page_id in claim.page_ids if page_id not in found and page_id not in failures
    ]
    if not claim.is_valid():
        return True
    try:
        backend = get_backend()
        if documents:
            failures.update(backend.index(documents))
        if gone:
            failures.update(backend.delete(gone, version))
    except IndexOutdated:
        return _rebuild_for(claim)
    except IndexingFailed as error:
        logger.warning("the search engine took nothing, pages wait: %s", error)
        pending.postpone(claim, str(error))
        return False
    for page_id, reason in failures.items():
        logger.error("page %s could not be indexed: %s", page_id, reason)
    pending.complete(claim, failures, replay)
    return True


def _rebuild_for(claim: pending.Claim) -> bool:
    """There is no usable index: build it; the claimed pages are in it."""
    try:
        rebuild()
    except (pending.RebuildInProgress, IndexingFailed) as error:
        pending.postpone(claim, str(error))
        return False
    pending.complete(claim, {}, replay=False)
    return True


def _documents(page_ids: list[int], version: int) -> tuple[list[CaseDocument], dict[int, str]]:
    """Documents of the readable pages among `page_ids`, and what went wrong, by page."""
    pages = list(visible_pages().filter(pk__in=page_ids).order_by("pk"))
    try:
        return build_documents(pages, version), {}
    except Exception:
        logger.exception("a page of a batch of %s breaks its document", len(pages))
    documents: list[CaseDocument] = []
    failures: dict[int, str] = {}
    for page in pages:
        try:
            documents += build_documents([page], version)
        except Exception as error:
            failures[page.pk] = repr(error)
    return documents, failures


def visible_pages() -> PageQuerySet:
    """Every case that anyone may read: what the index must hold, no more and no less."""
    return visible_to(CaseStudyPage.objects.all())


def all_documents(
    version: int, progress: Callable[[int], None] | None = None
) -> Iterator[CaseDocument]:
    """Documents of all readable cases, in a constant number of queries per batch."""
    last = 0
    while pages := list(visible_pages().filter(pk__gt=last).order_by("pk")[:REBUILD_BATCH]):
        yield from build_documents(pages, version)
        last = pages[-1].pk
        if progress:
            progress(len(pages))


def rebuild(progress: Callable[[int], None] | None = None) -> int:
    """Build the index anew beside the present one and put it in its place.

    Pages that change meanwhile are handled in the old index at once and in the new one afterwards.
    """
    token, keep_alive = pending.begin_rebuild()
    succeeded = False

    def step(count: int) -> None:
        keep_alive()
        if progress:
            progress(count)

    try:
        version = pending.next_version()
        count = get_backend().rebuild(all_documents(version, step))
        succeeded = True
    finally:
        pending.end_rebuild(token, succeeded)
    kick()
    return count


@dataclass(frozen=True)
class Differences:
    """Where index and database disagree."""

    missing: tuple[int, ...]
    """Readable pages without a document."""
    ghosts: tuple[int, ...]
    """Documents without a readable page."""
    stale: tuple[int, ...]
    """Documents that say something else than their page."""
    pages: int = 0

    def __bool__(self) -> bool:
        return bool(self.missing or self.ghosts or self.stale)

    @property
    def page_ids(self) -> tuple[int, ...]:
        """All of them."""
        return (*self.missing, *self.ghosts, *self.stale)


def compare() -> Differences:
    """Compare every readable page with every document, by content."""
    stored = get_backend().documents_digest()
    expected = {document.page_id: document.content_hash for document in all_documents(version=0)}
    return Differences(
        missing=tuple(sorted(expected.keys() - stored.keys())),
        ghosts=tuple(sorted(stored.keys() - expected.keys())),
        stale=tuple(sorted(k for k in expected.keys() & stored.keys() if expected[k] != stored[k])),
        pages=len(expected),
    )
