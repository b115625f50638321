"""What operators may have done about the index: build it anew, compare it, have pages handled again."""

import time
from typing import Any

from django.utils.translation import gettext as _

from search import indexing, pending
from search.backends.base import IndexingFailed, SearchUnavailable
from search.models import PendingPage
from search.models.jobs import JobKind
from search.report import jobs

REMEMBERED = 10_000
"""Pages that differ of which the ids are kept, so that they can be handled again."""
COMPARED_WITHIN = 15 * 60.0


def parked() -> Any:
    """Rows that wait for someone to look."""
    return PendingPage.objects.filter(next_attempt_at=None)


def retry_parked() -> int:
    """Have refused pages tried again; returns how many."""
    page_ids = list(parked().values_list("page_id", flat=True))
    indexing.enqueue(page_ids)
    return len(page_ids)


def start_rebuild() -> bool:
    """Build the index anew in the background; False when that is under way, here or elsewhere."""
    if pending.rebuilding():
        return False

    def work(progress: jobs.Progress) -> dict[str, Any]:
        try:
            return {"documents": indexing.rebuild(progress=progress.step)}
        except (pending.RebuildInProgress, IndexingFailed, SearchUnavailable) as error:
            raise jobs.Refused(str(error)) from error

    return jobs.start(JobKind.REBUILD, indexing.searchable_pages().count(), work)


def start_comparison() -> bool:
    """Compare index and database in the background; False when that is under way."""

    def work(progress: jobs.Progress) -> dict[str, Any]:
        end = time.monotonic() + COMPARED_WITHIN

        def step(count: int) -> None:
            progress.step(count)
            if time.monotonic() > end:
                raise jobs.Refused(_("La comparaison a été arrêtée : elle durait trop longtemps."))

        try:
            found = indexing.compare(progress=step)
        except (IndexingFailed, SearchUnavailable) as error:
            raise jobs.Refused(str(error)) from error
        kinds = {"missing": found.missing, "ghosts": found.ghosts, "stale": found.stale}
        return {
            "pages": found.pages,
            **{
                name: {"total": len(page_ids), "page_ids": list(page_ids[:REMEMBERED])}
                for name, page_ids in kinds.items()
            },
        }

    return jobs.start(JobKind.COMPARE, indexing.searchable_pages().count(), work)


def mend() -> int:
    """Have the pages that the last comparison found handled again; returns how many."""
    result = jobs.last(JobKind.COMPARE).result
    page_ids = {
        page_id
        for name in ("missing", "ghosts", "stale")
        for page_id in result.get(name, {}).get("page_ids", ())
    }
    indexing.enqueue(page_ids)
    return len(page_ids)
