"""Suggestions while typing: by keyboard, by ear, by hand, without scripts and without answers."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.services.site import RunningSite

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
SUGGESTIONS = re.compile(r"/recherche/suggestions/")
OPEN = ".listbox:popover-open"


def field(page: Page) -> Locator:
    return page.locator("main input[data-suggest]").first


def options(page: Page) -> Locator:
    return page.locator(f"{OPEN} [role=option]")


def type_in(page: Page, path: str, text: str) -> Locator:
    """Type `text` in the search field of `path`, and wait for its suggestions."""
    page.goto(path)
    field(page).press_sequentially(text)
    expect(options(page).first).to_be_visible()
    return field(page)


def active(page: Page) -> str | None:
    """The identifier of the option that the field says is current."""
    return field(page).get_attribute("aria-activedescendant")


def answer(*names: str, status: str = "") -> str:
    """What the server would say of these names."""
    found = [
        {"text": [name], "kind": "Commune", "detail": "Vienne", "url": f"/territoires/?q={name}"}
        for name in names
    ]
    groups = [{"label": "Territoires", "options": found}] if found else []
    return json.dumps({"label": "Suggestions", "status": status, "groups": groups})


def answering(*names: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(body=answer(*names), content_type="application/json")


def keeping(held: list[Route]) -> Callable[[Route], None]:
    """Lets requests wait, until their answer is given by hand."""

    def hold(route: Route) -> None:
        held.append(route)

    return hold


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the page's scripts and its security policy complained of; nothing, at the end."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on(
        "console",
        lambda message: (
            heard.append(message.text)
            if message.type == "error" and "Failed to load" not in message.text
            else None
        ),
    )
    yield heard
    assert not heard


# --- Keyboard


def test_a_territory_is_chosen_by_keyboard_alone(page: Page, complaints: list[str]) -> None:
    page.goto("/territoires/")
    expect(field(page)).to_have_attribute("aria-expanded", "false")
    field(page).focus()
    page.keyboard.type("saint-den")
    expect(field(page)).to_have_attribute("aria-expanded", "true")
    assert active(page) is None, "nothing is chosen by itself"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = options(page).nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    assert active(page) == second.get_attribute("id")
    expect(options(page).and_(page.locator("[aria-selected=true]"))).to_have_count(1)
    expect(field(page)).to_be_focused()
    expect(field(page)).to_have_value("saint-den")
    address = second.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")
    expect(page.locator("h1")).to_contain_text("Saint-Denis")


def test_arrows_go_round_through_the_field(page: Page) -> None:
    type_in(page, "/territoires/", "saint-den")
    last = options(page).count() - 1
    page.keyboard.press("ArrowUp")
    assert active(page) == options(page).nth(last).get_attribute("id")
    page.keyboard.press("ArrowDown")
    assert active(page) is None
    page.keyboard.press("ArrowDown")
    assert active(page) == options(page).first.get_attribute("id")
    for key in ("Home", "End", "ArrowLeft"):
        page.keyboard.press("ArrowDown")
        page.keyboard.press(key)
        assert active(page) is None, f"{key} goes back to the text"
        expect(options(page).first).to_be_visible()
    page.keyboard.press("Home")
    page.keyboard.type("x")
    expect(field(page)).to_have_value("xsaint-den")


def test_escape_closes_and_then_clears(page: Page) -> None:
    type_in(page, "/territoires/", "poit")
    page.keyboard.press("Escape")
    expect(page.locator(OPEN)).to_have_count(0)
    expect(field(page)).to_have_value("poit")
    expect(field(page)).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Escape")
    expect(field(page)).to_have_value("")
    expect(field(page)).to_be_focused()


def test_arrows_open_a_closed_list_again(page: Page) -> None:
    type_in(page, "/territoires/", "poit")
    for key, rank in (("ArrowDown", 0), ("ArrowUp", -1)):
        page.keyboard.press("Escape")
        page.keyboard.press(key)
        expect(options(page).first).to_be_visible()
        chosen = options(page).nth(rank if rank >= 0 else options(page).count() - 1)
        expect(chosen).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(OPEN)).to_have_count(0)
    page.keyboard.press("Alt+ArrowDown")
    expect(options(page).first).to_be_visible()
    assert active(page) is None


def test_enter_without_a_choice_searches_what_was_typed(page: Page, complaints: list[str]) -> None:
    type_in(page, "/territoires/", "poit")
    page.keyboard.press("Enter")
    page.wait_for_url("**/territoires/?q=poit")
    expect(page.locator(".results-count")).to_contain_text("poit")
    type_in(page, "/retours-experience/", "capt")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/retours-experience/\?q=capt"))
    expect(page.locator(OPEN)).to_have_count(0)
    expect(field(page)).to_have_attribute("role", "combobox")


def test_tab_leaves_the_field_and_the_list_closes(page: Page) -> None:
    type_in(page, "/territoires/", "poit")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.locator("main .search-box button")).to_be_focused()
    expect(page.locator(OPEN)).to_have_count(0)
    assert page.url.endswith("/territoires/")


# --- Screen readers


def test_the_field_is_announced_at_each_step(page: Page) -> None:
    page.goto("/territoires/")
    form = page.locator("main form.search-box")
    expect(form).to_match_aria_snapshot("""
        - search:
          - combobox /Nom d’une commune/
          - button "Chercher"
          - status
    """)
    assert "listbox" not in form.aria_snapshot()
    page.route(
        SUGGESTIONS,
        lambda route: route.fulfill(
            body=answer("Poitiers", "Poitou", status="2 suggestions"),
            content_type="application/json",
        ),
    )
    field(page).press_sequentially("poit")
    expect(form).to_match_aria_snapshot("""
        - search:
          - combobox /Nom d’une commune/ [expanded]: poit
          - button "Chercher"
          - listbox "Suggestions":
            - group "Territoires":
              - option "Poitiers Commune, Vienne"
              - option "Poitou Commune, Vienne"
          - status: 2 suggestions
    """)
    page.keyboard.press("ArrowDown")
    expect(form).to_match_aria_snapshot("""
        - search:
          - combobox /Nom d’une commune/ [expanded]: poit
          - button "Chercher"
          - listbox "Suggestions":
            - group "Territoires":
              - option "Poitiers Commune, Vienne" [selected]
              - option "Poitou Commune, Vienne"
    """)
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    (box,) = [node for node in tree if node.get("role", {}).get("value") == "combobox"]
    said = {entry["name"]: entry["value"] for entry in box["properties"]}
    assert said["activedescendant"]["relatedNodes"][0]["idref"] == active(page)
    assert said["controls"]["relatedNodes"][0]["idref"] == page.locator(OPEN).get_attribute("id")
    assert said["autocomplete"]["value"] == "list"
    page.keyboard.press("Escape")
    assert "listbox" not in form.aria_snapshot()
    expect(form.get_by_role("status")).to_have_text("")


def test_finding_nothing_is_said_and_shows_no_list(page: Page) -> None:
    page.goto("/territoires/")
    field(page).press_sequentially("zzzz")
    expect(page.locator("main form.search-box").get_by_role("status")).to_have_text(
        "Aucune suggestion"
    )
    expect(page.locator(OPEN)).to_have_count(0)
    expect(field(page)).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "light"), (1280, "dark")])
def test_axe_finds_nothing_while_the_list_is_open(
    chromium: Browser, site: RunningSite, width: int, scheme: Any
) -> None:
    context = chromium.new_context(
        base_url=site.url,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        reduced_motion="reduce",
        bypass_csp=True,
    )
    page = context.new_page()
    for path, text in (("/", "donn"), ("/retours-experience/", "capt"), ("/territoires/", "saint")):
        type_in(page, path, text)
        page.keyboard.press("ArrowDown")
        report = Axe().run(page, options={"resultTypes": ["violations"]})
        assert not [v["id"] for v in report.response["violations"]], path
        excess = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert excess <= 0, path
        box = options(page).first.bounding_box()
        assert box and box["height"] >= 44 and box["x"] >= 0
        assert box["x"] + box["width"] <= width
    context.close()


# --- Hands


def test_a_suggestion_is_a_link_under_the_pointer(page: Page) -> None:
    type_in(page, "/territoires/", "poitiers")
    address = options(page).first.get_attribute("href")
    options(page).first.hover()
    page.mouse.down()
    expect(field(page)).to_be_focused()
    page.mouse.up()
    page.wait_for_url(f"**{address}")


def test_a_suggestion_is_chosen_by_touch(chromium: Browser, site: RunningSite) -> None:
    phone = chromium.new_context(
        base_url=site.url, viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True
    )
    page = phone.new_page()
    type_in(page, "/", "éclairage")
    chosen = page.locator(f"{OPEN} a[href*=domaine]")
    chosen.tap()
    page.wait_for_url("**/retours-experience/?domaine=eclairage")
    phone.close()


def test_typed_letters_are_bold_and_markup_is_text(page: Page, complaints: list[str]) -> None:
    type_in(page, "/territoires/", "poit")
    expect(options(page).first.locator("b")).to_have_text("Poit")
    page.route(SUGGESTIONS, answering("<img src=x onerror=alert(1)>"))
    field(page).press_sequentially("i")
    expect(options(page)).to_have_count(1)
    expect(options(page)).to_contain_text("<img src=x onerror=alert(1)>")
    expect(page.locator(f"{OPEN} img")).to_have_count(0)


def test_a_choice_in_the_library_keeps_what_was_chosen(page: Page, complaints: list[str]) -> None:
    page.goto("/retours-experience/?etape=culture&q=autre")
    field(page).fill("")
    field(page).press_sequentially("éclairage pub")
    page.locator(f"{OPEN} a[href*=domaine]").click()
    page.wait_for_url(re.compile("domaine=eclairage"))
    assert "etape=culture" in page.url
    assert "q=" not in page.url
    expect(page.locator("input[name=domaine][value=eclairage]").first).to_be_checked()


def test_the_field_still_suggests_after_results_were_replaced(
    page: Page, complaints: list[str]
) -> None:
    page.goto("/retours-experience/")
    page.locator("input[name=etape][value=culture]").first.check()
    page.wait_for_url(re.compile("etape=culture"))
    field(page).press_sequentially("données")
    expect(options(page).first).to_be_visible()
    assert page.locator(".listbox").count() == page.locator("input[data-suggest]").count()
    page.evaluate(
        """() => {
          const form = document.querySelector("main form.search-box");
          const copy = form.cloneNode(true);
          copy.querySelector("input[data-suggest]").removeAttribute("role");
          for (const made of copy.querySelectorAll(".listbox, [role=status]")) made.remove();
          form.replaceWith(copy);
          copy.dispatchEvent(new Event("htmx:afterSettle", { bubbles: true }));
        }"""
    )
    expect(field(page)).to_have_attribute("role", "combobox")
    field(page).fill("")
    field(page).press_sequentially("capteurs")
    expect(options(page).first).to_be_visible()


def test_the_list_is_not_printed(page: Page) -> None:
    type_in(page, "/territoires/", "poit")
    page.emulate_media(media="print")
    expect(page.locator(".listbox").first).to_be_hidden()


def test_the_current_option_shows_in_forced_colors(chromium: Browser, site: RunningSite) -> None:
    context = chromium.new_context(base_url=site.url, forced_colors="active")
    page = context.new_page()
    type_in(page, "/territoires/", "poit")
    page.keyboard.press("ArrowDown")
    grounds = [
        options(page).nth(rank).evaluate("option => getComputedStyle(option).backgroundColor")
        for rank in (0, 1)
    ]
    assert grounds[0] != grounds[1]
    context.close()


# --- Answers that are late, wrong or absent


def test_a_late_answer_is_never_shown(page: Page, complaints: list[str]) -> None:
    page.goto("/territoires/")
    held: list[Route] = []
    page.route(re.compile("q=poi$"), keeping(held))
    page.route(re.compile("q=poit"), answering("Poitou"))
    field(page).press_sequentially("poi")
    page.wait_for_timeout(300)
    assert held, "the first answer is under way"
    field(page).press_sequentially("tou", delay=10)
    expect(options(page)).to_have_text(re.compile("^Poitou"))
    for route in held:
        route.fulfill(body=answer("Poissy"), content_type="application/json")
    page.wait_for_timeout(200)
    expect(options(page)).to_have_text(re.compile("^Poitou"))


def test_what_was_left_is_not_answered(page: Page, complaints: list[str]) -> None:
    page.goto("/territoires/")
    held: list[Route] = []
    page.route(SUGGESTIONS, keeping(held))
    field(page).press_sequentially("poi")
    page.wait_for_timeout(300)
    page.keyboard.press("Tab")
    for route in held:
        route.fulfill(body=answer("Poissy"), content_type="application/json")
    page.wait_for_timeout(200)
    expect(page.locator(OPEN)).to_have_count(0)


@pytest.mark.parametrize("failure", ["refused", "broken", "not json", "other shape"])
def test_a_failure_leaves_a_plain_field(page: Page, complaints: list[str], failure: str) -> None:
    page.goto("/territoires/")
    fail: dict[str, Callable[[Route], None]] = {
        "refused": lambda route: route.abort(),
        "broken": lambda route: route.fulfill(status=500, body="<h1>Erreur</h1>"),
        "not json": lambda route: route.fulfill(body="<!doctype html>"),
        "other shape": lambda route: route.fulfill(body="{}", content_type="application/json"),
    }
    page.route(SUGGESTIONS, answering("Poissy"))
    field(page).press_sequentially("poi")
    expect(options(page)).to_have_count(1)
    page.unroute(SUGGESTIONS)
    page.route(SUGGESTIONS, fail[failure])
    field(page).press_sequentially("ti")
    expect(page.locator(OPEN)).to_have_count(0)
    expect(page.locator("main form.search-box").get_by_role("status")).to_have_text("")
    page.keyboard.press("Enter")
    page.wait_for_url("**/territoires/?q=poiti")


def test_offline_the_field_stays_quiet(
    page: Page, context: BrowserContext, complaints: list[str]
) -> None:
    page.goto("/territoires/")
    context.set_offline(True)
    field(page).press_sequentially("poit")
    page.wait_for_timeout(400)
    expect(page.locator(OPEN)).to_have_count(0)
    context.set_offline(False)
    field(page).press_sequentially("i")
    expect(options(page).first).to_be_visible()


def test_typing_fast_asks_once(page: Page) -> None:
    page.goto("/territoires/")
    asked: list[str] = []
    page.on(
        "request",
        lambda request: asked.append(request.url) if SUGGESTIONS.search(request.url) else None,
    )
    field(page).press_sequentially("p")
    page.wait_for_timeout(300)
    assert not asked, "one letter asks nothing"
    field(page).press_sequentially("oitier", delay=15)
    expect(options(page).first).to_be_visible()
    assert [url.rpartition("q=")[2] for url in asked] == ["poitier"]


def test_what_is_being_composed_is_not_asked(page: Page) -> None:
    page.goto("/territoires/")
    asked: list[str] = []
    page.on(
        "request",
        lambda request: asked.append(request.url) if SUGGESTIONS.search(request.url) else None,
    )
    field(page).focus()
    page.evaluate(
        """() => {
          const input = document.activeElement;
          input.value = "poit";
          input.dispatchEvent(new CompositionEvent("compositionstart"));
          input.dispatchEvent(new InputEvent("input", { isComposing: true, bubbles: true }));
        }"""
    )
    page.wait_for_timeout(300)
    assert not asked
    page.evaluate(
        """() => {
          const input = document.activeElement;
          input.dispatchEvent(new CompositionEvent("compositionend"));
          const enter = { key: "Enter", isComposing: true, bubbles: true, cancelable: true };
          input.dispatchEvent(new KeyboardEvent("keydown", enter));
        }"""
    )
    expect(options(page).first).to_be_visible()
    assert page.url.endswith("/territoires/")


# --- Without scripts


def test_without_scripts_the_field_searches(chromium: Browser, site: RunningSite) -> None:
    plain = chromium.new_context(base_url=site.url, java_script_enabled=False)
    page = plain.new_page()
    for path, reached in (
        ("/", "/retours-experience/?q=poitiers"),
        ("/retours-experience/", "/retours-experience/?q=poitiers"),
        ("/territoires/", "/territoires/?q=poitiers"),
    ):
        page.goto(path)
        assert field(page).get_attribute("role") is None
        field(page).fill("poitiers")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{reached}*")
        expect(page.locator("main")).to_contain_text("Poitiers")
    plain.close()
