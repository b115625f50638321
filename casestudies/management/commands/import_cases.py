"""Import cases from a file of the interchange format: everything is checked, then all or nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from casestudies.interchange.problems import ImportRefused, Problem
from casestudies.interchange.publication import quietly
from casestudies.interchange.reading import read
from casestudies.interchange.validation import validate
from casestudies.interchange.writing import Action, Plan, prepare, write

CHANGE_SUMMARY = "Importé depuis un fichier d'échange."


class Command(BaseCommand):
    """`import_cases FILE`."""

    help = "Importe des cas (JSON Lines, JSON ou dossier de fichiers JSON) : tout est vérifié, puis tout est écrit, ou rien."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """File and options."""
        parser.add_argument(
            "file",
            type=Path,
            metavar="FILE",
            help="fichier .jsonl ou .json, ou dossier de fichiers .json",
        )
        parser.add_argument(
            "--create-partners",
            action="store_true",
            help="crée les organisations qui ne sont pas dans l'annuaire",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="dit ce qui serait fait, sans rien écrire"
        )
        parser.add_argument(
            "--user", metavar="EMAIL", help="compte au nom duquel les pages sont publiées"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, compare, and write unless it is a rehearsal."""
        user = find_user(options["user"])
        records, unreadable = read(options["file"])
        validation = validate(records, create_partners=options["create_partners"])
        plan = prepare(validation)
        self.tell(validation.warnings + plan.warnings, _("avertissement"))
        errors = unreadable + validation.errors + plan.errors
        if errors:
            self.refuse(errors)
        if options["dry_run"]:
            self.rehearse(plan)
            return
        with tqdm(total=len(plan.steps), unit=" cas", disable=None, leave=False) as bar:
            try:
                with quietly():
                    write(plan, user=user, change_summary=CHANGE_SUMMARY, progress=bar.update)
            except ImportRefused as refused:
                bar.close()
                self.refuse(refused.problems)
        self.summarize(plan)

    def tell(self, problems: list[Problem], kind: str = "") -> None:
        """One line for each, in the order of the file."""
        for problem in sorted(problems, key=lambda problem: (problem.origin, problem.line)):
            self.stderr.write(f"{problem} ({kind})" if kind else str(problem))

    def refuse(self, errors: list[Problem]) -> None:
        """Every error, then the end."""
        self.tell(errors)
        raise CommandError(_("%d erreur(s) : rien n'a été écrit.") % len(errors))

    def rehearse(self, plan: Plan) -> None:
        """What would be done, case by case."""
        words = {
            Action.CREATE: _("à créer"),
            Action.UPDATE: _("à mettre à jour"),
            Action.KEEP: _("inchangé"),
        }
        for slug in plan.new_partners:
            self.stdout.write(f"{words[Action.CREATE]}: {slug} ({_('partenaire')})")
        for step in plan.steps:
            self.stdout.write(
                f"{words[step.action]}: {step.case.data['organisation']}/{step.case.data['slug']}"
            )
        self.stdout.write(_("Essai : rien n'a été écrit."))
        self.summarize(plan)

    def summarize(self, plan: Plan) -> None:
        """The count of each action."""
        message = _(
            "%(created)d créé(s), %(updated)d mis à jour, %(kept)d inchangé(s), %(partners)d partenaire(s) créé(s)"
        )
        self.stdout.write(
            message
            % {
                "created": plan.count(Action.CREATE),
                "updated": plan.count(Action.UPDATE),
                "kept": plan.count(Action.KEEP),
                "partners": len(plan.new_partners),
            }
        )


def find_user(email: str | None) -> Any:
    """The account of that address, or nobody in particular."""
    if not email:
        return None
    user = get_user_model().objects.filter(email__iexact=email).first()
    if user is None:
        raise CommandError(_("Aucun compte n'a l'adresse %s.") % email)
    return user
