"""Facets as the form shows them, and the page where every value of one is listed."""

import re
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.http import QueryDict
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from wagtail.models import PageViewRestriction

from casestudies.enums import DomainFamily
from casestudies.models import Territory
from cms.models import PartnerPage
from search import facet_lists, indexing, labels
from search.backends.base import SearchBackend
from search.facets import FACETS
from search.query import SearchQuery
from search.results import FacetResult, FacetValue
from tests.builders import make_case, make_domain, make_partner, make_poitiers, make_territory
from tests.search.test_views import LIBRARY, field, read, titles

pytestmark = pytest.mark.django_db


def page_of(client: Client, parameter: str, querystring: str = "", **headers: str) -> str:
    """The page of all values of a facet."""
    response = client.get(f"{LIBRARY}filtre/{parameter}/?{querystring}", headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def listed(html: str) -> list[str]:
    """Names on the page of all values, in their order."""
    found = re.findall(r"<li(?: class=\"is-empty\")?><a href=[^>]*>(.*?)</a> <span class", html)
    return [re.sub(r"<span.*?</span>|<.*?>", "", name) for name in found]


def shape(values: tuple[FacetValue, ...]) -> list[object]:
    """Values with their counts, and what stands under each."""
    return [
        (value.value, value.count, shape(value.children))
        if value.children
        else (value.value, value.count)
        for value in values
    ]


def facet_of(
    querystring: str, counts: dict[str, int], parameter: str, **more: list[str]
) -> FacetResult:
    """One facet of a search, as the form gets it."""
    closed = labels.closed_labels()
    query = labels.recognized(SearchQuery.from_querydict(QueryDict(querystring)), closed)
    results = labels.facet_results(query, {parameter: counts}, closed, more)
    return next(result for result in results if result.parameter == parameter)


@pytest.fixture
def places(index: SearchBackend) -> list[Territory]:
    """Two cases in Poitiers, one in its EPCI, one elsewhere; all indexed."""
    poitiers = make_poitiers()
    bretagne = make_territory("reg:53", "Bretagne", "region")
    partner = make_partner("Ville de Poitiers")
    for title in ("Éclairage", "Capteurs"):
        make_case(partner, title=title, territories=[poitiers])
    make_case(partner, title="Mobilité", territories=[Territory.objects.get(kind="epci")])
    make_case(make_partner("Rennes"), title="Données", territories=[bretagne], step="culture")
    indexing.drain()
    return [poitiers, bretagne]


# --- Nested territories


def test_a_whole_counts_the_cases_of_its_parts(client: Client, places: list[Territory]) -> None:
    html = read(client)
    for code, count in (
        ("reg:75", 3),
        ("dep:86", 3),
        ("siren:200069854", 3),
        ("insee:86194", 2),
        ("reg:53", 1),
    ):
        assert f">{count}<" in field(html, "territoire", code)


def test_parts_are_nested_in_lists_and_can_be_unfolded(
    client: Client, places: list[Territory]
) -> None:
    html = read(client)
    group = re.search(r'<details class="facet" id="facet-territoire">.*?</fieldset>', html, re.S)
    assert group
    assert re.search(
        r'value="reg:75".*?<details class="branch" id="branch-reg:75"><summary>'
        r'<span class="visually-hidden">Dans Nouvelle-Aquitaine \(région\)</span></summary>'
        r'\s*<ul class="facet-list">\s*<li><label[^>]*><input[^>]*value="dep:86"',
        group[0],
        re.S,
    )


def test_what_is_chosen_is_unfolded_and_the_rest_is_not(
    client: Client, places: list[Territory]
) -> None:
    quimper = make_territory("dep:29", "Finistère", "departement", region=places[1])
    make_case(territories=[quimper])
    indexing.drain()
    html = read(client, "territoire=insee:86194")
    assert re.findall(r'id="branch-([\w:]+)" open', html) == [
        "reg:75",
        "dep:86",
        "siren:200069854",
    ]
    assert 'id="branch-reg:53"' in html
    assert '<details class="facet" id="facet-territoire" open>' in html


def test_a_lonely_part_is_unfolded_with_its_whole(places: list[Territory]) -> None:
    result = facet_of(
        "", {"reg:75": 1, "dep:86": 1, "siren:200069854": 1, "insee:86194": 1}, "territoire"
    )
    region = result.values[0]
    assert [value.unfolded for value in region.walk()] == [False, True, True, True]


def test_a_whole_and_its_part_chosen_together_widen(
    client: Client, places: list[Territory]
) -> None:
    assert len(titles(read(client, "territoire=insee:86194"))) == 2
    assert len(titles(read(client, "territoire=insee:86194&territoire=siren:200069854"))) == 3
    html = read(client, "territoire=insee:86194&territoire=reg:53")
    assert len(titles(html)) == 3
    assert html.count('class="chip"') == 2


def test_a_chosen_territory_without_a_case_stays_with_its_containers(
    client: Client, places: list[Territory]
) -> None:
    html = read(client, "territoire=insee:86194&etape=culture")
    assert "checked" in field(html, "territoire", "insee:86194")
    for code in ("reg:75", "dep:86", "siren:200069854", "insee:86194"):
        assert ">0<" in field(html, "territoire", code)
    assert "is-empty" in field(html, "territoire", "dep:86")


def test_many_parts_are_bounded_at_each_level(places: list[Territory]) -> None:
    region = places[1]
    counts = {"reg:53": 30}
    for number in range(1, 10):
        code = f"dep:{number:02d}"
        make_territory(code, f"Département {number}", "departement", region=region)
        counts[code] = number
    branch = facet_of("territoire=dep:01", counts, "territoire").values[0]
    assert [value.value for value in branch.shown] == [
        "dep:09", "dep:08", "dep:07", "dep:06", "dep:05", "dep:04", "dep:01",
    ]  # fmt: skip
    assert [value.value for value in branch.others] == ["dep:03", "dep:02"]


# --- Domains in families


def test_domains_are_grouped_by_family(client: Client, index: SearchBackend) -> None:
    domains = [make_domain("eau", "Eau", "reseaux"), make_domain("air", "Air", "milieu")]
    make_case(domains=domains)
    indexing.drain()
    html = read(client)
    for family in (DomainFamily.NETWORKS, DomainFamily.ENVIRONMENT):
        heading = re.search(rf'<p class="facet-family" id="([\w-]+)">{family.label}</p>', html)
        assert heading
        assert f'<ul class="facet-list" aria-labelledby="{heading[1]}">' in html
    assert str(DomainFamily.INHABITANTS.label) not in html


def test_of_a_long_vocabulary_the_most_frequent_are_seen_at_once_in_its_order() -> None:
    for number in range(9):
        make_domain(f"d{number}", f"D{number}")
    counts = {"d0": 1, "d1": 5, "d2": 5, "d4": 5, "d6": 5, "d7": 5, "d8": 5}
    result = facet_of("domaine=d3", counts, "domaine")
    assert [value.value for value in result.shown] == ["d1", "d2", "d3", "d4", "d6", "d7", "d8"]
    assert [value.value for value in result.others] == ["d0", "d5"]


# --- Greyed, not lost


def test_open_values_that_count_nothing_are_greyed_not_lost(
    client: Client, places: list[Territory]
) -> None:
    html = read(client, "etape=culture")
    assert ">0<" in field(html, "territoire", "reg:75")
    assert "is-empty" in field(html, "organisation", "ville-de-poitiers")
    assert ">1<" in field(html, "organisation", "rennes")


def test_offered_values_never_push_out_those_that_count(places: list[Territory]) -> None:
    counted = {f"org-{number}": 1 for number in range(40)}
    kept = labels.listed_values(counted, ["ville-de-poitiers"], 40)
    assert set(kept) == set(counted)
    assert labels.listed_values({"a": 1}, ["a", "b", "c"], 2) == ["a", "b"]


def test_a_partner_closed_since_is_not_offered(client: Client, places: list[Territory]) -> None:
    read(client)
    partner = PartnerPage.objects.get(slug="ville-de-poitiers")
    PageViewRestriction.objects.create(page=partner, restriction_type=PageViewRestriction.LOGIN)
    assert "Ville de Poitiers" not in read(client, "etape=culture")


# --- The page of all values


@pytest.fixture
def short_facets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Facets that list no more than two values."""
    monkeypatch.setattr(labels, "MAX_LISTED", 2)
    monkeypatch.setattr(labels, "MAX_NESTED", 2)
    yield
    cache.clear()


def test_a_cut_facet_leads_to_all_its_values(
    client: Client, places: list[Territory], short_facets: None
) -> None:
    html = read(client, "q=Poitiers&etape=service")
    assert f'href="{LIBRARY}filtre/territoire/?q=Poitiers&amp;etape=service"' in html
    assert "Toute la liste (4)" in html
    assert f"{LIBRARY}filtre/domaine/" not in html


def test_every_value_is_on_the_page_in_alphabetical_order(
    client: Client, places: list[Territory]
) -> None:
    html = page_of(client, "territoire")
    assert listed(html) == [
        "Bretagne (région)",
        "CU du Grand Poitiers",
        "Nouvelle-Aquitaine (région)",
        "Poitiers (86)",
        "Vienne (département)",
    ]
    assert '<h2 id="lettre-b">B</h2>' in html
    assert re.search(r'href="/retours-experience/filtre/territoire/#lettre-v">V</a>', html)
    assert "noindex" in html


def test_a_value_adds_itself_to_the_search(client: Client, places: list[Territory]) -> None:
    html = page_of(client, "territoire", "q=capteurs&territoire=reg:53&page=1")
    assert f'href="{LIBRARY}?q=capteurs&amp;territoire=reg%3A53&amp;territoire=dep%3A86"' in html
    assert f'href="{LIBRARY}?q=capteurs" class="is-chosen"' in html


def test_the_page_counts_for_the_search(client: Client, places: list[Territory]) -> None:
    html = page_of(client, "organisation", "etape=culture")
    assert listed(html) == ["Rennes"]
    assert page_of(client, "etape", "organisation=rennes").count('class="is-empty"') == 3


def test_the_page_has_its_own_filter(client: Client, places: list[Territory]) -> None:
    html = page_of(client, "territoire", "etape=service&filtre=grand+poitiers")
    assert listed(html) == ["CU du Grand Poitiers"]
    assert 'name="filtre" value="grand poitiers"' in html
    assert '<input type="hidden" name="etape" value="service">' in html
    assert "1 valeur" in html
    assert listed(page_of(client, "organisation", "filtre=RÉNNES")) == ["Rennes"]
    assert "0 valeur " in page_of(client, "organisation", "filtre=introuvable")


def test_long_lists_are_turned_sheet_by_sheet(
    client: Client, places: list[Territory], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facet_lists, "SHEET", 2)
    html = page_of(client, "territoire", "page=2")
    assert listed(html) == ["Nouvelle-Aquitaine (région)", "Poitiers (86)"]
    assert f'href="{LIBRARY}filtre/territoire/?page=3#lettre-v"' in html
    assert f'href="{LIBRARY}filtre/territoire/?page=3" rel="next"' in html
    assert listed(page_of(client, "territoire", "page=99")) == ["Vienne (département)"]


def test_a_filter_offers_boxes_to_check_to_scripts(client: Client, places: list[Territory]) -> None:
    html = page_of(
        client, "territoire", "filtre=poitiers&territoire=dep:86", **{"HX-Request": "true"}
    )
    assert "<html" not in html
    assert 'data-total="2"' in html
    assert 'id="m-territoire-insee:86194"' in html
    assert html.index("CU du Grand Poitiers") < html.index("Poitiers (86)"), "most frequent first"


@pytest.mark.parametrize("facet", [facet.parameter for facet in FACETS])
def test_every_facet_has_its_page(client: Client, places: list[Territory], facet: str) -> None:
    assert "<h1>" in page_of(client, facet)


def test_an_unknown_facet_has_none(client: Client, index: SearchBackend) -> None:
    assert client.get(f"{LIBRARY}filtre/couleur/").status_code == 404
    assert client.post(f"{LIBRARY}filtre/theme/").status_code == 405


@pytest.mark.parametrize(
    "querystring",
    [
        "filtre=" + "a" * 5000,
        "filtre=%00%ff<script>",
        "filtre='+OR+1=1--",
        "page=-3",
        "page=1e9",
        "q=%22(&territoire=nul&entree=nul:nul",
        "filtre=%E2%80%AE%F0%9F%98%80",
    ],
)
@pytest.mark.parametrize("parameter", ["territoire", "tag", "domaine"])
def test_bad_input_gets_a_list(
    client: Client, places: list[Territory], parameter: str, querystring: str
) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        assert "<script>" not in page_of(client, parameter, querystring, **headers)


def test_a_hostile_name_is_shown_as_text(client: Client, index: SearchBackend) -> None:
    make_case(make_partner("<img src=x>Ville", slug="ville"))
    indexing.drain()
    for html in (page_of(client, "organisation"), read(client)):
        assert "<img src=x>" not in html
        assert "&lt;img src=x&gt;Ville" in html


def test_without_an_engine_the_page_says_so(
    client: Client, places: list[Territory], settings: Settings
) -> None:
    settings.SEARCH_URL = "tantivy:///nonexistent/index"
    html = page_of(client, "territoire", "q=capteurs")
    assert "momentanément indisponible" in html
    assert f'href="{LIBRARY}?q=capteurs"' in html


def test_more_values_cost_no_more_queries(
    client: Client, index: SearchBackend, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    for number in (2, 12):
        for rank in range(number):
            make_case(
                make_partner(),
                territories=[make_territory(f"dep:{rank:02d}", f"D{rank}", "departement")],
            )
        indexing.drain()
        page_of(client, "territoire")
        with django_assert_max_num_queries(15) as queries:
            page_of(client, "territoire")
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- Nothing found


def test_filters_that_block_are_told_with_what_leaving_them_gives(
    client: Client, places: list[Territory]
) -> None:
    html = read(client, "q=capteurs&etape=culture&territoire=insee:86194")
    assert titles(html) == []
    ways = re.search(
        r'<ul class="ways ways-counted" aria-label="Renoncer à un filtre">.*?</ul>', html, re.S
    )
    assert ways
    assert re.findall(r'href="([^"]*)"', ways[0])[0].endswith(
        "?q=capteurs&amp;territoire=insee%3A86194"
    )
    assert re.search(r"Étape.{1,3}: Culture de la donnée", ways[0])
    assert "2 fiches" in ways[0] or "1 fiche" in ways[0]


def test_a_wider_territory_is_proposed_with_what_it_gives(
    client: Client, places: list[Territory]
) -> None:
    vienne = Territory.objects.get(code="dep:86")
    other = make_territory("insee:86001", "Ailleurs", departement=vienne, region=vienne.region)
    html = read(client, f"territoire={other.code}")
    assert titles(html) == []
    ways = re.search(
        r'<ul class="ways ways-counted" aria-label="Chercher plus largement">.*?</ul>', html, re.S
    )
    assert ways
    assert f'href="{LIBRARY}?territoire=dep%3A86"' in ways[0]
    assert "3 fiches" in ways[0]


# --- Help


def test_the_help_is_under_the_field_and_on_a_page(client: Client, index: SearchBackend) -> None:
    for html in (read(client), client.get("/recherche/aide/").content.decode()):
        for sign in ("theme:", "territoire:", "partenaire:", "etape:", "avant:", "apres:", "OR"):
            assert f"<dt><code>{sign}</code></dt>" in html
        assert f'href="{LIBRARY}?q=%22budget%20participatif%22"' in html


def test_every_example_of_the_help_can_be_asked(client: Client, places: list[Territory]) -> None:
    html = client.get("/recherche/aide/").content.decode()
    examples = set(re.findall(rf'href="({LIBRARY}\?q=[^"]+)"', html))
    assert len(examples) == 10
    for address in examples:
        page = client.get(address)
        assert page.status_code == 200
        assert "n’a pas été comprise" not in page.content.decode()
