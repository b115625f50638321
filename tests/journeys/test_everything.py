"""Everything search as readers use it: without scripts, by keyboard, on a phone, read aloud."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.services.site import RunningSite

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

PATHS = [
    "/recherche/",
    "/recherche/?q=%C3%A9clairage+public",
    "/recherche/?q=EPCI",
    "/recherche/?q=Poitiers",
    "/recherche/?q=donn%C3%A9es&nature=guide",
    "/recherche/?q=donn%C3%A9es&nature=guide&page=2",
    "/recherche/?q=saint&nature=territoires",
    "/recherche/?q=zzyzzx",
    "/recherche/?q=zzyzzx&nature=inconnue",
]


def test_a_reader_without_script_goes_from_words_to_the_passage(
    chromium: Browser, site: RunningSite
) -> None:
    context = chromium.new_context(base_url=site.url, java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto("/recherche/")
    page.get_by_label("Chercher dans tout le site").fill("éclairage public")
    page.get_by_role("button", name="Chercher").click()
    expect(page).to_have_url(re.compile(r"/recherche/\?q=%C3%A9clairage\+public"))
    expect(page.locator(".results-count[role=status]")).to_contain_text("éclairage public")
    guide = page.get_by_role("region", name="Guide", exact=True)
    expect(guide.locator("mark").first).to_be_visible()
    link = guide.locator(".found-title a[href*='#']").first
    heading = link.inner_text()
    link.click()
    anchor = page.url.partition("#")[2]
    expect(page.locator(f"h2#{anchor}")).to_have_text(heading)
    expect(page.locator(f"h2#{anchor}")).to_be_in_viewport()
    context.close()


def test_a_reader_without_script_turns_the_pages_of_one_nature(
    chromium: Browser, site: RunningSite
) -> None:
    context = chromium.new_context(base_url=site.url, java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto("/recherche/?q=donn%C3%A9es")
    page.get_by_role("region", name="Guide", exact=True).get_by_role(
        "link", name=re.compile("^Voir les")
    ).click()
    expect(page.locator(".found")).to_have_count(20)
    first = page.locator(".found-title").first.inner_text()
    page.get_by_role("link", name="Suivante").click()
    expect(page).to_have_title(re.compile("dans le guide – page 2 – DataCités"))
    assert page.locator(".found-title").first.inner_text() != first
    page.get_by_role("navigation", name="Chercher ailleurs").get_by_role(
        "link", name="Glossaire"
    ).click()
    expect(page).to_have_url(re.compile("nature=glossaire"))
    expect(page.locator("#tout-q")).to_have_value("données")
    context.close()


def test_the_keyboard_alone_finds_a_definition(page: Page) -> None:
    page.goto("/recherche/")
    page.locator("#tout-q").focus()
    page.keyboard.type("EPCI")
    page.keyboard.press("Enter")
    expect(page.locator(".results-count[role=status]")).to_contain_text("EPCI")
    term = page.get_by_role("region", name="Glossaire", exact=True).get_by_role("link").first
    for _ in range(120):
        page.keyboard.press("Tab")
        if term.evaluate("link => link === document.activeElement"):
            break
    outline = term.evaluate("link => getComputedStyle(link).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/glossaire/#terme-"))
    expect(page.locator(":target")).to_be_in_viewport()


def test_the_words_read_aloud_tell_where_one_is(page: Page) -> None:
    page.goto("/recherche/?q=Poitiers")
    expect(page.get_by_role("heading", level=1)).to_have_text("Recherche")
    expect(page.get_by_role("search")).to_have_count(1)
    nav = page.get_by_role("navigation", name="Où l’on trouve ces mots")
    expect(nav.get_by_role("link", name=re.compile(r"^Guide \d+ résultats?$"))).to_be_visible()
    territories = page.get_by_role("region", name="Territoires", exact=True)
    expect(territories.get_by_role("listitem").first).to_contain_text("Poitiers")


def test_examples_lead_to_results(page: Page) -> None:
    page.goto("/recherche/")
    page.get_by_role("link", name="éclairage public").first.click()
    expect(page.locator(".found").first).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "light"), (1280, "dark")])
def test_axe_finds_nothing(chromium: Browser, site: RunningSite, width: int, scheme: str) -> None:
    context = chromium.new_context(
        base_url=site.url,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        reduced_motion="reduce",
        bypass_csp=True,
    )
    page = context.new_page()
    found = []
    for path in PATHS:
        response = page.goto(path)
        assert response and response.ok, path
        result = Axe().run(page, options={"resultTypes": ["violations"]})
        found += [
            f"{path}: {v['id']} {v['nodes'][0]['target']}" for v in result.response["violations"]
        ]
    context.close()
    assert not found


def test_nothing_scrolls_sideways_and_targets_are_large(
    chromium: Browser, site: RunningSite
) -> None:
    context = chromium.new_context(base_url=site.url, viewport={"width": 320, "height": 800})
    page = context.new_page()
    wrong = []
    for path in PATHS:
        response = page.goto(path)
        assert response and response.ok, path
        excess = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        wrong += [f"{path}: {excess} px"] if excess > 0 else []
        for box in page.locator(".natures a, .found-more a, .found-file a").all():
            height = (box.bounding_box() or {"height": 0})["height"]
            wrong += [f"{path}: {height} px high"] if height < 24 else []
    context.close()
    assert not wrong
