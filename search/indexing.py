"""Keeps the index what the database says: enqueue what changed, drain, rebuild, compare.

A change never waits for the engine and never fails because of it. What a document holds is always
computed from the database at the moment it is sent, never from the change.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from wagtail.models import Page

from casestudies.models import CaseStudyPage
from search import drainer, pending
from search.backends import get_backend
from search.backends.base import IndexingFailed, IndexOutdated
from search.documents import SearchDocument, build_documents, page_of
from search.passages import build_passages, searchable_pages
from search.semantics import forget, with_vectors

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
            forget(gone)
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


def _documents(page_ids: list[int], version: int) -> tuple[list[SearchDocument], dict[int, str]]:
    """Documents of the readable pages among `page_ids`, and what went wrong, by page."""
    pages = _specific(page_ids)
    try:
        return documents_of(pages, version), {}
    except Exception:
        logger.exception("a page of a batch of %s breaks its document", len(pages))
    documents: list[SearchDocument] = []
    failures: dict[int, str] = {}
    for page in pages:
        try:
            documents += documents_of([page], version)
        except Exception as error:
            failures[page.pk] = repr(error)
    return documents, failures


def _specific(page_ids: Iterable[int]) -> list[Page]:
    """The readable pages among `page_ids`, whole, in the order of their ids."""
    return list(searchable_pages().filter(pk__in=page_ids).order_by("pk").specific())


def documents_of(pages: Sequence[Page], version: int) -> list[SearchDocument]:
    """All that is held of `pages`: one document for each case, and passages of whatever has some."""
    cases = [page for page in pages if isinstance(page, CaseStudyPage)]
    return with_vectors([*build_documents(cases, version), *build_passages(pages, version)])


def all_documents(
    version: int, progress: Callable[[int], None] | None = None
) -> Iterator[SearchDocument]:
    """Documents of all readable pages, in a constant number of queries per batch."""
    last = 0
    while ids := list(
        searchable_pages()
        .filter(pk__gt=last)
        .order_by("pk")
        .values_list("pk", flat=True)[:REBUILD_BATCH]
    ):
        yield from documents_of(_specific(ids), version)
        last = ids[-1]
        if progress:
            progress(len(ids))


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


def compare(progress: Callable[[int], None] | None = None) -> Differences:
    """Compare every readable page with every document, by content."""
    stored = get_backend().documents_digest()
    expected: dict[str, str] = {}
    pages = 0

    def count(read: int) -> None:
        nonlocal pages
        pages += read
        if progress:
            progress(read)

    for document in all_documents(version=0, progress=count):
        expected[document.key] = document.content_hash
    readable = {page_of(key) for key in expected}
    held = {page_of(key) for key in stored}
    differing = {
        key for key in expected.keys() | stored.keys() if expected.get(key) != stored.get(key)
    }
    stale = {page_of(key) for key in differing} & readable & held
    return Differences(
        missing=tuple(sorted(readable - held)),
        ghosts=tuple(sorted(held - readable)),
        stale=tuple(sorted(stale)),
        pages=pages,
    )
