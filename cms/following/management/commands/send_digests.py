"""Tell those who follow what happened. To be run every few minutes, by cron or a timer."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.following.delivery import deliver_events
from cms.following.sending import Run


class Command(BaseCommand):
    """Deliver events and send the mails that are due; exit with 1 when some had to wait."""

    help = "Transmet ce qui s'est passé à ceux qui suivent et envoie les messages dus."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run once. No address is written out."""
        events = deliver_events()
        report = Run()()
        self.stdout.write(
            f"{events} événement(s), {report.sent} message(s) envoyé(s), "
            f"{report.kept} remis à plus tard, {report.forgotten} demande(s) expirée(s) effacée(s)."
        )
        if report.mail_is_away:
            raise CommandError(
                "Le serveur de messagerie ne prend rien : des messages attendent le passage suivant."
            )
