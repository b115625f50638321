"""Prepare the demonstration and serve it: database, content, search index, accounts."""

import io
import os
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.backends import get_backend

FRUGAL = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "100000"}
"""Memory that threads and the engine gave up goes back to the system at once: a tenth of a server's."""


class Command(BaseCommand):
    """Every step is skipped when it has already been done, so that a second run starts at once."""

    help = "Set up the demonstration (database, content, search index) and serve it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The port, and whether to stop before serving."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--prepare-only", action="store_true", help="do not serve")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, say who can sign in, then become the server."""
        if not settings.DEMONSTRATION:
            raise CommandError(
                "The demonstration has public passwords: it refuses to run with these settings."
            )
        began = time.monotonic()
        # The index is built once, after everything is there, not by a thread beside the loading.
        settings.SEARCH_DRAIN = "worker"
        self.step("Base de données")
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        self.step("Territoires et vocabulaires")
        call_command("load_reference", verbosity=0)
        call_command("load_synonyms", verbosity=0)
        self.step("Contenu")
        call_command("load_demo", verbosity=1)
        self.step("Index de recherche")
        self.build_index()
        self.stdout.write(f"Prêt en {time.monotonic() - began:.0f} s.")
        if options["prepare_only"]:
            return
        self.serve(options["port"])

    def build_index(self) -> None:
        """Build the index if there is none for today's definitions, then bring it up to date."""
        try:
            if not get_backend().is_current():
                call_command("search_rebuild", verbosity=0)
            call_command("search_sync", verbosity=0, stdout=io.StringIO())
        except CommandError as error:
            # An earlier run was stopped while it built: the server takes over when its turn ends.
            self.stderr.write(f"{error}\nLa recherche sera prête dans deux minutes au plus.")

    def step(self, name: str) -> None:
        """Say what is being done."""
        self.stdout.write(f"· {name}")
        self.stdout.flush()

    def serve(self, port: int) -> None:
        """Replace this process by the server."""
        self.stdout.write(
            self.style.SUCCESS(f"\nDataCités : http://127.0.0.1:{port}   (arrêter : Ctrl-C)\n")
        )
        self.stdout.flush()
        arguments = [
            sys.executable, "-m", "gunicorn", "datacites.wsgi:application",
            "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4",
            "--timeout", "60", "--graceful-timeout", "10", "--limit-request-line",
            "0",
            "--log-level", "warning",
        ]  # fmt: skip
        os.execve(sys.executable, arguments, {**FRUGAL, **os.environ})  # noqa: S606 - the server is this interpreter
