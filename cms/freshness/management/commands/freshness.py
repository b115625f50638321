"""Ask authors, then organizations, whether their pages are still exact. To be run once a day."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.freshness.sending import Run


class Command(BaseCommand):
    """Send the mails that are due; exit with 1 when some had to wait."""

    help = "Demande aux auteurs, puis à leur organisation, si leurs pages sont toujours exactes."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run once. No address is written out."""
        report = Run()()
        self.stdout.write(
            f"{report.created} page(s) ajoutée(s), {report.asked} page(s) à une nouvelle étape, "
            f"{report.sent} message(s) envoyé(s), {report.kept} remis à plus tard."
        )
        if report.mail_is_away:
            raise CommandError(
                "Le serveur de messagerie ne prend rien : des messages attendent le passage suivant."
            )
