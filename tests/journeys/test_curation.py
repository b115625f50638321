"""The team at work: a synonym seen before it is saved, an answer chosen, and readers served at once."""

import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.services.site import PASSWORD, RunningSite

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

SYNONYMS = "/gestion/snippets/search/synonymrule/"
ANSWERS = "/gestion/snippets/search/bestbet/"
CASE = re.compile("Le menu de la cantine")
INVENTED = "zébrifourchette"
WAIT = 20_000
"""Milliseconds: a preview is several searches."""


def sign_in(page: Page) -> None:
    page.goto("/gestion/login/")
    page.fill("input[name=username]", "moderatrice@demo.datacites.fr")
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/gestion/")


def finds(reader: Page, words: str, within: float = 2) -> bool:
    """Whether a search finds the case about the canteen, within so many seconds."""
    end = time.monotonic() + within
    while True:
        reader.goto(f"/retours-experience/?q={words}")
        if reader.locator(".result-list").get_by_role("link", name=CASE).count():
            return True
        if time.monotonic() > end:
            return False


def test_a_synonym_is_previewed_then_saved_and_readers_find_at_once(
    site: RunningSite, chromium: Browser, context: BrowserContext
) -> None:
    reader = chromium.new_context(base_url=site.url, locale="fr-FR").new_page()
    assert not finds(reader, INVENTED, within=0)

    page = context.new_page()
    sign_in(page)
    page.goto(SYNONYMS)
    page.get_by_role("link", name=re.compile("Ajouter")).first.click()
    page.get_by_role("textbox", name="Mots cherchés").fill(INVENTED)
    page.get_by_role("textbox", name="Trouvent aussi").fill("cantine")
    ask = page.get_by_role("button", name="Voir ce que la règle change", exact=True).last
    ask.click()
    expect(page.get_by_role("status").filter(has_text="Voici ce que")).to_be_visible(timeout=WAIT)
    answer = page.locator("[data-rule-preview-answer]")
    change = answer.locator(".rule-change").filter(has_text=f"« {INVENTED} »")
    expect(change).to_contain_text("Aujourd'hui : 0 fiche")
    expect(change.locator(".is-entering").filter(has_text=CASE)).to_be_visible()
    assert len(context.pages) == 1, "the answer comes in place"
    assert not finds(reader, INVENTED, within=0), "nothing is saved yet"
    results = Axe().run(page, context=".rule-preview")
    assert results.violations_count == 0, results.generate_report()

    page.get_by_role("textbox", name="Trouvent aussi").fill("le")
    expect(page.get_by_text("La règle a changé depuis")).to_be_visible()
    ask.click()
    expect(answer).to_contain_text("mots courants", timeout=WAIT)
    expect(page.get_by_text("La règle a changé depuis")).to_be_hidden()

    page.get_by_role("textbox", name="Trouvent aussi").fill("cantine")
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url(f"**{SYNONYMS}")
    assert finds(reader, INVENTED), "a reader's search did not change within two seconds"
    assert finds(reader, f"{INVENTED}s menu"), "neither with another ending nor with another word"

    page.goto(f"{SYNONYMS}?q={INVENTED}")
    page.get_by_role("link", name=re.compile(INVENTED)).first.click()
    page.get_by_role("checkbox", name="En service").uncheck()
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url(f"**{SYNONYMS}")
    time.sleep(2)
    assert not finds(reader, INVENTED, within=0), "the rule is out of service"


def test_enter_saves_the_rule_and_in_the_free_search_asks_for_the_preview(
    site: RunningSite, context: BrowserContext
) -> None:
    page = context.new_page()
    sign_in(page)
    page.goto(f"{SYNONYMS}add/")
    page.get_by_role("textbox", name="Mots cherchés").fill("tambourinette")
    page.get_by_role("textbox", name="Trouvent aussi").fill("cantine")
    page.get_by_label("Essayer aussi une autre recherche").fill("tambourinette scolaire")
    page.keyboard.press("Enter")
    change = page.locator(".rule-change").first
    expect(change).to_contain_text("« tambourinette scolaire »", timeout=WAIT)
    assert page.url.endswith("/add/")
    page.get_by_role("textbox", name="Mots cherchés").press("Enter")
    page.wait_for_url(f"**{SYNONYMS}")
    page.goto(f"{SYNONYMS}?q=tambourinette")
    expect(page.get_by_role("link", name=re.compile("tambourinette = cantine"))).to_be_visible()


def test_an_answer_is_chosen_and_stands_above_the_results(
    site: RunningSite, chromium: Browser, context: BrowserContext
) -> None:
    page = context.new_page()
    sign_in(page)
    page.goto(f"{ANSWERS}add/")
    page.get_by_role("textbox", name="Recherches").fill(
        "Que mange-t-on à l'école ?\nrepas des enfants"
    )
    page.get_by_role("button", name="Choisissez une page").click()
    dialog = page.locator(".modal-dialog").first
    dialog.locator("input[name=q]").fill("menu cantine")
    dialog.get_by_role("link", name=CASE).first.click()
    page.get_by_role("textbox", name="Pourquoi").fill("Saint-Malo publie ses menus depuis 2014.")
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url(f"**{ANSWERS}")

    reader = chromium.new_context(
        base_url=site.url, locale="fr-FR", viewport={"width": 360, "height": 800}
    ).new_page()
    reader.goto("/retours-experience/?q=REPAS+des+enfants")
    chosen = reader.get_by_role("region", name="Réponse choisie par l’équipe")
    expect(chosen.get_by_role("link", name=CASE)).to_be_visible()
    expect(chosen).to_contain_text("Saint-Malo publie ses menus")
    assert reader.evaluate("document.documentElement.scrollWidth") <= 360
    results = Axe().run(reader, context=".chosen")
    assert results.violations_count == 0, results.generate_report()
    reader.goto("/retours-experience/?q=repas+des+enfants&etape=culture")
    expect(chosen).to_have_count(0)
