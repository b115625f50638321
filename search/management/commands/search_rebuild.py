"""Build the search index anew, without a moment in which searches fail or find nothing."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from search import indexing
from search.backends.base import IndexingFailed
from search.pending import RebuildInProgress


class Command(BaseCommand):
    """Rebuild the index, then replay what changed meanwhile."""

    help = "Reconstruit l'index de recherche à côté de l'actuel, puis prend sa place d'un coup."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild with a progress bar."""
        started = time.monotonic()
        total = indexing.searchable_pages().count()
        hidden = options["verbosity"] == 0
        try:
            with tqdm(
                total=total, unit="page", disable=True if hidden else None, file=self.stderr
            ) as bar:
                count = indexing.rebuild(progress=bar.update)
        except (IndexingFailed, RebuildInProgress) as error:
            raise CommandError(
                f"L'index n'a pas été reconstruit, l'ancien sert toujours : {error}"
            ) from error
        replayed = indexing.drain()
        if not hidden:
            seconds = time.monotonic() - started
            self.stdout.write(
                f"{count} document(s) indexé(s) en {seconds:.1f} s, {replayed} rejouée(s)."
            )
