"""Counts what readers search and open. Never slows a page, never fails it.

Counts wait in the memory of the process and are written by a thread of its own, within seconds or
once fifty wait. A process killed meanwhile loses those; a database that is locked loses none.
"""

import atexit
import logging
import os
import threading
from datetime import date

from django.db import connections
from django.http import HttpRequest
from django.utils import timezone

from search import conf
from search.report.counting import NAMELESS, Buffer, Tally, purge, this_week, write
from search.report.privacy import may_be_kept
from search.report.readers import counted_key, is_new_search, is_reader

logger = logging.getLogger(__name__)

PAUSE = 5.0
FULL = 50
BATCH = 100
"""Rows written in one transaction: authors wait for the database no longer than that takes."""
TOP = 3


def record_search(request: HttpRequest, text: str, total: int) -> None:
    """Count a search of `text` that found `total`, if a reader has just asked it."""
    try:
        key = counted_key(text)
        if key and is_reader(request) and is_new_search(request, key):
            _recorder.note(key, text, Tally(searches=1, empty=int(total == 0)))
    except Exception:
        logger.exception("a search could not be counted")


def record_click(request: HttpRequest, text: str, position: int, first: bool) -> None:
    """Count a result opened at `position`; `first` says whether it is the first of that search."""
    try:
        key = counted_key(text)
        if key and is_reader(request):
            tally = Tally(
                clicked=int(first),
                clicks=1,
                first_three=int(position <= TOP),
                positions=position,
            )
            _recorder.note(key, text, tally)
    except Exception:
        logger.exception("a click could not be counted")


def flush() -> bool:
    """Write what waits in this process, now; whether that succeeded."""
    return _recorder.flush()


class _Recorder:
    """The counts of this process, and the thread that writes them, started by the first."""

    def __init__(self) -> None:
        self.buffer = Buffer()
        self.starting = threading.Lock()
        self.writing = threading.Lock()
        self.thread: threading.Thread | None = None
        self.process = 0
        self.noted = threading.Event()
        self.full = threading.Event()
        self.purged_on: date | None = None

    def note(self, key: str, text: str, tally: Tally) -> None:
        """Add one search or click, without its words when those may not be kept."""
        kept = may_be_kept(text)
        tally.text = text if kept else ""
        waiting = self.buffer.add(this_week(), key if kept else NAMELESS, tally)
        if conf.drain_mode() == "inline":
            self.flush()
            return
        self._ensure_thread()
        self.noted.set()
        if waiting >= FULL:
            self.full.set()

    def flush(self) -> bool:
        """Write what waits, or have it wait on; once a day, forget what is too old."""
        with self.writing:
            waiting = list(self.buffer.take().items())
            for start in range(0, len(waiting), BATCH):
                try:
                    write(dict(waiting[start : start + BATCH]))
                except Exception as error:
                    self.buffer.put_back(dict(waiting[start:]))
                    logger.warning("searches could not be counted yet: %s", error)
                    return False
            if waiting and self.purged_on != timezone.localdate():
                self.purged_on = timezone.localdate()
                self._purge()
        return True

    def _purge(self) -> None:
        try:
            purge()
        except Exception as error:
            logger.warning("old counts of searches could not be removed: %s", error)

    def _ensure_thread(self) -> None:
        with self.starting:
            if self.process == os.getpid() and self.thread and self.thread.is_alive():
                return
            self.process = os.getpid()
            self.thread = threading.Thread(target=self._run, name="search-counts", daemon=True)
            self.thread.start()

    def _run(self) -> None:
        while True:
            self.noted.wait()
            self.full.wait(PAUSE)
            self.noted.clear()
            self.full.clear()
            if not self.flush():
                self.noted.set()
            connections.close_all()


_recorder = _Recorder()
atexit.register(flush)
