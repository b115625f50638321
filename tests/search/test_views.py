"""The library as readers and htmx get it, on good input, bad input and without an engine."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, Settings
from wagtail.models import PageViewRestriction

from casestudies.models import CaseStudyPage, Territory, TerritoryFormerCode
from search import indexing, views
from search.backends.base import SearchBackend
from tests.builders import make_case, make_domain, make_partner, make_poitiers

pytestmark = pytest.mark.django_db

LIBRARY = "/retours-experience/"


def read(client: Client, querystring: str = "", **headers: str) -> str:
    """The page at a library address."""
    response = client.get(f"{LIBRARY}?{querystring}", headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def titles(html: str) -> list[str]:
    """Titles of the cards, without marks."""
    cards = re.findall(r'<h3 class="card-title">(.*?)</h3>', html, flags=re.DOTALL)
    return [re.sub(r"<.*?>", "", card).strip() for card in cards]


def field(html: str, parameter: str, value: str) -> str:
    """The checkbox of a facet value, with its label and count."""
    box = (
        rf'<label class="facet-value[^>]*><input[^>]*name="{parameter}" value="{value}".*?</label>'
    )
    found = re.search(box, html, flags=re.DOTALL)
    assert found, f"{parameter}={value} is not offered"
    return found[0]


@pytest.fixture
def library(index: SearchBackend) -> list[CaseStudyPage]:
    """Three published and indexed cases."""
    eau, air = make_domain("eau", "Eau", "reseaux"), make_domain("qualite-air", "Air", "milieu")
    cases = [
        make_case(
            title="Capteurs d'eau", domains=[eau], territories=[make_poitiers()], step="service"
        ),
        make_case(title="Capteurs d'air", domains=[air], step="culture"),
        make_case(title="Un atelier", domains=[eau, air], step="culture"),
    ]
    make_domain("tourisme", "Tourisme", "milieu")
    indexing.drain()
    return cases


# --- Finding


def test_words_and_facets_narrow(client: Client, library: list[CaseStudyPage]) -> None:
    assert len(titles(read(client))) == 3
    assert set(titles(read(client, "q=capteur+d'air"))) == {"Capteurs d’air", "Un atelier"}
    assert titles(read(client, "q=capteur&domaine=eau")) == ["Capteurs d’eau", "Un atelier"]
    assert titles(read(client, "tri=titre"))[0] == "Capteurs d’air"


def test_a_case_is_found_by_every_territory_that_contains_it(
    client: Client, library: list[CaseStudyPage]
) -> None:
    for code in ("insee:86194", "siren:200069854", "dep:86", "reg:75"):
        assert titles(read(client, f"territoire={code}")) == ["Capteurs d’eau"]


def test_a_former_code_leads_to_today_s_territory(
    client: Client, library: list[CaseStudyPage]
) -> None:
    poitiers = Territory.objects.get(code="insee:86194")
    TerritoryFormerCode.objects.create(code="insee:86999", name="Ancienne", territory=poitiers)
    address = {"territoire": ["insee:86999", "insee:86194", "insee:00000"]}
    html = client.get(LIBRARY, address).content.decode()
    assert titles(html) == ["Capteurs d’eau"]
    assert "checked" in field(html, "territoire", "insee:86194")
    assert "<code>territoire=insee:00000</code>" in html
    assert "86999" not in html
    response = client.get(LIBRARY, address, headers={"HX-Request": "true"})
    assert response["HX-Push-Url"] == f"{LIBRARY}?territoire=insee%3A86194"


def test_today_s_codes_cost_no_query_about_former_ones(
    client: Client, library: list[CaseStudyPage]
) -> None:
    with CaptureQueriesContext(connection) as captured:
        read(client, "territoire=insee:86194&territoire=dep:86")
    assert not [query for query in captured if "formercode" in query["sql"]]


def test_every_value_is_offered_with_its_count(
    client: Client, library: list[CaseStudyPage]
) -> None:
    html = read(client, "domaine=eau&domaine=qualite-air&etape=culture")
    assert ">1<" in field(html, "domaine", "eau")
    assert "checked" in field(html, "domaine", "eau")
    assert ">2<" in field(html, "domaine", "qualite-air")
    assert ">0<" in field(html, "domaine", "tourisme")
    assert " fiche<" in field(html, "domaine", "tourisme"), "in French, none is singular"
    assert "is-empty" in field(html, "domaine", "tourisme")
    assert ">1<" in field(html, "etape", "service")
    assert "Poitiers (86)" in field(read(client), "territoire", "insee:86194")


def test_chips_lead_to_the_search_without_them(
    client: Client, library: list[CaseStudyPage]
) -> None:
    html = read(client, "q=capteur&domaine=eau&etape=service")
    assert f'href="{LIBRARY}?q=capteur&amp;etape=service"' in html
    assert f'href="{LIBRARY}?q=capteur&amp;domaine=eau"' in html
    assert f'class="clear" href="{LIBRARY}?q=capteur"' in html


def test_found_words_are_marked_in_cards(client: Client, library: list[CaseStudyPage]) -> None:
    assert "<mark>Capteurs</mark> d’eau" in read(client, "q=capteur")


def test_pages_are_linked(client: Client, index: SearchBackend) -> None:
    partner = make_partner()
    for _ in range(21):
        make_case(partner)
    indexing.drain()
    first, last = read(client, "tri=titre"), read(client, "tri=titre&page=2")
    assert (len(titles(first)), len(titles(last))) == (20, 1)
    assert f'href="{LIBRARY}?tri=titre&amp;page=2" rel="next"' in first
    assert 'aria-current="page"' in last
    assert titles(read(client, "page=1000000000&tri=titre")) == titles(last)


def test_nothing_found_offers_ways_on(client: Client, library: list[CaseStudyPage]) -> None:
    html = read(client, "q=introuvable&domaine=eau")
    assert titles(html) == []
    assert "empty-state" in html
    assert "Aucune fiche pour" in html
    assert "Garder les mots" in html


# --- htmx


def test_htmx_gets_the_body_alone_under_the_same_address(
    client: Client, library: list[CaseStudyPage]
) -> None:
    response = client.get(
        f"{LIBRARY}?q=&domaine=eau&tri=pertinence", headers={"HX-Request": "true"}
    )
    html = response.content.decode()
    assert "<html" not in html
    assert html.startswith("<title>")
    assert 'id="library-body"' in html
    assert len(titles(html)) == 2
    assert re.search(
        r'<p id="library-status"[^>]*role="status" data-hx-swap-oob="innerHTML">2 fiches</p>', html
    )
    assert response["HX-Push-Url"] == f"{LIBRARY}?domaine=eau"
    assert "HX-Request" in response["Vary"]


def test_going_back_gets_the_whole_page(client: Client, library: list[CaseStudyPage]) -> None:
    html = read(client, **{"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in html


def test_without_scripts_there_is_a_button(client: Client, library: list[CaseStudyPage]) -> None:
    html = read(client)
    assert re.search(r'<form[^>]*method="get"[^>]*action="/retours-experience/"', html)
    assert re.search(r'<button[^>]*type="submit"[^>]*form="library-form"[^>]*>Appliquer', html)


# --- What must not be seen


def test_a_case_closed_a_moment_ago_is_not_shown(
    client: Client, library: list[CaseStudyPage]
) -> None:
    PageViewRestriction.objects.create(page=library[0], restriction_type=PageViewRestriction.LOGIN)
    assert "Capteurs d’eau" not in titles(read(client))


def test_a_case_withdrawn_behind_our_back_is_not_shown(
    client: Client, library: list[CaseStudyPage]
) -> None:
    CaseStudyPage.objects.filter(pk=library[0].pk).update(live=False)
    assert "Capteurs d’eau" not in titles(read(client))


def test_hostile_titles_are_shown_as_text(client: Client, index: SearchBackend) -> None:
    make_case(
        title="<script>alert(1)</script> capteurs", summary="<img src=x onerror=alert(1)> capteurs"
    )
    indexing.drain()
    for querystring in ("", "q=capteurs", "q=<script>alert(1)</script>"):
        html = read(client, querystring)
        assert "<script>alert" not in html
        assert "<img src=x" not in html


# --- Bad input


@pytest.mark.parametrize(
    "querystring",
    [
        "domaine=inconnu&theme=nul&territoire=insee:99999&organisation=x&tag=y&etape=z",
        "q=" + "a" * 10_000,
        "q=" + "mot+" * 2_500,
        "q=%00%01%1f%7f",
        "q=%ff%fe%c3%28&domaine=%ff",
        "q=%ED%A0%80",
        "q=%F0%9F%98%80+%E2%80%AE%D7%A9%D7%9C%D7%95%D7%9D",
        "q=%22%28AND+OR+*+title:x~9%5E99+/.*/+%5B*+TO+*%5D",
        "page=1000000000",
        "page=-1",
        "page=0",
        "page=1e9",
        "page=%D9%A3",
        "page=abc&page=2",
        "tri=hasard",
        "&".join(f"domaine=d{i}" for i in range(200)),
        "territoire=' OR 1=1 --",
        "inconnu=1",
    ],
)
def test_bad_input_gets_a_page(
    client: Client, library: list[CaseStudyPage], querystring: str
) -> None:
    read(client, querystring)
    read(client, querystring, **{"HX-Request": "true"})


def test_unknown_values_are_said_and_the_rest_is_answered(
    client: Client, library: list[CaseStudyPage]
) -> None:
    html = read(client, "domaine=eau&domaine=<b>")
    assert "domaine=&lt;b&gt;" in html
    assert len(titles(html)) == 2


def test_only_reading_is_answered(client: Client, index: SearchBackend) -> None:
    assert client.post(LIBRARY).status_code == 405


# --- Without an engine


@pytest.mark.parametrize("url", ["elasticsearch://127.0.0.1:9/x", "tantivy:///nonexistent/index"])
def test_without_an_engine_the_page_says_so_and_leads_on(
    client: Client, library: list[CaseStudyPage], settings: Settings, url: str
) -> None:
    settings.SEARCH_URL = url
    html = read(client, "q=capteurs")
    assert "La recherche est momentanément indisponible" in html
    assert 'href="/themes/"' in html
    assert 'href="/territoires/"' in html
    assert len(titles(html)) == 3
    assert 'value="capteurs"' in html


def test_a_chosen_value_is_counted_however_rare_it_is(
    client: Client, index: SearchBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "COUNTED", 1)
    for number in range(3):
        make_case(domains=[make_domain("eau", "Eau")], title=f"Eau {number}")
    make_case(domains=[make_domain("bruit", "Bruit")], title="Bruit")
    indexing.drain()
    html = read(client, "domaine=bruit")
    assert titles(html) == ["Bruit"]
    box = html[html.index('id="f-domaine-bruit"') :]
    assert '<span class="count">1<' in box[: box.index("</label>")]


# --- Cost


def test_twenty_hits_cost_the_queries_of_two(
    client: Client, index: SearchBackend, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    poitiers, domain = make_poitiers(), make_domain()
    asked = "q=capteurs&territoire=dep:86&domaine=energie"
    counts = []
    for number in (2, 18):
        for _ in range(number):
            make_case(make_partner(), territories=[poitiers], domains=[domain])
        indexing.drain()
        read(client, asked)
        cache.clear()
        with django_assert_max_num_queries(25) as queries:
            html = read(client, asked)
        counts.append(len(queries))
    assert len(titles(html)) == 20
    assert counts[0] == counts[1]
