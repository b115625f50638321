"""Tell readers who follow a search what is new in it. To be run every hour, by cron or a timer."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.alerts.sending import Run


class Command(BaseCommand):
    """Send the mails that are due; exit with 1 when some had to wait."""

    help = "Envoie les alertes dues et efface les demandes jamais confirmées ; --dry-run ne fait que dire."

    def add_arguments(self, parser: CommandParser) -> None:
        """One option."""
        parser.add_argument(
            "--dry-run", action="store_true", help="Dire ce qui partirait, sans rien envoyer."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run once. No address is written out."""
        rehearsal = options["dry_run"]
        report = Run(tell=self.stdout.write if rehearsal else None)()
        verb = "à envoyer" if rehearsal else "envoyé(s)"
        self.stdout.write(
            f"{report.looked_at} alerte(s) regardée(s), {report.sent} message(s) {verb}, "
            f"{report.kept} remis à plus tard, {report.forgotten} demande(s) expirée(s) effacée(s)."
        )
        if report.unanswered:
            raise CommandError(
                "La recherche ne répond pas : des alertes attendent le passage suivant."
            )
        if report.mail_is_away:
            raise CommandError(
                "Le serveur de messagerie ne prend rien : des alertes attendent le passage suivant."
            )
