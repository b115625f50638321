"""Give the site the synonyms of the reference file; what the team changed or deleted stays so."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from search.curation.rule_text import SYNONYMS_FILE, load_reference


class Command(BaseCommand):
    """`load_synonyms`."""

    help = "Ajoute les synonymes du fichier ; ceux que l'équipe a changés ou supprimés le restent."

    def add_arguments(self, parser: CommandParser) -> None:
        """Another file, if any."""
        parser.add_argument("file", nargs="?", type=Path, default=SYNONYMS_FILE)

    def handle(self, *args: Any, **options: Any) -> None:
        """Add what is new."""
        try:
            added = load_reference(options["file"])
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(_("Le fichier ne peut pas être lu : %s") % error) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if options["verbosity"]:
            self.stdout.write(_("Synonymes : %d ajoutés") % added)
