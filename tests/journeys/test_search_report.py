"""A reader searches and opens a result; the team reads what became of it, and rebuilds the index."""

import re
import time
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.services.site import PASSWORD, RunningSite

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

REPORT = "/gestion/recherche/rapport/"
INDEX = "/gestion/recherche/index/"
AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36"
)
"""The browser of tests says that it is one, and is not counted under its own name."""


def new_reader(chromium: Browser, site: RunningSite) -> BrowserContext:
    """Somebody's browser, without a memory."""
    context = chromium.new_context(base_url=site.url, locale="fr-FR", user_agent=AGENT)
    context.set_default_timeout(20_000)
    return context


def search(page: Page, words: str) -> None:
    """Type words into the library's field."""
    page.goto("/retours-experience/")
    page.fill("#library-q", words)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"[?&]q="))
    expect(page.locator("#results-count")).to_contain_text(words)


def sign_in(page: Page) -> None:
    page.goto("/gestion/login/")
    page.fill("input[name=username]", "moderatrice@demo.datacites.fr")
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/gestion/")


@pytest.fixture
def moderator(page: Page) -> Iterator[Page]:
    sign_in(page)
    yield page


def wait_for_row(page: Page, words: str, cells: list[str]) -> None:
    """Counts are written within seconds: read the report until a row says `cells`."""
    row = page.locator(".searches-queries tbody tr").filter(has_text=words)
    wanted = re.compile(r".*".join(re.escape(cell) for cell in cells), re.DOTALL)
    end = time.monotonic() + 30
    while time.monotonic() < end:
        page.goto(f"{REPORT}?q={words}")
        if row.count() and wanted.search(row.first.inner_text()):
            return
        time.sleep(1)
    raise AssertionError(row.first.inner_text() if row.count() else page.inner_text("main"))


def test_what_readers_search_and_open_reaches_the_team(
    site: RunningSite, chromium: Browser, moderator: Page
) -> None:
    for _ in range(2):
        reader = new_reader(chromium, site)
        page = reader.new_page()
        search(page, "capteurs")
        # Sorting and narrowing are the same search.
        page.locator("#library-sort").select_option("titre")
        page.wait_for_url(re.compile("tri=titre"))
        page.locator("#library-sort").select_option("pertinence")
        page.wait_for_url(lambda url: "tri=titre" not in url)
        with page.expect_request("**/recherche/clic/") as told:
            page.locator(".result-list article").nth(1).locator(".card-title a").click()
        assert told.value.post_data == "q=capteurs&position=2&first=1"
        assert "cookie" not in told.value.headers
        page.go_back()
        expect(page.locator(".result-list article").first).to_be_visible()
        with page.expect_request("**/recherche/clic/") as told:
            page.locator(".result-list article").nth(3).locator(".card-title a").click()
        assert told.value.post_data == "q=capteurs&position=4&first=0"
        search(page, "zzquux")
        reader.close()
    # Searches, empty, abandoned, mean position, share of the first three.
    wait_for_row(moderator, "capteurs", ["capteurs", "2", "0", "0", "3,0", "50"])
    wait_for_row(moderator, "zzquux", ["zzquux", "2", "2", "0", "–"])
    moderator.goto(f"{REPORT}?vue=sans-resultat")
    expect(moderator.locator(".searches-queries")).to_contain_text("zzquux")
    expect(moderator.locator(".searches-queries")).not_to_contain_text("capteurs")
    with moderator.expect_download() as saved:
        moderator.get_by_role("link", name="Exporter ces recherches (CSV)").click()
    body = saved.value.path().read_text(encoding="utf-8")
    assert '"zzquux";"2";"2"' in body


def test_a_reader_without_script_is_counted_as_well(
    site: RunningSite, chromium: Browser, moderator: Page
) -> None:
    for _ in range(2):
        plain = chromium.new_context(
            base_url=site.url, locale="fr-FR", user_agent=AGENT, java_script_enabled=False
        )
        page = plain.new_page()
        search(page, "éclairage")
        page.locator(".result-list article .card-title a").first.click()
        plain.close()
    wait_for_row(moderator, "éclairage", ["éclairage", "2", "0", "2", "–"])


def test_the_team_s_own_searches_are_not_counted(moderator: Page) -> None:
    for _ in range(2):
        search(moderator, "mobilité")
    time.sleep(7)
    moderator.goto(f"{REPORT}?q=mobilite")
    expect(moderator.locator(".searches")).not_to_contain_text("Mots cherchés, avec")


def test_the_index_is_rebuilt_from_the_page(moderator: Page) -> None:
    moderator.goto(INDEX)
    expect(moderator.locator("#index-state")).to_contain_text("répond, définitions à jour")
    moderator.get_by_role("link", name="Reconstruire l’index…").click()
    moderator.get_by_role("button", name="Reconstruire maintenant").click()
    moderator.wait_for_url(f"**{INDEX}")
    # No reload: the page says by itself how it ends.
    expect(moderator.locator("#index-state")).to_contain_text("Reconstruit le", timeout=60_000)
    expect(moderator.locator("progress")).to_have_count(0)
    moderator.get_by_role("button", name=re.compile("^Comparer")).click()
    expect(moderator.locator("#index-state")).to_contain_text(
        "l’index disait la même chose que la base", timeout=60_000
    )


def test_the_index_is_rebuilt_without_script(chromium: Browser, site: RunningSite) -> None:
    plain = chromium.new_context(base_url=site.url, locale="fr-FR", java_script_enabled=False)
    page = plain.new_page()
    sign_in(page)
    page.goto(f"{INDEX}reconstruire/")
    page.get_by_role("button", name="Reconstruire maintenant").click()
    page.wait_for_url(f"**{INDEX}")
    end = time.monotonic() + 60
    while "Reconstruit le" not in page.inner_text("#index-state") and time.monotonic() < end:
        time.sleep(1)
        page.goto(INDEX)
    assert "Reconstruit le" in page.inner_text("#index-state")
    plain.close()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "light"), (1280, "dark")])
def test_both_pages_are_accessible_and_fit(
    chromium: Browser, site: RunningSite, width: int, scheme: str
) -> None:
    context = chromium.new_context(
        base_url=site.url,
        locale="fr-FR",
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        bypass_csp=True,
    )
    page = context.new_page()
    sign_in(page)
    found = []
    for path in (REPORT, f"{REPORT}?periode=13-mois", INDEX, f"{INDEX}reconstruire/"):
        page.goto(path)
        page.evaluate(
            "document.querySelectorAll('.searches details').forEach((d) => (d.open = true))"
        )
        result = Axe().run(
            page, context={"include": [".searches"]}, options={"resultTypes": ["violations"]}
        )
        found += [
            f"{path}: {violation['id']} {violation['nodes'][0]['target']}"
            for violation in result.response["violations"]
        ]
        wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        found += [f"{path}: {wide} px too wide"] if wide > 0 else []
    context.close()
    assert not found
