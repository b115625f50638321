"""A thread of this process that works off what changes left to do. Must not know what that is."""

import logging
import os
import threading
from collections.abc import Callable

from django.db import close_old_connections, connections

logger = logging.getLogger(__name__)

RETRY_AFTER_ERROR = 5.0

Work = Callable[[], object]
Wait = Callable[[], float | None]


class Worker:
    """One background thread per process, started by the first change and sleeping between them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.wake = threading.Event()
        self.starting = threading.Lock()
        self.thread: threading.Thread | None = None
        self.process = 0

    def kick(self, work: Work, wait: Wait) -> None:
        """Wake the thread; a forked process starts its own. `wait` says how long it then sleeps."""
        with self.starting:
            if self.process != os.getpid() or self.thread is None or not self.thread.is_alive():
                self.process = os.getpid()
                self.wake = threading.Event()
                self.thread = threading.Thread(
                    target=self._run, args=(work, wait), name=self.name, daemon=True
                )
                self.thread.start()
        self.wake.set()

    def _run(self, work: Work, wait: Wait) -> None:
        while True:
            pause: float | None = RETRY_AFTER_ERROR
            # Cleared before working: a change that comes during it is not missed.
            self.wake.clear()
            try:
                close_old_connections()
                work()
                pause = wait()
            except Exception:
                logger.exception("%s: work left to do could not be done", self.name)
            finally:
                connections.close_all()
            self.wake.wait(pause)
