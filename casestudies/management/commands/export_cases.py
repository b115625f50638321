"""Export the public cases in the interchange format, one a line, by number."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from casestudies.interchange.export import as_line, cases_as_data, public_cases


class Command(BaseCommand):
    """`export_cases [FILE|-]`."""

    help = (
        "Exporte les cas publics (JSON Lines), par numéro ; le résultat ne dépend que du contenu."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to write."""
        parser.add_argument(
            "file",
            nargs="?",
            default="-",
            metavar="FILE",
            help="fichier à écrire ; - : sortie standard",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write every public case; a file is replaced only once it is whole."""
        lines = (as_line(case) for case in cases_as_data(public_cases()))
        if options["file"] == "-":
            for line in lines:
                self.stdout.write(line)
            return
        target = Path(options["file"])
        partial = target.with_name(f".{target.name}.{os.getpid()}.part")
        count = 0
        try:
            with partial.open("w", encoding="utf-8", newline="\n") as file:
                for line in lines:
                    file.write(f"{line}\n")
                    count += 1
            partial.replace(target)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise CommandError(_("Écriture impossible : %s") % error) from error
        self.stdout.write(
            _("%(count)d cas exporté(s) dans %(file)s") % {"count": count, "file": target}
        )
