"""What a reader does, with and without JavaScript, by keyboard, on a phone."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.services.site import RunningSite

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
CASE = "/partenaires/grand-poitiers/grand-poitiers-acculturer-data-sandwich/"


def test_the_first_tab_leads_past_the_header(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_definition_opens_by_keyboard_and_closes_by_escape(page: Page) -> None:
    page.goto(CASE)
    term = page.locator("button.term").first
    definition = page.locator(f"#{term.get_attribute('popovertarget')}")
    expect(definition).to_be_hidden()
    term.focus()
    page.keyboard.press("Enter")
    expect(definition).to_be_visible()
    page.keyboard.press("Escape")
    expect(definition).to_be_hidden()


def test_a_definition_opens_on_hover(page: Page) -> None:
    page.goto(CASE)
    term = page.locator("button.term").first
    term.hover()
    expect(page.locator(f"#{term.get_attribute('popovertarget')}")).to_be_visible()


def test_a_definition_opens_by_touch_without_any_script(
    chromium: Browser, site: RunningSite
) -> None:
    phone = chromium.new_context(
        base_url=site.url,
        viewport={"width": 390, "height": 844},
        has_touch=True,
        java_script_enabled=False,
    )
    page = phone.new_page()
    page.goto(CASE)
    term = page.locator("button.term").first
    term.tap()
    expect(page.locator(f"#{term.get_attribute('popovertarget')}")).to_be_visible()
    phone.close()


def test_facets_narrow_the_list_and_the_address_says_so(page: Page) -> None:
    page.goto("/retours-experience/")
    before = page.locator("article.card").count()
    page.locator("input[name=etape][value=culture]").check()
    page.wait_for_url(re.compile("etape=culture"))
    expect(page.locator(".chip")).to_contain_text(["Culture de la donnée"])
    expect(page.locator("article.card")).not_to_have_count(before)
    shared = page.url
    page.goto(shared)
    expect(page.locator("input[name=etape][value=culture]")).to_be_checked()


def test_facets_work_without_javascript(chromium: Browser, site: RunningSite) -> None:
    plain = chromium.new_context(
        base_url=site.url, java_script_enabled=False, viewport={"width": 1280, "height": 900}
    )
    page = plain.new_page()
    page.goto("/retours-experience/?q=capteurs")
    page.locator("input[name=etape][value=service]").check()
    page.get_by_role("button", name="Appliquer").first.click()
    assert "etape=service" in page.url
    assert "q=capteurs" in page.url
    expect(page.locator("article.card").first).to_be_visible()
    plain.close()


def test_a_reader_finds_a_case_by_theme_and_by_territory(page: Page) -> None:
    page.goto("/themes/")
    page.get_by_role("link", name="Service public local de la donnée").first.click()
    expect(page.locator("main")).to_contain_text("Acculturer d")
    page.goto("/territoires/?q=poitiers")
    page.get_by_role("link", name="Poitiers", exact=True).first.click()
    expect(page.locator("h1")).to_contain_text("Poitiers")


def test_the_guide_is_read_from_chapter_to_chapter(page: Page) -> None:
    page.goto("/guide/")
    page.get_by_role("link", name=re.compile("Pourquoi outiller")).first.click()
    seen = [page.locator("h1").inner_text()]
    while page.locator("a[rel=next]").count():
        page.locator("a[rel=next]").click()
        page.wait_for_load_state()
        seen.append(page.locator("h1").inner_text())
    assert len(set(seen)) == 12


def test_the_chosen_appearance_is_kept(page: Page) -> None:
    page.goto("/")
    page.locator("[popovertarget=theme-menu]").click()
    page.locator("#theme-menu [data-theme-choice=dark]").click()
    page.goto("/guide/")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_no_request_leaves_for_a_third_party(page: Page, site: RunningSite) -> None:
    asked: set[str] = set()
    page.on(
        "request",
        lambda request: (
            asked.add(request.url.split("/")[2]) if request.url.startswith("http") else None
        ),
    )
    for path in (
        "/",
        CASE,
        "/guide/acheter-et-contractualiser/",
        "/retours-experience/",
        "/gestion/login/",
    ):
        page.goto(path)
    assert asked == {site.url.split("/")[2]}


def test_no_page_breaks_the_content_security_policy(page: Page) -> None:
    broken: list[str] = []
    page.on(
        "console", lambda message: broken.append(message.text) if message.type == "error" else None
    )
    for path in (
        "/",
        CASE,
        "/guide/acheter-et-contractualiser/",
        "/retours-experience/?q=capteurs",
        "/glossaire/",
    ):
        page.goto(path)
        page.wait_for_load_state("networkidle")
    assert not broken
