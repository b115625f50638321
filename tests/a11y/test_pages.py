"""axe-core on every page type, light and dark, phone and desktop; no sideways scroll at 320 px."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.services.site import RunningSite

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
PAGES = [
    "/",
    "/guide/",
    "/guide/acheter-et-contractualiser/",
    "/retours-experience/",
    "/retours-experience/?q=capteurs&etape=service",
    "/retours-experience/?q=zzzzzz",
    "/retours-experience/?q=eclairge+Poitiers",
    "/retours-experience/carte/?q=capteurs",
    "/retours-experience/filtre/territoire/",
    "/recherche/",
    "/recherche/?q=marché+global",
    "/recherche/?q=marché+global&nature=guide",
    "/recherche/aide/",
    "/comme-la-mienne/",
    "/comme-la-mienne/?territoire=insee:86194",
    "/alertes/nouvelle/?q=capteurs",
    "/modifications/",
    "/partenaires/grand-poitiers/grand-poitiers-acculturer-data-sandwich/historique/",
    "/partenaires/grand-poitiers/grand-poitiers-acculturer-data-sandwich/citer/",
    "/partenaires/grand-poitiers/grand-poitiers-acculturer-data-sandwich/pages-liees/",
    "/partenaires/grand-poitiers/grand-poitiers-acculturer-data-sandwich/historique/1/",
    "/partenaires/grand-poitiers/grand-poitiers-acculturer-data-sandwich/proposer/",
    "/partenaires/grand-poitiers/grand-poitiers-acculturer-data-sandwich/discussion/",
    "/partenaires/grand-poitiers/contributions/",
    "/suivre/?sujet=territory:siren:200069854",
    "/suivre/demande/",
    "/propositions/envoyee/",
    "/a-confirmer/",
    "/partenaires/",
    "/partenaires/rennes-metropole/",
    "/partenaires/bouygues-construction/",
    "/partenaires/grand-poitiers/grand-poitiers-acculturer-data-sandwich/",
    "/glossaire/",
    "/themes/",
    "/themes/strategie-gouvernance/",
    "/territoires/",
    "/territoires/?q=poitiers",
    "/territoires/siren:200069854/",
    "/territoires/insee:01001/",
    "/a-propos/",
    "/introuvable/",
    "/gestion/login/",
]
VIEWS = [(390, "light"), (1280, "light"), (1280, "dark")]


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
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
    for path in PAGES:
        page.goto(path)
        result = Axe().run(page, options={"resultTypes": ["violations"]})
        found += [
            f"{path}: {v['id']} {v['nodes'][0]['target']}" for v in result.response["violations"]
        ]
    context.close()
    assert not found


@pytest.mark.parametrize("width", [320, 768])
def test_nothing_scrolls_sideways(chromium: Browser, site: RunningSite, width: int) -> None:
    context = chromium.new_context(base_url=site.url, viewport={"width": width, "height": 900})
    page = context.new_page()
    wide = []
    for path in PAGES:
        page.goto(path)
        excess = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        wide += [f"{path}: {excess} px"] if excess > 0 else []
    context.close()
    assert not wide


def test_every_page_has_one_title_and_one_main_heading(
    chromium: Browser, site: RunningSite
) -> None:
    page = chromium.new_page(base_url=site.url)
    titles = {}
    for path in PAGES:
        page.goto(path)
        assert page.locator("h1").count() == 1, path
        titles.setdefault(page.title(), []).append(path.partition("?")[0])
    page.close()
    assert not [paths for paths in titles.values() if len(set(paths)) > 1]
