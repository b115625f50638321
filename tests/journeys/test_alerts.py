"""From a search to the mail that tells of a new case, and to the last click that stops it."""

import os
import re
import signal
import subprocess
import sys
import time
from email.message import EmailMessage
from itertools import count

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cms.mailing.guard import SECONDS_TO_FILL_IN
from tests.services.looks import faults
from tests.services.site import ROOT, Mailbox, RunningSite

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
numbers = count(int(time.time()))


def told(message: EmailMessage) -> str:
    return str(message.get_body(("plain",)).get_content())


def link(site: RunningSite, message: EmailMessage, end: str = "") -> str:
    """The address of one of the alert's pages in a mail."""
    found = re.search(rf"{re.escape(site.url)}/alertes/[0-9a-f-]{{36}}/{end}(?=\s)", told(message))
    assert found, told(message)
    return found[0]


def shell(site: RunningSite, *lines: str) -> None:
    site.manage("shell", "--no-imports", "-c", "\n".join(lines))


def publish(site: RunningSite, title: str) -> None:
    """A case of a partner of the demonstration, published and findable."""
    shell(
        site,
        "from django.conf import settings",
        "from django.core.management import call_command",
        "from cms.models import PartnerPage",
        "from tests.builders import make_case",
        # No thread may hold the page while this short process ends.
        "settings.SEARCH_DRAIN = 'worker'",
        f"make_case(PartnerPage.objects.get(slug='grand-poitiers'), title={title!r}, slug='cas-{next(numbers)}')",
        "call_command('search_sync')",
    )


def word() -> str:
    """A word that no case holds yet."""
    letters = "bcdfghjklm"
    return "".join(letters[int(digit)] + "a" for digit in str(next(numbers)))


def ask(page: Page, address: str) -> None:
    """Fill in the form, no faster than a person."""
    page.get_by_label("Votre adresse e-mail").fill(address)
    page.get_by_label("Chaque jour").check()
    time.sleep(SECONDS_TO_FILL_IN + 0.5)
    page.get_by_role("button", name="Recevoir le lien de confirmation").click()
    expect(page.locator("h1")).to_have_text("Regardez vos messages")


def test_a_reader_is_told_of_a_new_case_and_stops_the_alert(
    reader: BrowserContext, site: RunningSite
) -> None:
    searched, address = word(), f"lectrice{next(numbers)}@example.org"
    page = reader.new_page()
    page.goto(f"/retours-experience/?q={searched}")
    page.get_by_role("link", name="Être prévenu·e par e-mail").click()
    expect(page.locator("h1")).to_have_text("Être prévenu·e")
    expect(page.locator(".followed")).to_contain_text(searched)
    ask(page, address)

    request = site.mailbox.to(address)[0]
    page.goto(link(site, request))
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("status")).to_contain_text("C’est confirmé")
    expect(page.locator("main")).to_contain_text(searched)

    publish(site, f"Mesurer le {searched} au collège")
    site.manage("search_alerts")
    message = site.mailbox.to(address, about="Mesurer le")[0]
    assert searched in message["Subject"]
    page.goto(re.search(rf"{site.url}/partenaires/\S+", told(message))[0])
    expect(page.locator("h1")).to_contain_text(f"Mesurer le {searched}")
    site.manage("search_alerts")
    assert len(site.mailbox.to(address, about="Mesurer le")) == 1

    page.goto(link(site, message, "arret/"))
    page.get_by_role("button", name="Arrêter l’alerte").click()
    expect(page.locator("h1")).to_have_text("L’alerte est arrêtée")
    expect(page.locator("main")).to_contain_text("votre adresse est effacée")
    page.goto(link(site, message, "arret/"))
    expect(page.locator("h1")).to_have_text("Cette alerte est déjà arrêtée")


def test_a_reader_changes_the_rhythm_and_stops_everything(
    reader: BrowserContext, site: RunningSite
) -> None:
    address = f"lecteur{next(numbers)}@example.org"
    page = reader.new_page()
    for searched in (word(), word()):
        page.goto(f"/alertes/nouvelle/?q={searched}&domaine=eau")
        ask(page, address)
        page.goto(link(site, site.mailbox.to(address, about=searched)[0]))
        page.get_by_role("button", name="Confirmer").click()
    expect(page.locator(".alert-item")).to_have_count(2)
    first = page.locator(".alert-item").first
    first.get_by_label("Au plus un message").select_option("Chaque semaine")
    first.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("status")).to_contain_text("Le nouveau rythme est enregistré")
    expect(first.get_by_label("Au plus un message")).to_have_value("hebdomadaire")
    page.get_by_role("button", name="Tout arrêter").click()
    expect(page.locator("main")).to_contain_text("votre adresse est effacée")


def test_an_error_is_said_beside_the_field_and_what_was_typed_stays(page: Page) -> None:
    page.goto("/alertes/nouvelle/?q=capteurs")
    page.get_by_label("Votre adresse e-mail").fill("camille@")
    time.sleep(SECONDS_TO_FILL_IN + 0.5)
    page.get_by_role("button", name="Recevoir le lien").click()
    field = page.get_by_label("Votre adresse e-mail")
    expect(field).to_have_value("camille@")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("Cette adresse n’est pas complète"))
    page.get_by_role("link", name="Corriger l’adresse").click()
    expect(field).to_be_focused()


def test_the_trap_is_met_neither_by_eye_nor_by_keyboard(page: Page) -> None:
    page.goto("/alertes/nouvelle/?q=capteurs")
    focused = []
    page.get_by_label("Votre adresse e-mail").focus()
    for _ in range(5):
        page.keyboard.press("Tab")
        focused.append(page.evaluate("document.activeElement.name"))
    assert "website" not in focused
    expect(page.get_by_role("textbox", name="Ne remplissez pas")).to_have_count(0)


def test_a_changed_search_is_followed_as_it_is_now(page: Page) -> None:
    page.goto("/retours-experience/?q=capteurs")
    page.locator("input[name=etape][value=service]").check()
    page.wait_for_url(re.compile("etape=service"))
    way = page.get_by_role("link", name="Être prévenu·e par e-mail")
    expect(way).to_have_attribute("href", re.compile("q=capteurs&etape=service"))
    expect(page.locator("head link[type='application/atom+xml']")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    chromium: Browser, site: RunningSite, width: int, scheme: str
) -> None:
    address, searched = f"axe{next(numbers)}@example.org", word()
    context = chromium.new_context(
        base_url=site.url,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        bypass_csp=True,
    )
    page = context.new_page()
    found: list[str] = []

    def look(name: str) -> None:
        found.extend(faults(page, name))

    page.goto(f"/alertes/nouvelle/?q={searched}&domaine=eau&domaine=energie&territoire=dep:86")
    look("ask")
    page.get_by_role("button", name="Recevoir le lien").click()
    look("errors")
    page.goto(f"/alertes/nouvelle/?q={searched}")
    ask(page, address)
    look("asked")
    alert = link(site, site.mailbox.to(address)[0])
    page.goto(alert)
    look("confirm")
    page.get_by_role("button", name="Confirmer").click()
    look("manage")
    page.goto(f"{alert}arret/")
    look("stop")
    page.get_by_role("button", name="Arrêter l’alerte").click()
    look("stopped")
    page.goto(alert)
    look("gone")
    context.close()
    assert not found


# --- Real processes


def followers(site: RunningSite, searched: str, names: list[str]) -> None:
    """Confirmed daily alerts of a search, one for each name, asked for a day ago."""
    shell(
        site,
        "from datetime import timedelta",
        "from django.utils import timezone",
        "from search.models import SavedSearch",
        "then = timezone.now() - timedelta(days=1)",
        f"for name in {names!r}:",
        f"    SavedSearch.objects.create(email=name, querystring='q={searched}', frequency='quotidien',",
        "        created_at=then, confirmed_at=then, last_checked_at=then)",
    )


def started(site: RunningSite) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "manage.py", "search_alerts"],
        cwd=ROOT,
        env=site.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def received(mailbox: Mailbox, searched: str) -> list[str]:
    return sorted(
        recipients[0] for recipients, mail in mailbox.messages if searched in mail["Subject"]
    )


def test_two_processes_at_once_send_each_mail_once(site: RunningSite) -> None:
    searched = word()
    names = [f"p{next(numbers)}@example.org" for _ in range(8)]
    followers(site, searched, names)
    publish(site, f"Compter le {searched}")
    for process in [started(site), started(site)]:
        assert process.wait(120) == 0
    assert received(site.mailbox, searched) == sorted(names)


def test_a_process_killed_as_its_mail_is_taken_sends_one_twice_at_most(site: RunningSite) -> None:
    searched = word()
    names = [f"k{next(numbers)}@example.org" for _ in range(3)]
    followers(site, searched, names)
    publish(site, f"Relever le {searched}")
    accept = site.mailbox.handle_DATA

    async def deadly(server: object, session: object, envelope: object) -> str:
        answer = await accept(server, session, envelope)
        os.kill(process.pid, signal.SIGKILL)
        return answer

    site.mailbox.handle_DATA = deadly  # type: ignore[method-assign]
    try:
        process = started(site)
        assert process.wait(120) == -signal.SIGKILL
    finally:
        site.mailbox.handle_DATA = accept  # type: ignore[method-assign]
    assert len(received(site.mailbox, searched)) == 1
    site.manage("search_alerts")
    assert received(site.mailbox, searched) == sorted(names), "the held one is left alone"
    # Its hold ends.
    shell(
        site,
        "from search.models import SavedSearch",
        "SavedSearch.objects.filter(last_sent_at=None).update(not_before=None)",
    )
    site.manage("search_alerts")
    site.manage("search_alerts")
    twice = received(site.mailbox, searched)
    assert len(twice) == len(names) + 1
    assert set(twice) == set(names)
