"""Load the demonstration: content, accounts whose passwords are public, texts under way."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from casestudies.interchange.problems import ImportRefused
from casestudies.interchange.publication import quietly
from casestudies.loading.demo import PartReport, load_parts
from casestudies.loading.demo.accounts import ACCOUNTS, PASSWORD
from casestudies.loading.publishing import Outcome
from casestudies.loading.site import install_site
from casestudies.models import Theme

NAMES = {
    "glossary": "Glossaire",
    "partners": "Partenaires",
    "accounts": "Comptes",
    "cases": "Retours d'expérience",
    "guide": "Guide",
    "pages": "Pages",
    "desk": "Textes en cours",
}


class Command(BaseCommand):
    """`load_demo`."""

    help = "Charge le contenu de démonstration et des comptes aux mots de passe connus ; refusé hors démonstration."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load what is missing or has changed, then say how to sign in."""
        if not getattr(settings, "DEMONSTRATION", False):
            raise CommandError(
                _(
                    "Refusé : les comptes de démonstration ont un mot de passe public (réglage DEMONSTRATION)."
                )
            )
        if not Theme.objects.exists():
            call_command("load_reference", stdout=self.stdout, stderr=self.stderr)
        try:
            with quietly():
                install_site()
                for report in load_parts():
                    self.tell(report)
        except ImportRefused as refused:
            raise CommandError(f"{refused}") from refused
        self.tell_accounts()

    def tell(self, report: PartReport) -> None:
        """One line a part."""
        name = _(NAMES[report.name])
        if report.already_loaded:
            self.stdout.write(_("%s : rien de nouveau") % name)
            return
        message = _("%(name)s : %(created)d créés, %(updated)d mis à jour, %(kept)d inchangés")
        self.stdout.write(
            message
            % {
                "name": name,
                "created": report.count(Outcome.CREATED),
                "updated": report.count(Outcome.UPDATED),
                "kept": report.count(Outcome.KEPT),
            }
        )
        if skipped := report.count(Outcome.SKIPPED):
            message = _("%(name)s : %(skipped)d laissés à qui y travaille")
            self.stderr.write(message % {"name": name, "skipped": skipped})

    def tell_accounts(self) -> None:
        """Every account, its role, and the password they share."""
        self.stdout.write("")
        self.stdout.write(_("Pour entrer dans %s :") % f"{settings.SITE_URL}/gestion/")
        width = max(len(account.email) for account in ACCOUNTS)
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.email.ljust(width)}  {account.role}")
        self.stdout.write(_("Mot de passe de tous : %s") % PASSWORD)
