"""The queue of pending pages and the clock of the index. Knows no engine and builds no document."""

import random
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from search.models import IndexState, PendingPage

LEASE = timedelta(seconds=60)
REBUILD_LEASE = timedelta(seconds=120)
MAX_DELAY = 20
PATIENT_ATTEMPTS = 5
"""Beyond this, failures of the whole engine no longer count: it is down, the page is not at fault."""
MAX_ATTEMPTS = 8
ONLY_ROW = 1


class RebuildInProgress(Exception):
    """Another process is building the index."""


@dataclass(frozen=True)
class Claim:
    """Rows that this worker alone handles until its lease ends."""

    lease: uuid.UUID
    changes: Mapping[int, uuid.UUID]

    @property
    def page_ids(self) -> list[int]:
        """The pages claimed, in order."""
        return list(self.changes)

    def is_valid(self) -> bool:
        """Whether the lease has not been lost in the meantime."""
        return _rows(self).filter(lease_until__gt=timezone.now()).exists()


def _rows(claim: Claim) -> QuerySet[PendingPage]:
    return PendingPage.objects.filter(lease=claim.lease)


def upsert(page_ids: Iterable[int]) -> bool:
    """Note that pages changed, in one write; whether there was anything to note."""
    rows = [PendingPage(page_id=page_id) for page_id in sorted(set(page_ids))]
    if rows:
        PendingPage.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["page_id"],
            update_fields=["change", "next_attempt_at", "attempts", "last_error", "replay"],
        )
    return bool(rows)


def claim(limit: int) -> Claim | None:
    """Lease the first due rows to the caller; None when nothing is due."""
    lease, now = uuid.uuid4(), timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    with transaction.atomic():
        due = PendingPage.objects.filter(free, next_attempt_at__lte=now, replay=False)
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        changes = dict(due.order_by("page_id").values_list("page_id", "change")[:limit])
        if not changes:
            return None
        PendingPage.objects.filter(page_id__in=changes).update(
            lease=lease, lease_until=now + LEASE, attempts=F("attempts") + 1
        )
    return Claim(lease, changes)


def complete(claim: Claim, failures: Mapping[int, str], replay: bool) -> None:
    """Remove what is done, put back what failed or changed meanwhile."""
    done = [change for page_id, change in claim.changes.items() if page_id not in failures]
    finished = _rows(claim).filter(change__in=done)
    if replay:
        finished.update(replay=True, lease=None, lease_until=None)
        release_replays()
    else:
        finished.delete()
    for row in _rows(claim).filter(page_id__in=failures):
        parked = row.attempts >= MAX_ATTEMPTS
        row.next_attempt_at = None if parked else timezone.now() + delay(row.attempts)
        row.last_error = failures[row.page_id][:1000]
        row.lease = row.lease_until = None
        row.save(update_fields=["next_attempt_at", "last_error", "lease", "lease_until"])
    _rows(claim).update(lease=None, lease_until=None, attempts=0)


def postpone(claim: Claim, error: str) -> None:
    """Put everything back for later: the engine took nothing."""
    rows = _rows(claim)
    attempts = min(max(rows.values_list("attempts", flat=True), default=1), PATIENT_ATTEMPTS)
    rows.update(
        next_attempt_at=timezone.now() + delay(attempts),
        attempts=attempts,
        last_error=error[:1000],
        lease=None,
        lease_until=None,
    )


def delay(attempts: int) -> timedelta:
    """Twice as long after each failure, up to a bound, never quite the same for two workers."""
    return timedelta(seconds=min(2**attempts, MAX_DELAY) * random.uniform(0.5, 1))  # noqa: S311


def seconds_to_next() -> float | None:
    """How long until a row is due; None when there is none to wait for."""
    moments = [_next_due(), _next_replay()]
    now = timezone.now()
    pauses = [max((moment - now).total_seconds(), 0.0) for moment in moments if moment]
    return min(pauses, default=None)


def _next_due() -> datetime | None:
    """When the first ordinary row may be claimed."""
    waiting = PendingPage.objects.filter(replay=False, next_attempt_at__isnull=False)
    row = waiting.order_by("next_attempt_at").values_list("next_attempt_at", "lease_until").first()
    return max(moment for moment in row if moment is not None) if row else None


def _next_replay() -> datetime | None:
    """When rows kept for a new index are due at the latest, should its rebuild have been killed."""
    if not PendingPage.objects.filter(replay=True).exists():
        return None
    state = IndexState.objects.filter(pk=ONLY_ROW).first()
    return (state and state.rebuild_until) or timezone.now()


# --- The clock, and one rebuild at a time


def next_version() -> int:
    """A number greater than all before it, to be drawn before the database is read.

    It follows the clock of the machine, so that it stays ahead after a backup is restored, and its
    own last value, so that it stays ahead when that clock is set back.
    """
    with transaction.atomic():
        state = _state()
        state.clock = max(state.clock + 1, time.time_ns() // 1000)
        state.save(update_fields=["clock"])
        return state.clock


def rebuilding() -> bool:
    """Whether a rebuild is under way and alive."""
    return IndexState.objects.filter(rebuild_until__gt=timezone.now()).exists()


def begin_rebuild() -> tuple[uuid.UUID, Callable[[], None]]:
    """Become the only rebuild; returns its token, and what keeps the lease alive."""
    token = uuid.uuid4()
    with transaction.atomic():
        state = _state()
        if state.rebuild_until and state.rebuild_until > timezone.now():
            raise RebuildInProgress("another rebuild is under way")
        state.rebuild, state.rebuild_until = token, timezone.now() + REBUILD_LEASE
        state.save(update_fields=["rebuild", "rebuild_until"])
    mine = IndexState.objects.filter(rebuild=token)

    def keep_alive() -> None:
        if not mine.update(rebuild_until=timezone.now() + REBUILD_LEASE):
            raise RebuildInProgress("the lease was lost to another rebuild")

    return token, keep_alive


def end_rebuild(token: uuid.UUID, succeeded: bool) -> None:
    """Let the next rebuild come, and pages that changed meanwhile be handled again."""
    mine = IndexState.objects.filter(rebuild=token)
    if succeeded:
        mine.update(rebuilt_at=timezone.now())
    mine.update(rebuild=None, rebuild_until=None)
    release_replays()


def release_replays() -> None:
    """Once no rebuild is under way, rows kept for the new index are due."""
    if not rebuilding():
        PendingPage.objects.filter(replay=True).update(replay=False, next_attempt_at=timezone.now())


def _state() -> IndexState:
    IndexState.objects.get_or_create(pk=ONLY_ROW)
    return IndexState.objects.select_for_update().get(pk=ONLY_ROW)


def pending_ids() -> Collection[int]:
    """Pages that wait, parked ones included."""
    return set(PendingPage.objects.values_list("page_id", flat=True))
