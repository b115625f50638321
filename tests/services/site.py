"""A real site for browser tests: the demonstration's content, served by gunicorn on a free port.

The database and the search engine are those of the environment (DATABASE_URL, SEARCH_URL), so that
the same journeys run on SQLite with Tantivy and on PostgreSQL with Elasticsearch. Mail goes to a
real SMTP server started beside it.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, BrowserContext

from tests.services.postgresql import free_port

ROOT = Path(__file__).parents[2]
PASSWORD = "demonstration-2026"


class Mailbox:
    """Keeps every message that the SMTP server accepts."""

    def __init__(self) -> None:
        self.messages: list[tuple[list[str], EmailMessage]] = []

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.messages.append((list(envelope.rcpt_tos), message))
        return "250 OK"

    def to(self, address: str, about: str = "", within: float = 10) -> list[EmailMessage]:
        """Messages received for `address` that speak of `about`, waiting a little for the first."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            found = [
                message
                for recipients, message in self.messages
                if address in recipients and about in spoken(message)
            ]
            if found:
                return found
            time.sleep(0.1)
        return []


def spoken(message: EmailMessage) -> str:
    """The subject and the words of a message, on one line."""
    body = message.get_body(("plain",))
    return " ".join(f"{message['Subject']} {body.get_content() if body else ''}".split())


@dataclass
class RunningSite:
    """Where the site answers, its mail, and its folder."""

    url: str
    folder: Path
    mailbox: Mailbox = field(default_factory=Mailbox)
    environment: dict[str, str] = field(default_factory=dict)

    def manage(self, *arguments: str) -> str:
        """Run a management command against this site's database."""
        result = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout


@contextlib.contextmanager
def running_site() -> Iterator[RunningSite]:
    """Prepare and serve the demonstration; everything it wrote is removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="datacites-site-"))
    port, mailbox = free_port(), Mailbox()
    smtp = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    smtp.start()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.services.site_settings",
        "DATACITES_VAR": str(folder),
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp.port}",
        "PORT": str(port),
        "PYTHONPATH": str(ROOT),
    }
    site = RunningSite(f"http://127.0.0.1:{port}", folder, mailbox, environment)
    server = None
    try:
        site.manage("demo", "--prepare-only")
        log = (folder / "server.log").open("w")
        server = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                "datacites.wsgi:application",
                "--bind",
                f"127.0.0.1:{port}",
                "--workers",
                "2",
                "--threads",
                "4",
            ],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
        wait_for(f"{site.url}/sante/pret")
        yield site
    finally:
        if server is not None:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(10)
        smtp.stop()
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(url: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, urllib.error.URLError):
            if urllib.request.urlopen(url, timeout=5).status == 200:
                return
        time.sleep(0.2)
    raise TimeoutError(url)


def opened(chromium: Browser, site: RunningSite, width: int, script: bool = True) -> BrowserContext:
    """A reader's browser on the site; axe may look at its pages."""
    context = chromium.new_context(
        base_url=site.url,
        locale="fr-FR",
        viewport={"width": width, "height": 800},
        java_script_enabled=script,
        reduced_motion="reduce",
        bypass_csp=True,
    )
    context.set_default_timeout(20_000)
    return context
