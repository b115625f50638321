"""Every page type: it is shown, within 25 queries, and a longer list costs no more of them."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from casestudies.models import (
    CaseEvent,
    CaseIndicator,
    CaseObstacle,
    CaseSource,
    CaseStudyPage,
    Obstacle,
)
from cms.models import (
    ChapterReference,
    ChapterSource,
    GlossaryTerm,
    GuideChapterPage,
    GuideIndexPage,
    StandardPage,
)
from tests.builders import (
    make_case,
    make_domain,
    make_partner,
    make_poitiers,
    make_site,
    make_theme,
)

pytestmark = pytest.mark.django_db
LIMIT = 25


@pytest.fixture
def queries(client: Client) -> Callable[[str], int]:
    """How many queries a first visit to an address costs, in a process that has already answered one."""
    client.get("/sante/vivant")

    def counted(path: str) -> int:
        cache.clear()
        Site.clear_site_root_paths_cache()
        with CaptureQueriesContext(connection) as captured:
            response = client.get(path)
        assert response.status_code == 200, path
        assert len(captured) <= LIMIT, f"{path}: {len(captured)} queries\n" + "\n".join(
            q["sql"][:160] for q in captured
        )
        return len(captured)

    return counted


def rich_case(partner=None) -> CaseStudyPage:
    """A case with everything."""
    case = make_case(
        partner, territories=[make_poitiers()], domains=[make_domain()], publish=False, number=None
    )
    obstacle = Obstacle.objects.get_or_create(identifier="silos", defaults={"label": "Silos"})[0]
    case.sources.set(
        [CaseSource(title=f"Source {i}", url=f"https://a.example/{i}") for i in range(6)]
    )
    case.events.set([CaseEvent(text=f"Moment {i}", date="2018") for i in range(6)])
    case.indicators.set(
        [
            CaseIndicator(label="Capteurs", value=str(i), source_url="https://a.example/1")
            for i in range(6)
        ]
    )
    case.case_obstacles.set([CaseObstacle(obstacle=obstacle, observed="Vu") for _ in range(3)])
    case.tags.add("capteurs", "air")
    case.save_revision().publish()
    return CaseStudyPage.objects.get(pk=case.pk)


def chapter(number: int, cases: list[CaseStudyPage]) -> GuideChapterPage:
    guide = GuideIndexPage.objects.get()
    page = GuideChapterPage(
        title=f"Chapitre {number}",
        slug=f"chapitre-{number}",
        number=number,
        body=[("text", "<h2>Un intertitre</h2><p>Un jeu de données, voir REX-01 [1].</p>")],
    )
    guide.add_child(instance=page)
    page.references.set([ChapterReference(page=case) for case in cases])
    page.sources.set([ChapterSource(title="Une source", url="https://a.example/")])
    page.save_revision().publish()
    return page


def test_a_case_with_everything_is_shown(client: Client, queries) -> None:
    GlossaryTerm.objects.create(
        term="Capteur", variants="capteurs", definition="Un appareil qui mesure."
    )
    case = rich_case()
    make_case(territories=[make_poitiers()])
    queries(case.get_url())
    html = client.get(case.get_url()).content.decode()
    for expected in (
        "Comment cela s",
        "Indicateurs",
        "Obstacles",
        "Fiches voisines",
        'class="term"',
        "Version 1",
        "Source 5",
    ):
        assert expected in html


def test_the_home_page_costs_the_same_whatever_the_number_of_cases(queries) -> None:
    make_site()
    poitiers = make_poitiers()
    for _ in range(4):
        make_case(
            territories=[poitiers],
            domains=[make_domain()],
            lessons="<ol><li>Former. Puis publier.</li></ol>",
        )
    few = queries("/")
    for _ in range(18):
        make_case(
            territories=[poitiers], domains=[make_domain()], lessons="<ol><li>Former.</li></ol>"
        )
    assert queries("/") == few


@pytest.mark.parametrize(
    "path",
    [
        "/themes/strategie-gouvernance/",
        "/territoires/siren:200069854/",
        "/retours-experience/",
        "/partenaires/ville/",
    ],
)
def test_listing_20_cases_costs_the_same_as_listing_2(queries, path: str) -> None:
    partner, poitiers = make_partner("Ville"), make_poitiers()
    for _ in range(2):
        make_case(partner, territories=[poitiers], domains=[make_domain()])
    few = queries(path)
    for _ in range(18):
        make_case(partner, territories=[poitiers], domains=[make_domain()])
    assert queries(path) == few


def test_a_chapter_is_shown_with_its_contents_cases_and_sources(client: Client, queries) -> None:
    make_site()
    GlossaryTerm.objects.create(term="Jeu de données", definition="Un ensemble cohérent.")
    cases = [rich_case(), rich_case()]
    first = chapter(1, cases)
    chapter(2, [])
    queries(first.get_url())
    html = client.get(first.get_url()).content.decode()
    assert 'href="#s-un-intertitre"' in html
    assert 'id="s-un-intertitre"' in html
    assert f'href="{cases[0].get_url()}"' in html
    assert 'rel="next"' in html
    assert "#source-1" in html


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/guide/",
        "/partenaires/",
        "/glossaire/",
        "/themes/",
        "/territoires/",
        "/territoires/?q=poit",
        "/retours-experience/",
        "/sitemap.xml",
    ],
)
def test_an_empty_site_has_no_dead_end(queries, path: str) -> None:
    make_site()
    make_poitiers()
    make_theme()
    queries(path)


def test_a_territory_nobody_told_about_leads_to_those_around_it(client: Client) -> None:
    poitiers = make_poitiers()
    make_case(title="Le cas voisin", territories=[poitiers.epci])
    html = client.get(poitiers.get_absolute_url()).content.decode()
    assert "Le cas voisin" in html
    assert "Près d" in html


def test_a_case_of_a_commune_is_found_under_all_that_contains_it(client: Client) -> None:
    poitiers = make_poitiers()
    make_case(title="À Poitiers", territories=[poitiers])
    for territory in [poitiers, *poitiers.ancestors()]:
        assert "À Poitiers" in client.get(territory.get_absolute_url()).content.decode(), territory


def test_a_standard_page_is_shown(client: Client, queries) -> None:
    home = make_site()
    page = StandardPage(
        title="À propos", slug="a-propos", body=[("text", "<h2>Ici</h2><p>Texte.</p>")]
    )
    home.add_child(instance=page)
    queries("/a-propos/")


@pytest.mark.parametrize(
    "path",
    [
        "/introuvable/",
        "/territoires/insee:99999/",
        "/territoires/nimporte/",
        "/themes/inconnu/",
        "/partenaires/x/y/",
    ],
)
def test_an_unknown_address_is_a_page_that_helps(client: Client, path: str) -> None:
    make_site()
    response = client.get(path)
    assert response.status_code == 404
    assert "/retours-experience/" in response.content.decode()
