"""What readers search, on a terminal; and the forgetting of what is older than thirteen months."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from search.report.counting import purge
from search.report.figures import Asked, Figures, Period

SHOWN = 20


class Command(BaseCommand):
    """Print the most frequent queries, or purge."""

    help = "Montre ce que cherchent les lecteurs ; --purge oublie ce qui a plus de treize mois."

    def add_arguments(self, parser: CommandParser) -> None:
        """Two options."""
        parser.add_argument("--purge", action="store_true", help="Oublier les semaines anciennes.")
        parser.add_argument(
            "--periode", choices=list(Period), default=Period.FOUR_WEEKS.value, help="Depuis quand."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Purge, or print."""
        if options["purge"]:
            self.stdout.write(f"{purge()} compte(s) de plus de treize mois oublié(s).")
            return
        figures = Figures(Asked(Period(options["periode"])))
        sums = figures.sums
        self.stdout.write(
            f"{sums.searches} recherche(s), {sums.empty} sans résultat, {sums.abandoned} sans suite."
        )
        for row in figures.queries[:SHOWN]:
            self.stdout.write(f"{row['searches']:6}  {row['words']}")
