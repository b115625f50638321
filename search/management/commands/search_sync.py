"""Tell the search engine what has changed: once, or for as long as the process lives."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from search import indexing, pending

IDLE = 1.0


class Command(BaseCommand):
    """Drain pending pages."""

    help = "Envoie au moteur de recherche les pages en attente ; --watch continue jusqu'à l'arrêt."

    def add_arguments(self, parser: CommandParser) -> None:
        """One option."""
        parser.add_argument(
            "--watch", action="store_true", help="Rester et traiter les pages à mesure."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Drain, and go on if asked."""
        handled = indexing.drain()
        self.stdout.write(f"{handled} page(s) traitée(s), {len(pending.pending_ids())} en attente.")
        if options["watch"]:
            self.watch()

    def watch(self) -> None:
        """Drain until told to stop; a batch under way is finished first."""
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        while not stopping.wait(IDLE):
            close_old_connections()
            handled = indexing.drain()
            if handled:
                self.stdout.write(f"{handled} page(s) traitée(s).")
