"""Look at links to other sites that are due. To be run by cron, every few hours."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.outlinks.looking import Run


class Command(BaseCommand):
    """Look at some links and stop in time; exit with 1 when this server reaches nobody."""

    help = "Regarde si les liens vers d’autres sites mènent encore quelque part."

    def add_arguments(self, parser: CommandParser) -> None:
        """How much may be done."""
        parser.add_argument("--limit", type=int, default=500, help="Nombre de liens au plus.")
        parser.add_argument("--seconds", type=float, default=900, help="Durée au plus.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run once."""
        report = Run(limit=options["limit"], seconds=options["seconds"])()
        self.stdout.write(
            f"{report.found} lien(s) ajouté(s), {report.looked_at} regardé(s), "
            f"{report.failed} sans réponse utile, {report.broken} à réparer en tout."
        )
        if report.is_cut_off:
            raise CommandError("Aucun site ne répond : ce serveur est sans doute coupé du réseau.")
