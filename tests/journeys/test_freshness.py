"""From the mail that asks to the word that readers see; links that lead nowhere, on the desk."""

import re
import subprocess
import sys
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.services.looks import faults
from tests.services.site import PASSWORD, ROOT, RunningSite, spoken

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
CASE = "/partenaires/grand-poitiers/grand-poitiers-acculturer-data-sandwich/"
AUTHOR, COLLEAGUE = "auteure.poitiers@demo.datacites.fr", "collegue.poitiers@demo.datacites.fr"
QUESTION = "est-elle toujours exacte"
LATE = "personne n’a confirmé cette page depuis le"
OVERDUE = """
from datetime import timedelta
from django.utils import timezone
from casestudies.models import CaseStudyPage
from cms.freshness.models import Confirmation, Freshness, NoReminder, Reminder
from cms.models import PublishedVersion
from cms.outlinks.models import ExternalLink, PageLink
case = CaseStudyPage.objects.get(number=6)
for model in (Confirmation, Reminder, NoReminder):
    model.objects.all().delete()
Freshness.objects.filter(page_id=case.pk).delete()
Freshness.objects.create(page_id=case.pk, due_on=timezone.localdate() - timedelta(days=5))
PublishedVersion.objects.filter(page_id=case.pk).update(author=None)
place = PageLink.objects.filter(page_id=case.pk).first()
now = timezone.now()
ExternalLink.objects.filter(pk=place.link_id).update(
    failing_since=now - timedelta(days=9), broken_since=now, status=404, failures=3
)
"""


@pytest.fixture(autouse=True)
def overdue(site: RunningSite) -> None:
    """Nobody confirmed the case in time, so that all of its organization is asked; a link is broken."""
    site.mailbox.messages.clear()
    site.manage("shell", "--no-imports", "-c", OVERDUE)


def links(message: EmailMessage) -> dict[str, str]:
    """The two answers and the way to stop."""
    body = message.get_body(("plain",))
    assert body
    text = body.get_content()
    found = re.findall(r"http\S+/a-confirmer/(?:reponse|rappels)/\S+", text)
    return dict(zip(("exact", "review", "stop"), found, strict=True))


def asked(site: RunningSite, address: str = AUTHOR) -> dict[str, str]:
    site.manage("freshness")
    (message,) = site.mailbox.to(address, about=QUESTION)
    return links(message)


def test_one_click_from_the_mail_confirms_the_page(
    reader: BrowserContext, site: RunningSite
) -> None:
    page = reader.new_page()
    page.goto(CASE)
    expect(page.get_by_text(LATE)).to_be_visible()
    page.goto("/a-confirmer/")
    expect(page.get_by_role("link", name="Acculturer")).to_be_visible()

    address = asked(site)["exact"]
    page.goto(address)
    expect(page.locator("h1")).to_contain_text("Acculturer")
    buttons = page.locator("main form button")
    expect(buttons.first).to_have_text("Toujours exact")
    buttons.first.click()
    expect(page.get_by_role("status")).to_contain_text("Merci")
    expect(page.locator("h1")).to_have_text("Il n’y a plus rien à confirmer")
    page.get_by_role("link", name="Lire la page").click()
    expect(page.get_by_text(re.compile("Confirmée le .* par .*Grand Poitiers"))).to_be_visible()
    expect(page.get_by_text(LATE)).to_have_count(0)
    page.goto(address)
    expect(page.locator("main form")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("Confirmée le")
    site.manage("freshness")
    assert len(site.mailbox.to(AUTHOR, about=QUESTION)) == 1


def test_a_page_to_be_revised_reaches_the_desk_and_says_so_to_readers(
    reader: BrowserContext, site: RunningSite
) -> None:
    page = reader.new_page()
    page.goto(asked(site)["review"])
    expect(page.locator("main form button").first).to_have_text("À revoir")
    page.get_by_label("Un mot pour vos collègues").fill("Le coût a changé")
    page.get_by_role("button", name="À revoir").click()
    expect(page.get_by_role("status")).to_contain_text("signalée à revoir")
    page.goto(CASE)
    expect(page.get_by_text("Son organisation signale depuis le")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("Le coût a changé")

    page.goto(f"{CASE}confirmer/")
    page.locator("[name=username]").fill(COLLEAGUE)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("Le coût a changé")
    page.goto("/gestion/")
    expect(page.locator(".desk")).to_contain_text("Le coût a changé")
    expect(page.locator(".desk")).to_contain_text("Liens à réparer")
    page.goto("/gestion/liens/")
    expect(page.locator(".desk")).to_contain_text("a répondu 404")


def test_whoever_wants_no_such_mail_stops_them_and_may_come_back(
    reader: BrowserContext, site: RunningSite
) -> None:
    page = reader.new_page()
    page.goto(asked(site)["stop"])
    page.get_by_role("button", name="Ne plus les recevoir").click()
    expect(page.locator("h1")).to_have_text("Vous ne recevez plus ces demandes")
    page.get_by_role("button", name="Recevoir de nouveau").click()
    expect(page.locator("h1")).to_have_text("Ne plus recevoir ces demandes")


def test_errors_lead_to_the_field_and_lose_nothing(page: Page, site: RunningSite) -> None:
    page.goto(asked(site)["exact"])
    page.evaluate("document.getElementById('id_note').removeAttribute('maxlength')")
    page.get_by_label("Un mot pour vos collègues").fill("é" * 301)
    page.get_by_role("button", name="Toujours exact").click()
    field = page.get_by_label("Un mot pour vos collègues")
    expect(field).to_have_value("é" * 301)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("Raccourcissez"))
    page.get_by_role("link", name="Raccourcir le mot").click()
    expect(field).to_be_focused()


def test_two_runs_at_once_ask_each_person_once(site: RunningSite) -> None:
    runs = [
        subprocess.Popen(
            [sys.executable, "manage.py", "freshness"],
            cwd=ROOT,
            env=site.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(2)
    ]
    assert [run.wait(120) for run in runs] == [0, 0]
    received = [
        recipients[0] for recipients, mail in site.mailbox.messages if QUESTION in spoken(mail)
    ]
    assert sorted(received) == sorted(set(received))
    assert {AUTHOR, COLLEAGUE} <= set(received)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    chromium: Browser, site: RunningSite, width: int, scheme: str
) -> None:
    context = chromium.new_context(
        base_url=site.url,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        bypass_csp=True,
    )
    page = context.new_page()
    found: list[str] = []

    def look(name: str, within: str | None = None) -> None:
        found.extend(faults(page, name, within))

    addresses = asked(site)
    for name, address in (
        ("late page", CASE),
        ("list", "/a-confirmer/"),
        ("empty list", "/a-confirmer/?partenaire=nulle-part"),
        ("forged", "/a-confirmer/reponse/abcdefghij/"),
        ("stop", addresses["stop"]),
        ("answer", addresses["review"]),
    ):
        page.goto(address)
        look(name)
    page.get_by_role("button", name="À revoir").click()
    look("to be revised")
    page.goto(CASE)
    look("page to be revised")
    page.goto(f"{CASE}confirmer/")
    page.locator("[name=username]").fill(AUTHOR)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").click()
    look("signed in")
    page.get_by_label("À confirmer avant le").fill("2020-01-01")
    page.get_by_role("button", name="Enregistrer la date").click()
    look("date refused")
    page.goto("/gestion/")
    look("desk", ".desk")
    page.goto("/gestion/liens/")
    look("broken links", ".desk")
    page.goto(addresses["exact"])
    page.get_by_role("button", name="Toujours exact").click()
    look("answered")
    page.goto(CASE)
    look("confirmed page")
    context.close()
    assert not found
