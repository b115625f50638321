"""Load what every site needs before its first page: territories, vocabularies, the frame."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from tqdm import tqdm

from casestudies.interchange.publication import quietly
from casestudies.loading.site import install_site
from casestudies.loading.vocabularies import load_vocabularies
from casestudies.reference.files import TERRITORIES_FILE
from casestudies.reference.territories import LoadReport, load_territories


class Command(BaseCommand):
    """`load_reference`."""

    help = "Charge les territoires, les vocabulaires et l'ossature du site ; sans effet si rien n'a changé."

    def handle(self, *args: Any, **options: Any) -> None:
        """Territories, vocabularies, frame."""
        self.tell_territories(self.territories())
        with quietly():
            loaded = load_vocabularies()
            home = install_site()
        self.stdout.write(_("Vocabulaires : chargés") if loaded else _("Vocabulaires : inchangés"))
        self.stdout.write(_("Site : %s") % home.full_url)

    def territories(self) -> LoadReport:
        """All territories, with a bar on a terminal."""
        if not sys.stderr.isatty():
            return load_territories(TERRITORIES_FILE)
        with tqdm(unit=" territoires", leave=False) as bar:

            def progress(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            return load_territories(TERRITORIES_FILE, progress)

    def tell_territories(self, report: LoadReport) -> None:
        """What changed, and the codes that the file no longer has."""
        if report.already_loaded:
            self.stdout.write(_("Territoires : inchangés"))
            return
        message = _(
            "Territoires : %(created)d créés, %(updated)d mis à jour, %(former)d anciens codes"
        )
        self.stdout.write(
            message
            % {"created": report.created, "updated": report.updated, "former": report.former_codes}
        )
        if report.vanished:
            self.stderr.write(_("Absents du fichier, gardés : %s") % ", ".join(report.vanished))
