"""Compare every readable page with every document of the index."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import indexing
from search.backends import get_backend
from search.backends.base import IndexingFailed, SearchUnavailable

SHOWN = 50


class Command(BaseCommand):
    """List differences; exit with 1 when there are any."""

    help = "Compare l'index et la base, page par page ; --fix remet en attente les pages qui diffèrent."

    def add_arguments(self, parser: CommandParser) -> None:
        """One option."""
        parser.add_argument("--fix", action="store_true", help="Réindexer les pages qui diffèrent.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, repair if asked, and say what is left."""
        try:
            if options["fix"] and not get_backend().is_current():
                indexing.rebuild()
            differences = indexing.compare()
            if differences and options["fix"]:
                self.report(differences)
                indexing.enqueue(differences.page_ids)
                indexing.drain()
                get_backend().refresh()
                differences = indexing.compare()
        except (SearchUnavailable, IndexingFailed) as error:
            raise CommandError(f"L'index ne peut pas être lu : {error}") from error
        if differences:
            self.report(differences)
            raise CommandError("L'index diffère de la base.")
        self.stdout.write(f"{differences.pages} page(s) : l'index dit la même chose que la base.")

    def report(self, differences: indexing.Differences) -> None:
        """Say which pages differ, and how."""
        for label, page_ids in (
            ("absentes de l'index", differences.missing),
            ("à retirer de l'index", differences.ghosts),
            ("à mettre à jour", differences.stale),
        ):
            if page_ids:
                shown = ", ".join(map(str, page_ids[:SHOWN])) + (
                    "…" if len(page_ids) > SHOWN else ""
                )
                self.stderr.write(f"{len(page_ids)} page(s) {label} : {shown}")
