"""Runs long work on the index beside the request that asked for it, and says how far it is.

One run of each kind at a time, among all processes. A run whose process was stopped is seen as such
once its lease is over, and may be started again.
"""

import logging
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import DatabaseError, connections
from django.db.models import Q
from django.utils import timezone

from search import conf
from search.models import IndexJob

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=300)


class Refused(Exception):
    """The work could not be done; the message is for whoever asked."""


class State(StrEnum):
    """Where a run stands."""

    NEVER = "never"
    RUNNING = "running"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    DONE = "done"


@dataclass(frozen=True)
class Job:
    """The last run of one kind, as it is shown."""

    state: State = State.NEVER
    done: int = 0
    total: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    error: str = ""
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def is_running(self) -> bool:
        """Whether it is under way."""
        return self.state is State.RUNNING

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return min(100 * self.done // self.total, 100) if self.total else 0

    @property
    def seconds(self) -> float | None:
        """How long it took."""
        if self.started_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()


class Progress:
    """What the work calls as it goes: notes how much is done, and keeps the run's place."""

    def __init__(self, kind: str, run: uuid.UUID) -> None:
        self._row = IndexJob.objects.filter(kind=kind, run=run)
        self.done = 0

    def step(self, count: int) -> None:
        """`count` more are done; a database that is busy does not stop the work."""
        self.done += count
        try:
            self._row.update(done=self.done, alive_until=timezone.now() + LEASE)
        except DatabaseError as error:
            logger.warning("progress could not be noted: %s", error)

    def end(self, error: str, result: dict[str, Any]) -> None:
        """The work is over."""
        self._row.update(ended_at=timezone.now(), error=error[:500], result=result)


Work = Callable[[Progress], dict[str, Any]]
"""Returns what is to be remembered of it. Raises `Refused`."""


def start(kind: str, total: int, work: Work) -> bool:
    """Have `work` done in the background; False when a run of that kind is under way."""
    run, now = uuid.uuid4(), timezone.now()
    IndexJob.objects.get_or_create(kind=kind)
    free = Q(started_at=None) | Q(ended_at__isnull=False) | Q(alive_until__lt=now)
    claimed = IndexJob.objects.filter(free, kind=kind).update(
        run=run, started_at=now, alive_until=now + LEASE, ended_at=None,
        done=0, total=total, error="", result={},
    )  # fmt: skip
    if not claimed:
        return False
    progress = Progress(kind, run)
    if conf.drain_mode() == "inline":
        _do(work, progress)
    else:
        threading.Thread(
            target=_alone, args=(work, progress), name=f"search-{kind}", daemon=True
        ).start()
    return True


def _alone(work: Work, progress: Progress) -> None:
    """In a thread of its own, whose connections end with it."""
    try:
        _do(work, progress)
    except DatabaseError:
        logger.exception("the end of the work could not be noted")
    finally:
        connections.close_all()


def _do(work: Work, progress: Progress) -> None:
    """Work, and note how it ended whatever happens."""
    error, result = "", {}
    try:
        result = work(progress)
    except Refused as refusal:
        error = str(refusal)
    except Exception as failure:
        logger.exception("work on the index failed")
        error = repr(failure)
    progress.end(error, result)


def last(kind: str) -> Job:
    """The last run of a kind."""
    row = IndexJob.objects.filter(kind=kind).exclude(started_at=None).first()
    if row is None:
        return Job()
    if row.ended_at is not None:
        state = State.FAILED if row.error else State.DONE
    elif row.alive_until is None or row.alive_until > timezone.now():
        state = State.RUNNING
    else:
        state = State.INTERRUPTED
    return Job(
        state, row.done, row.total, row.started_at, row.ended_at, row.error, dict(row.result)
    )
