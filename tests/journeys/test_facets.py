"""Narrowing a search: by keyboard, within a long list, on a phone, and without JavaScript."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.services.site import RunningSite

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
LIBRARY = "/retours-experience/"
ROCHELLE = "input[name=territoire][value='insee:17300']"


def focused(page: Page) -> str:
    """The id of what has the focus."""
    return str(page.evaluate("document.activeElement.id"))


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def unfold(page: Page, parameter: str) -> None:
    page.locator(f"#facet-{parameter} > summary").click()


def test_a_territory_is_reached_and_chosen_by_keyboard_alone(page: Page) -> None:
    page.goto(LIBRARY)
    page.locator("#facet-territoire > summary").focus()
    press(page, "Enter", "Tab")
    assert focused(page) == "filter-territoire"
    page.keyboard.type("Rochelle")
    expect(page.locator(ROCHELLE)).to_be_visible()
    for _ in range(12):
        press(page, "Tab")
        if focused(page) == "f-territoire-insee:17300":
            break
    press(page, "Space")
    page.wait_for_url(re.compile("territoire=insee%3A17300"))
    expect(page.locator(".chip")).to_contain_text("La Rochelle (17)")
    expect(page.locator(ROCHELLE)).to_be_focused()
    expect(page.locator(ROCHELLE)).to_be_checked()


def test_the_focus_and_what_was_unfolded_outlive_new_results(page: Page) -> None:
    page.goto(LIBRARY)
    unfold(page, "obstacle")
    page.locator("#more-domaine > summary").click()
    box = page.locator("#more-domaine input[type=checkbox]").nth(2)
    name = box.get_attribute("id")
    box.focus()
    press(page, "Space")
    page.wait_for_url(re.compile("domaine="))
    expect(page.locator(f'[id="{name}"]')).to_be_focused()
    expect(page.locator("#facet-obstacle")).to_have_attribute("open", "")
    page.locator("#facet-etape > summary").click()
    page.locator("#facet-obstacle input[type=checkbox]").first.check()
    page.wait_for_url(re.compile("obstacle="))
    expect(page.locator("#facet-etape")).not_to_have_attribute("open", "")


def test_a_removed_chip_hands_the_focus_on(page: Page) -> None:
    page.goto(f"{LIBRARY}?etape=service&statut=deploye")
    page.locator(".chip").first.focus()
    press(page, "Enter")
    page.wait_for_url(re.compile(r"\?statut=deploye$"))
    expect(page.locator(".chip").first).to_be_focused()
    press(page, "Enter")
    page.wait_for_url(re.compile(rf"{LIBRARY}$"))
    expect(page.locator(".results-head")).to_be_focused()


def test_a_long_list_is_filtered_and_never_submitted(page: Page) -> None:
    page.goto(LIBRARY)
    unfold(page, "territoire")
    field = page.locator("#filter-territoire")
    group = page.locator("#facet-territoire")
    shown = group.locator("label.facet-value:visible")
    before = shown.count()
    field.fill("REUNION" if before == 0 else "saint malo")
    expect(group.get_by_role("status")).to_have_text(re.compile("^(Une valeur|[0-9]+ valeurs)$"))
    expect(group.locator("label", has_text="Saint-Malo")).to_be_visible()
    press(page, "Enter")
    assert page.url.endswith(LIBRARY)
    field.fill("zzzz")
    expect(group.get_by_role("status")).to_have_text("Aucune valeur")
    expect(shown).to_have_count(0)
    press(page, "Escape")
    expect(field).to_have_value("")
    expect(field).to_be_focused()
    expect(shown).to_have_count(before)
    expect(group.get_by_role("status")).to_be_empty()


def test_a_filter_survives_a_choice_made_under_it(page: Page) -> None:
    page.goto(LIBRARY)
    unfold(page, "organisation")
    field = page.locator("#filter-organisation")
    field.fill("metropole")
    group = page.locator("#facet-organisation")
    box = group.locator("label.facet-value:visible input").nth(1)
    name = box.get_attribute("id")
    box.check()
    page.wait_for_url(re.compile("organisation="))
    expect(page.locator(f'[id="{name}"]')).to_be_focused()
    expect(field).to_have_value("metropole")
    for label in group.locator("label.facet-value:visible .facet-name").all_inner_texts():
        assert "tropole" in label.lower() or "étropole" in label.lower()


def test_a_list_that_is_cut_is_searched_whole(page: Page) -> None:
    page.goto(LIBRARY)
    unfold(page, "tag")
    group = page.locator("#facet-tag")
    listed = set(group.locator(".facet-values input").evaluate_all("all => all.map(i => i.value)"))
    page.goto(f"{LIBRARY}filtre/tag/")
    links = page.locator(".facet-all-values a").evaluate_all("all => all.map(a => a.href)")
    hidden = next(link.split("tag=")[1] for link in links if link.split("tag=")[1] not in listed)
    page.goto(LIBRARY)
    unfold(page, "tag")
    page.locator("#filter-tag").fill(hidden.replace("-", " ")[:12])
    box = page.locator(f"[id='m-tag-{hidden}']")
    expect(box).to_be_visible()
    expect(group.get_by_role("status")).to_have_text(re.compile("valeur"))
    box.check()
    page.wait_for_url(re.compile(f"tag={hidden}$"))
    expect(page.locator(f"[id='m-tag-{hidden}']")).to_be_focused()
    press(page, "Space")
    page.wait_for_url(re.compile(rf"{LIBRARY}$"))
    expect(page.locator(f"[id='m-tag-{hidden}']")).not_to_be_checked()
    expect(page.locator(f"[id='m-tag-{hidden}']")).to_be_focused()
    page.locator("#filter-tag").focus()
    press(page, "Escape")
    expect(group.locator(".facet-matches")).to_be_hidden()
    expect(group.locator(".facet-values")).to_be_visible()


def test_the_count_is_announced_once(page: Page) -> None:
    page.goto(LIBRARY)
    page.locator("input[name=etape][value=culture]").check()
    page.wait_for_url(re.compile("etape=culture"))
    expect(page.locator("#library-status")).to_have_text(re.compile(r"^\d+ fiches?$"))
    heard = page.locator("[role=status]").evaluate_all(
        "all => all.map(s => s.textContent.trim()).filter(Boolean)"
    )
    assert len(heard) == 1


def test_a_barometer_leads_in_and_out(page: Page) -> None:
    page.goto("/themes/")
    page.locator(".disclosure > summary", has_text="2018").click()
    page.locator("a[href*='entree=barometre-2018:services-aux-usagers']").click()
    expect(page.locator(".entry-notice")).to_contain_text("correspond")
    choice = page.locator("#library-entry")
    expect(choice).to_have_value("barometre-2018:services-aux-usagers")
    page.locator(".chip").click()
    page.wait_for_url(re.compile(rf"{LIBRARY}$"))
    expect(page.locator(".entry-notice")).to_have_count(0)
    unfold(page, "entree")
    choice.focus()
    choice.select_option("barometre-2018:e-education")
    page.wait_for_url(re.compile("entree=barometre-2018%3Ae-education"))
    expect(choice).to_be_focused()
    expect(choice).to_have_value("barometre-2018:e-education")


def test_the_whole_way_without_javascript(plain: Page) -> None:
    plain.goto(f"{LIBRARY}?q=donn%C3%A9es")
    expect(plain.locator("[data-facet-filter]").first).to_be_hidden()
    unfold(plain, "territoire")
    plain.locator("#facet-territoire .branch > summary").first.click()
    part = plain.locator("#facet-territoire .branch[open] input").first
    expect(part).to_be_visible()
    part.check()
    plain.get_by_role("button", name="Appliquer").click()
    assert "territoire=" in plain.url
    expect(plain.locator("#facet-territoire")).to_have_attribute("open", "")
    plain.locator(".chip").first.click()
    assert "territoire=" not in plain.url
    unfold(plain, "tag")
    plain.locator("#facet-tag .facet-all a").click()
    expect(plain.locator("h1")).to_have_text("Mot-clé")
    plain.locator("#facet-q").fill("data")
    plain.get_by_role("button", name="Filtrer").click()
    plain.locator(".facet-all-values a").first.click()
    assert "tag=" in plain.url
    assert "q=donn" in plain.url
    expect(plain.locator("article.card").first).to_be_visible()
    plain.locator("#search-help > summary").click()
    plain.locator("#search-help a[href*=capteur]").first.click()
    assert "capteur" in plain.url


def test_on_a_phone_filters_are_behind_a_button(chromium: Browser, site: RunningSite) -> None:
    phone = chromium.new_context(
        base_url=site.url, viewport={"width": 360, "height": 800}, has_touch=True
    )
    page = phone.new_page()
    page.goto(LIBRARY)
    expect(page.locator("#facet-domaine")).to_be_hidden()
    page.get_by_text("Affiner (0)").tap()
    page.locator("input[name=etape][value=service]").tap()
    page.wait_for_url(re.compile("etape=service"))
    expect(page.get_by_text("Affiner (1)")).to_be_visible()
    expect(page.locator("#facet-domaine")).to_be_visible()
    for box in page.locator("#facet-domaine label.facet-value:visible").all():
        assert (box.bounding_box() or {"height": 0})["height"] >= 32
    phone.close()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "light"), (1280, "dark")])
def test_axe_finds_nothing_in_unfolded_facets(
    chromium: Browser, site: RunningSite, width: int, scheme: str
) -> None:
    context = chromium.new_context(
        base_url=site.url,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        reduced_motion="reduce",
        bypass_csp=True,
    )
    page = context.new_page()
    faults = []
    for path in (
        f"{LIBRARY}?territoire=insee:86194&entree=barometre-2018:services-aux-usagers",
        f"{LIBRARY}?q=eclairge+Poitiers&etape=strategie",
        f"{LIBRARY}filtre/territoire/?territoire=dep:86",
        f"{LIBRARY}filtre/tag/?filtre=zzz",
        "/recherche/aide/",
    ):
        page.goto(path)
        page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
        result = Axe().run(page, options={"resultTypes": ["violations"]})
        faults += [
            f"{path}: {v['id']} {v['nodes'][0]['target']}" for v in result.response["violations"]
        ]
        wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        faults += [f"{path}: {wide} px too wide"] if wide > 0 else []
    context.close()
    assert not faults
