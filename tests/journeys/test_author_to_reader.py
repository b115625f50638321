"""From an author's first line to a reader who finds it: the main journey, in a real browser."""

import re
import time

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.services.site import PASSWORD, RunningSite

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


def sign_in(page: Page, email: str) -> None:
    page.goto("/gestion/login/")
    page.fill("input[name=username]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/gestion/")


def choose_territory(page: Page, name: str) -> None:
    """Choose another territory than the one proposed, in the chooser's window."""
    place = page.locator(".chooser").first
    place.locator("[data-w-dropdown-target=toggle]").first.click()
    page.get_by_text("Choisir un autre territoire").locator("visible=true").first.click()
    dialog = page.locator(".modal-dialog").first
    dialog.locator("input[name=q]").fill(name)
    dialog.locator("td").filter(has_text="CU du Grand Poitiers").first.wait_for()
    dialog.get_by_role("link", name=re.compile(rf"^{name}", re.I)).first.click()
    expect(place).to_contain_text(name)


def test_a_case_is_told_reviewed_published_and_found(
    site: RunningSite, chromium, context: BrowserContext
) -> None:
    title = f"Compter les vélos avec l'école {int(time.time())}"
    author = context.new_page()
    sign_in(author, "auteure.poitiers@demo.datacites.fr")
    author.get_by_role("link", name="Raconter une expérience").first.click()
    author.fill("input[name=title]", title)
    author.fill(
        "[name=approach]",
        "Les élèves ont compté les vélos pendant deux semaines, matin et soir. La donnée a servi au plan vélo.",
    )
    choose_territory(author, "Poitiers")
    author.fill("input[name=started]", "2025-03")
    author.locator("[name=themes], [name=theme]").first.check()
    author.fill("[name=lesson]", "Commencer par une question d'enfant.")
    author.get_by_role("button", name="Envoyer en relecture").click()
    expect(author.locator("body")).to_contain_text("relecture")

    assert site.mailbox.to("moderatrice@demo.datacites.fr", about=title)

    reviewing = chromium.new_context(
        base_url=site.url, locale="fr-FR", viewport={"width": 1280, "height": 900}
    )
    reviewing.set_default_timeout(20_000)
    moderator = reviewing.new_page()
    sign_in(moderator, "moderatrice@demo.datacites.fr")
    expect(moderator.locator("body")).to_contain_text(title)
    card = moderator.locator("li, article, tr").filter(has_text=title).last
    card.get_by_role("link", name=re.compile("[Rr]eli|[Ll]ire|compar", re.I)).first.click()
    expect(moderator.get_by_role("heading", name=title)).to_be_visible()
    moderator.get_by_role("button", name="Approuver et publier").click()
    moderator.wait_for_load_state()
    published = time.monotonic()

    reader = chromium.new_context(base_url=site.url, locale="fr-FR").new_page()
    found = False
    while time.monotonic() - published < 5 and not found:
        reader.goto("/retours-experience/?q=" + "vélos école")
        found = reader.get_by_role("link", name=re.compile("Compter les")).count() > 0
    assert found, "not found within five seconds"
    for address in (
        "/territoires/insee:86194/",
        "/territoires/siren:200069854/",
        "/territoires/dep:86/",
        "/territoires/reg:75/",
    ):
        reader.goto(address)
        expect(reader.locator("main")).to_contain_text("Compter les")
    reader.goto("/retours-experience/?territoire=siren:200069854")
    expect(reader.locator("main")).to_contain_text("Compter les")
    reader.get_by_role("link", name=re.compile("Compter les")).first.click()
    expect(reader.locator("h1")).to_contain_text("Compter les")
    expect(reader.locator(".cartouche")).to_contain_text("Version 1")
    assert site.mailbox.to("auteure.poitiers@demo.datacites.fr", about=title)
    reviewing.close()
