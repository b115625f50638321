"""Who empties the pending rows after a commit: a thread of this process, the request, or nobody here.

Must not know what draining is.
"""

import logging
import os
import threading
from collections.abc import Callable

from django.db import close_old_connections, connections

from search import conf

logger = logging.getLogger(__name__)

RETRY_AFTER_ERROR = 5.0

Drain = Callable[[], object]
Wait = Callable[[], float | None]


class _Drainer:
    """One background thread per process, started by the first change and sleeping between them."""

    def __init__(self) -> None:
        self.wake = threading.Event()
        self.starting = threading.Lock()
        self.thread: threading.Thread | None = None
        self.process = 0

    def kick(self, drain: Drain, wait: Wait) -> None:
        """Wake the thread; a forked process starts its own."""
        with self.starting:
            if self.process != os.getpid() or self.thread is None or not self.thread.is_alive():
                self.process = os.getpid()
                self.wake = threading.Event()
                self.thread = threading.Thread(
                    target=self._run, args=(drain, wait), name="search-drain", daemon=True
                )
                self.thread.start()
        self.wake.set()

    def _run(self, drain: Drain, wait: Wait) -> None:
        while True:
            pause: float | None = RETRY_AFTER_ERROR
            # Cleared before draining: a change that comes during it is not missed.
            self.wake.clear()
            try:
                close_old_connections()
                drain()
                pause = wait()
            except Exception:
                logger.exception("pending pages could not be handled")
            finally:
                connections.close_all()
            self.wake.wait(pause)


_drainer = _Drainer()


def kick(drain: Drain, wait: Wait) -> None:
    """Have pending rows handled soon, as `SEARCH_DRAIN` says."""
    mode = conf.drain_mode()
    if mode == "inline":
        drain()
    elif mode == "thread":
        _drainer.kick(drain, wait)
