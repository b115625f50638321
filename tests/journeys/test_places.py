"""Places: one's own territory kept on the device only, the map by keyboard, all without scripts."""

import re
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from tests.services.site import RunningSite

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
ALIKE, MAP, LIBRARY = "/comme-la-mienne/", "/retours-experience/carte/", "/retours-experience/"
POITIERS = "insee:86194"


# --- One's own territory


def whole(request: Request) -> str:
    """All that a request carries."""
    return unquote(f"{request.url} {request.headers} {request.post_data or ''}")


def test_a_readers_territory_is_kept_on_their_device_and_sent_to_nobody(
    page: Page, context: BrowserContext
) -> None:
    sent: list[str] = []
    page.goto(f"/territoires/{POITIERS}/")
    page.get_by_role("button", name="Retenir comme mon territoire").click()
    expect(page.get_by_role("button", name="Oublier mon territoire")).to_be_visible()
    expect(page.locator(".mine-keep [role=status]")).to_contain_text("sur cet appareil seulement")
    page.on("request", lambda request: sent.append(whole(request)))
    for path in ("/", LIBRARY, ALIKE, "/guide/"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
    assert sent
    assert not [text for text in sent if "86194" in text or "Poitiers" in text]
    assert not context.cookies()
    assert POITIERS in page.evaluate("localStorage.getItem('territory')")


def test_the_territory_that_was_kept_leads_to_those_like_it_and_can_be_forgotten(
    page: Page,
) -> None:
    page.goto(f"{ALIKE}?territoire={POITIERS}")
    page.get_by_role("button", name="Retenir comme mon territoire").click()
    for path in (LIBRARY, "/", ALIKE):
        page.goto(path)
        expect(page.locator("[data-mine]")).to_contain_text("Mon territoire : Poitiers (86)")
    page.locator("[data-mine-link]").click()
    expect(page).to_have_url(re.compile(r"territoire=insee(:|%3A)86194$"))
    page.goto(LIBRARY)
    page.get_by_role("button", name="Oublier mon territoire").click()
    expect(page.locator("[data-mine]")).to_be_hidden()
    assert page.evaluate("localStorage.getItem('territory')") is None
    assert page.evaluate("document.activeElement.tagName") == "MAIN"


def test_what_was_put_in_storage_by_somebody_else_is_never_markup_nor_an_address(
    page: Page,
) -> None:
    page.goto(LIBRARY)
    hostile = {"code": POITIERS, "name": "<img src=x onerror=alert(1)>"}
    page.evaluate("kept => localStorage.setItem('territory', JSON.stringify(kept))", hostile)
    page.reload()
    expect(page.locator("[data-mine-link]")).to_have_text(hostile["name"])
    for wrong in ('{"code": "javascript:alert(1)", "name": "x"}', "{", "null", "[]", '"x"'):
        page.evaluate("kept => localStorage.setItem('territory', kept)", wrong)
        page.reload()
        expect(page.locator("[data-mine]")).to_be_hidden()


def test_the_chip_stays_when_the_results_are_replaced(page: Page) -> None:
    page.goto(f"/territoires/{POITIERS}/")
    page.get_by_role("button", name="Retenir comme mon territoire").click()
    page.goto(LIBRARY)
    page.locator("input[name=etape][value=culture]").check()
    page.wait_for_url(re.compile("etape=culture"))
    expect(page.locator("[data-mine]")).to_be_visible()


def test_a_browser_that_refuses_to_remember_says_so(page: Page) -> None:
    page.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('no', 'QuotaExceededError') }"
    )
    page.goto(f"/territoires/{POITIERS}/")
    page.get_by_role("button", name="Retenir comme mon territoire").click()
    expect(page.locator(".mine-keep [role=status]")).to_contain_text("refuse")
    expect(page.get_by_role("button", name="Retenir comme mon territoire")).to_be_visible()


def test_without_scripts_a_territory_is_chosen_by_name_and_nothing_is_offered_in_vain(
    plain: Page,
) -> None:
    plain.goto("/")
    plain.get_by_label("Votre collectivité").fill("Poitiers (86)")
    plain.get_by_role("button", name="Voir les fiches proches").click()
    expect(plain.locator(".alike-mine")).to_contain_text("Poitiers")
    why = plain.locator(".alike-why").first
    expect(why).to_contain_text("Commune comme la vôtre")
    expect(why).to_contain_text("habitants contre 89")
    expect(plain.get_by_text("Retenir comme mon territoire")).to_be_hidden()
    plain.get_by_label("Domaine").select_option(label="Énergie")
    plain.get_by_role("button", name="Appliquer").click()
    assert f"territoire={POITIERS.replace(':', '%3A')}" in plain.url
    assert "domaine=energie" in plain.url
    for card in plain.locator("article.card").all():
        expect(card).to_contain_text("Énergie")
    plain.get_by_label("Un autre territoire").fill("saint-denis")
    plain.get_by_role("button", name="Chercher").click()
    expect(plain.get_by_role("heading", name="De quel territoire")).to_be_visible()
    plain.locator(".territory-list li", has_text="La Réunion").get_by_role("link").first.click()
    expect(plain.locator(".alike-mine")).to_contain_text("La Réunion")


# --- The map


def test_every_place_of_the_map_is_reached_by_keyboard_named_and_seen(page: Page) -> None:
    page.goto(MAP)
    page.locator(".skip-map").focus()
    page.keyboard.press("Tab")
    reached = []
    while page.evaluate("document.activeElement.closest('svg.map') !== null"):
        focused = page.evaluate(
            """() => {
                const link = document.activeElement;
                const drawn = link.querySelector('path, rect, circle');
                const probe = document.createElement('i');
                probe.style.color = 'var(--focus)';
                document.body.append(probe);
                const ring = getComputedStyle(probe).color;
                probe.remove();
                return [link.getAttribute('aria-label'), getComputedStyle(drawn).stroke === ring];
            }"""
        )
        reached.append(focused)
        page.keyboard.press("Tab")
    names = [name for name, _seen in reached]
    assert len(reached) == page.locator("svg.map a").count() > 20
    assert all(re.search(r"\d+\s?fiches?$", name) for name in names)
    assert all(seen for _name, seen in reached)
    assert any(name.startswith("Vienne (86)") for name in names)
    assert any("Genève" in name for name in names)


def test_the_map_can_be_passed_over(page: Page) -> None:
    page.goto(MAP)
    page.locator(".skip-map").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.cartouche-foot, .site-footer') !== null")


def test_a_departement_opens_the_library_narrowed_to_it(page: Page) -> None:
    page.goto(f"{LIBRARY}?q=donn%C3%A9es")
    page.get_by_role("link", name="Sur la carte").click()
    expect(page).to_have_url(re.compile(r"/carte/\?q=donn"))
    vienne = page.locator('svg.map a[aria-label^="Vienne (86)"]')
    count = int(re.findall(r"(\d+)\s?fiche", vienne.get_attribute("aria-label") or "")[0])
    vienne.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"territoire=dep(:|%3A)86"))
    expect(page.locator("article.card")).to_have_count(count)
    page.get_by_role("link", name="Sur la carte").click()
    expect(page.locator(".place-tree > li > a")).to_have_text(["Vienne (département)"])


def test_the_map_and_its_list_work_without_scripts_list_first_on_a_phone(
    chromium: Browser, site: RunningSite
) -> None:
    phone = chromium.new_context(
        base_url=site.url, java_script_enabled=False, viewport={"width": 320, "height": 700}
    )
    page = phone.new_page()
    page.goto(MAP)
    tree, drawing = page.locator(".place-tree"), page.locator("svg.map")
    listed, drawn = tree.bounding_box(), drawing.bounding_box()
    assert listed
    assert drawn
    assert listed["y"] < drawn["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    sizes = tree.locator("a").evaluate_all("all => all.map(a => a.getBoundingClientRect().height)")
    assert min(sizes) >= 24
    tree.get_by_role("link", name="Vienne (département)").click()
    expect(page.locator("article.card").first).to_be_visible()
    phone.close()


def test_the_map_is_printed_with_its_list(page: Page) -> None:
    page.goto(MAP)
    page.emulate_media(media="print")
    expect(page.locator("svg.map")).to_be_visible()
    expect(page.locator(".place-tree")).to_be_visible()
    expect(page.locator(".search-box")).to_be_hidden()


# --- Beside a case and a territory


def test_a_case_leads_to_those_around_it_and_says_why(page: Page) -> None:
    # Around Rennes there are more cases than the related ones take.
    case = "/partenaires/rennes-metropole/rennes-rudi-catalogue-sans-stockage/"
    page.goto(case)
    labels = page.locator(".cards-label")
    assert labels.count() == 3
    for label in labels.all():
        expect(label).to_have_text(
            re.compile("Même territoire|Même domaine|même obstacle|Sujet voisin")
        )
    nearby = page.locator(".nearby li")
    assert nearby.count()
    nearby.first.get_by_role("link").click()
    expect(page.locator("h1")).to_be_visible()
    assert case not in page.url


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "light"), (1280, "dark")])
def test_axe_finds_nothing_on_these_pages(
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
    page.goto(f"/territoires/{POITIERS}/")
    page.get_by_role("button", name="Retenir comme mon territoire").click()
    found = []
    for path in (
        ALIKE,
        f"{ALIKE}?nom=saint-denis",
        f"{ALIKE}?nom=zzzz",
        f"{ALIKE}?territoire={POITIERS}",
        MAP,
        f"{MAP}?q=capteurs&domaine=eau",
        f"{MAP}?q=zzzzzz",
        f"/territoires/{POITIERS}/",
        LIBRARY,
    ):
        page.goto(path)
        result = Axe().run(page, options={"resultTypes": ["violations"]})
        found += [
            f"{path}: {v['id']} {v['nodes'][0]['target']}" for v in result.response["violations"]
        ]
    context.close()
    assert not found
