"""Reading a page's past: by its history, between two versions, on a phone and without JavaScript."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.services.site import RunningSite

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

CASE = "/partenaires/grand-poitiers/grand-poitiers-acculturer-data-sandwich/"
REWRITE = """
from casestudies.models import CaseStudyPage
from cms.models import User
case = CaseStudyPage.objects.get(number=6)
if case.published_versions.count() == 1:
    case.approach = case.approach.replace("</p>", " Nous avons appris à attendre.</p>", 1)
    case.change_summary = "Ce que l'équipe a appris depuis"
    author = User.objects.get(email='auteure.poitiers@demo.datacites.fr')
    case.save_revision(user=author).publish()
"""


@pytest.fixture(scope="module", autouse=True)
def rewritten(site: RunningSite) -> None:
    """The case has a second version."""
    site.manage("shell", "-c", REWRITE)


@pytest.mark.parametrize("browser", ["page", "plain"])
def test_two_versions_are_chosen_and_compared(request: pytest.FixtureRequest, browser: str) -> None:
    page: Page = request.getfixturevalue(browser)
    page.goto(CASE)
    page.get_by_role("link", name="Historique").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Historique")
    expect(page.get_by_text("Ce que l’équipe a appris depuis")).to_be_visible()
    page.get_by_role("button", name="Comparer les deux versions choisies").click()
    page.wait_for_url(re.compile(r"historique/1/2/$"))
    expect(page.locator("ins")).to_contain_text("Nous avons appris à attendre.")
    page.get_by_role("link", name="Voir sur deux colonnes").click()
    expect(page.locator("table.columns").first).to_be_visible()
    page.get_by_role("link", name="Version 1 du").click()
    expect(page.get_by_role("note").first).to_contain_text("Ce n’est plus la version actuelle")
    expect(page.locator("article.case")).not_to_contain_text("appris à attendre")


def test_recent_changes_lead_to_what_changed(page: Page) -> None:
    page.goto("/modifications/")
    page.get_by_role("link", name=re.compile("ce qui a changé : Acculturer")).first.click()
    expect(page.locator("ins")).to_contain_text("Nous avons appris à attendre.")
    page.goto("/modifications/")
    page.get_by_label("Partenaire").select_option("grand-poitiers")
    page.get_by_role("button", name="Afficher").click()
    expect(page).to_have_url(re.compile("partenaire=grand-poitiers"))
    expect(page.locator(".version-list li").first).to_contain_text("Grand Poitiers")


def test_a_citation_is_downloaded(page: Page) -> None:
    page.goto(f"{CASE}citer/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger en RIS").click()
    assert download.value.suggested_filename.endswith(".ris")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_a_comparison_is_accessible_and_fits(
    chromium: Browser, site: RunningSite, width: int, scheme: str
) -> None:
    context = chromium.new_context(
        base_url=site.url,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        bypass_csp=True,
    )
    page = context.new_page()
    found = []
    for rest in ("historique/", "historique/1/2/", "historique/1/2/?vue=colonnes"):
        page.goto(f"{CASE}{rest}")
        result = Axe().run(page, options={"resultTypes": ["violations"]})
        found += [f"{rest}: {v['id']} {v['nodes'][0]}" for v in result.response["violations"]]
        excess = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found += [f"{rest}: {excess} px too wide"] if excess > 0 else []
    context.close()
    assert not found
