"""Results on the map: the same numbers as the search, each leading to what it counts."""

import re
from collections.abc import Collection
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from wagtail.models import PageViewRestriction

from casestudies.models import Territory
from search import indexing
from search.backends.base import SearchBackend
from search.results_map import MAX_LISTED, MAX_POINTS, Listed, ResultsMap, results_map
from tests.builders import make_case, make_domain, make_partner, make_poitiers, make_territory

pytestmark = pytest.mark.django_db
MAP, LIBRARY = "/retours-experience/carte/", "/retours-experience/"


def address(codes: Collection[str]) -> str:
    return "+".join(codes)


def drawn(counted: dict[str, int], chosen: Collection[str] = ()) -> ResultsMap:
    return results_map(counted, chosen, address)


def lines(listed: Collection[Listed], depth: int = 0) -> list[str]:
    """The list as text, indented."""
    told = []
    for one in listed:
        told += [f"{'  ' * depth}{one.name} {one.count}", *lines(one.children, depth + 1)]
    return told


@pytest.fixture
def poitiers() -> Territory:
    """Poitiers, what contains it, and places elsewhere."""
    make_territory("iso:FR", "France", "pays")
    make_territory(
        "iso:CH-GE",
        "République et canton de Genève",
        "canton",
        latitude="46.2044",
        longitude="6.1432",
    )
    region = make_territory("reg:04", "La Réunion", "region")
    reunion = make_territory("dep:974", "La Réunion", "departement", region=region)
    make_territory(
        "insee:97411",
        "Saint-Denis",
        departement=reunion,
        region=region,
        latitude="-20.8789",
        longitude="55.4481",
    )
    return make_poitiers()


HERE = {"reg:75": 3, "dep:86": 3, "siren:200069854": 2, "insee:86194": 1}


# --- What is drawn and listed


def test_the_list_nests_territories_with_the_number_of_each(poitiers: Territory) -> None:
    assert lines(drawn(HERE).listed) == [
        "Nouvelle-Aquitaine (région) 3",
        "  Vienne (département) 3",
        "    CU du Grand Poitiers 2",
        "      Poitiers (86) 1",
    ]


def test_a_departement_bears_its_own_number_never_a_sum(poitiers: Territory) -> None:
    found = drawn(HERE)
    assert [(one.name, one.url) for one in found.outlines] == [("Vienne (86) : 3 fiches", "dep:86")]


def test_a_commune_shares_the_point_of_its_intercommunality(poitiers: Territory) -> None:
    Territory.objects.filter(pk=poitiers.epci_id).update(latitude="46.58", longitude="0.34")
    found = drawn(HERE)
    assert [(one.name, one.url) for one in found.points] == [
        ("CU du Grand Poitiers : 2 fiches", "siren:200069854")
    ]
    alone = drawn({"reg:75": 1, "dep:86": 1, "insee:86194": 1})
    assert [one.name for one in alone.points] == ["Poitiers : 1 fiche"]


def test_places_too_close_to_be_told_apart_share_a_point_and_keep_their_numbers(
    poitiers: Territory,
) -> None:
    make_territory(
        "insee:86041",
        "Buxerolles",
        departement=poitiers.departement,
        latitude="46.60",
        longitude="0.35",
    )
    (point,) = drawn({"insee:86194": 2, "insee:86041": 1}).points
    assert point.name == "Poitiers : 2 fiches ; Buxerolles : 1 fiche"
    assert point.url == "insee:86194+insee:86041"


def test_overseas_and_geneva_have_their_place_and_what_has_none_is_listed(
    poitiers: Territory,
) -> None:
    saint_pierre = make_territory(
        "insee:97502", "Saint-Pierre", latitude="46.77", longitude="-56.1"
    )
    counted = {"iso:CH-GE": 2, "iso:FR": 1, "reg:04": 1, "dep:974": 1, "insee:97411": 1}
    found = drawn({**counted, saint_pierre.code: 1})
    assert [one.name for one in found.outlines] == ["La Réunion (974) : 1 fiche"]
    assert found.outlines[0].inset is not None
    assert {one.name for one in found.points} == {
        "République et canton de Genève : 2 fiches",
        "Saint-Denis : 1 fiche",
    }
    assert [place.code for place in found.elsewhere] == ["insee:97502"]
    listed = lines(found.listed)
    assert "France (pays) 1" in listed
    assert any("Saint-Pierre" in line for line in listed)


def test_with_a_chosen_territory_only_it_and_its_parts_are_shown(poitiers: Territory) -> None:
    # Counts leave the choice out: those of other places are not numbers of this search.
    counted = {**HERE, "iso:CH-GE": 2, "reg:04": 1, "dep:974": 1}
    assert lines(drawn(counted, ["dep:86"]).listed) == [
        "Vienne (département) 3",
        "  CU du Grand Poitiers 2",
        "    Poitiers (86) 1",
    ]
    commune = drawn(counted, ["insee:86194"])
    assert lines(commune.listed) == ["Poitiers (86) 1"]
    assert commune.outlines == ()
    assert [one.name for one in commune.points] == ["Poitiers : 1 fiche"]


def test_a_code_that_no_longer_exists_is_not_shown(poitiers: Territory) -> None:
    assert drawn({"insee:00000": 4}).listed == ()


def test_thousands_of_territories_are_cut_and_it_is_said(poitiers: Territory) -> None:
    region = poitiers.region
    Territory.objects.bulk_create(
        Territory(code=f"insee:{n:05}", kind="commune", name=f"Lieu {n}", search_key=f"lieu {n}",
                  region=region, latitude=44 + n % 50 / 20, longitude=n % 60 / 20)
        for n in range(1_000, 1_600)
    )  # fmt: skip
    found = drawn({"reg:75": 600, **{f"insee:{n:05}": 1 for n in range(1_000, 1_600)}})
    assert found.is_cut
    assert sum(len(point.spot.places) for point in found.points) == MAX_POINTS
    assert len(lines(found.listed)) == MAX_LISTED
    assert not drawn(HERE).is_cut


def test_a_chosen_place_is_shown_however_rare_it_is(
    poitiers: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.results_map.MAX_COUNTED", 3)
    assert lines(drawn(HERE, ["insee:86194"]).listed) == ["Poitiers (86) 1"]


# --- The page


def read(client: Client, querystring: str = "") -> str:
    response = client.get(f"{MAP}?{querystring}")
    assert response.status_code == 200
    return response.content.decode()


def numbers(html: str) -> dict[str, tuple[int, str]]:
    """Count and address of each territory of the list, by name."""
    tree = html.partition('class="place-tree"')[2].partition("</section>")[0]
    found = re.findall(r'<a href="([^"]+)">([^<]+)</a> <span class="count">(\d+)<', tree)
    return {name: (int(count), url.replace("&amp;", "&")) for url, name, count in found}


@pytest.fixture
def library(index: SearchBackend, poitiers: Territory) -> None:
    """Cases of several places, indexed."""
    water = make_domain("eau", "Eau")
    geneva = Territory.objects.get(code="iso:CH-GE")
    partner = make_partner("Ville")
    make_case(partner, title="Capteurs d'eau", domains=[water], territories=[poitiers])
    make_case(partner, title="Capteurs d'air", territories=[poitiers.epci])
    make_case(partner, title="Capteurs à Genève", domains=[water], territories=[geneva])
    make_case(partner, title="Deux rives", territories=[geneva, poitiers])
    make_case(partner, title="Sans lieu")
    indexing.drain()


@pytest.mark.parametrize(
    "querystring", ["", "q=capteurs", "domaine=eau", "territoire=dep%3A86", "q=zzzz"]
)
def test_every_number_is_what_choosing_the_territory_finds(
    library: None, client: Client, querystring: str
) -> None:
    html = read(client, querystring)
    told = numbers(html)
    assert bool(told) == (querystring != "q=zzzz")
    for name, (count, url) in told.items():
        listed = client.get(url).content.decode()
        assert listed.count('class="card"') == count, (name, url)
    drawing = re.findall(r'<a href="([^"]+)" aria-label="[^"]*\D(\d+)\u00a0?\s?fiches?"', html)
    assert bool(drawing) == bool(told)
    for url, count in drawing:
        listed = client.get(url.replace("&amp;", "&")).content.decode()
        assert listed.count('class="card"') == int(count), url


def test_links_keep_the_search_and_replace_only_the_territory(
    library: None, client: Client
) -> None:
    told = numbers(read(client, "q=capteurs&domaine=eau&territoire=reg:75&page=3"))
    for name, (_count, url) in told.items():
        parts = urlsplit(url)
        asked = parse_qs(parts.query)
        assert parts.path == LIBRARY
        assert (asked["q"], asked["domaine"]) == (["capteurs"], ["eau"]), name
        assert len(asked["territoire"]) == 1
        assert "page" not in asked


def test_the_map_says_how_the_words_were_understood(library: None, client: Client) -> None:
    html = read(client, "q=captuers")
    assert "Résultats pour" in html
    assert "capteurs" in html


def test_library_and_map_lead_to_one_another_with_the_same_search(
    library: None, client: Client
) -> None:
    asked = "q=capteurs&amp;domaine=eau"
    listed = client.get(f"{LIBRARY}?q=capteurs&domaine=eau").content.decode()
    assert f'href="{MAP}?{asked}"' in listed
    assert f'href="{LIBRARY}?{asked}"' in read(client, "q=capteurs&domaine=eau")
    assert f'href="{MAP}"' in client.get(LIBRARY).content.decode()


def test_a_filter_is_removed_from_the_map_without_leaving_it(library: None, client: Client) -> None:
    html = read(client, "q=capteurs&domaine=eau&territoire=insee:86194")
    chips = re.findall(r'class="chip" href="([^"]+)"', html)
    assert f"{MAP}?q=capteurs&amp;territoire=insee%3A86194" in chips
    assert f"{MAP}?q=capteurs&amp;domaine=eau" in chips
    assert '<input type="hidden" name="domaine" value="eau">' in html


def test_cases_without_a_territory_are_read_in_the_list(library: None, client: Client) -> None:
    html = read(client, "q=sans+lieu")
    assert "Aucun territoire à montrer" in html
    assert f'href="{LIBRARY}?q=sans+lieu"' in html


def test_nothing_that_is_closed_is_counted(
    index: SearchBackend, poitiers: Territory, client: Client
) -> None:
    hidden = make_case(title="Canari", territories=[poitiers])
    make_case(title="Brouillon", territories=[poitiers], publish=False)
    make_case(title="Ouvert", territories=[poitiers])
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    indexing.drain()
    html = read(client)
    assert numbers(html)["Poitiers (86)"][0] == 1
    assert "Canari" not in html


def test_the_map_costs_the_same_whatever_it_shows(library: None, client: Client) -> None:
    def queries() -> int:
        client.get(MAP)
        with CaptureQueriesContext(connection) as captured:
            client.get(MAP)
        return len(captured)

    few = queries()
    partner = make_partner("Autre")
    for number in range(12):
        place = make_territory(f"insee:870{number:02}", f"Lieu {number}")
        make_case(partner, title=f"Cas {number}", territories=[place])
    indexing.drain()
    assert queries() <= few + 1


def test_without_an_engine_the_page_says_so_and_keeps_the_words(
    settings: Settings, tmp_path: Path, client: Client, poitiers: Territory
) -> None:
    settings.SEARCH_URL = f"tantivy://{tmp_path}/absent"
    html = read(client, "q=capteurs&domaine=x")
    assert "momentanément indisponible" in html
    assert 'value="capteurs"' in html


@pytest.mark.parametrize(
    "querystring",
    [
        "q=%22%29+OR+1%3D1&territoire=%27%3B--&page=-1",
        "territoire=" + "&territoire=".join(map(str, range(120))),
        "q=%E2%80%AE%F0%9F%8F%9B&tri=x",
        "q=" + "a" * 3_000,
        "domaine=%3Cscript%3E",
    ],
)
def test_bad_input_gets_a_map_or_a_message(library: None, client: Client, querystring: str) -> None:
    html = read(client, querystring)
    assert "<script>" not in html.replace("<script src", "")


def test_a_name_with_markup_is_shown_as_text(index: SearchBackend, client: Client) -> None:
    place = make_territory("insee:01001", 'L"<b>Abergement</b>', latitude="46.1", longitude="5.2")
    make_case(title="Un cas", territories=[place])
    indexing.drain()
    html = read(client)
    assert "<b>Abergement" not in html
    assert "&lt;b&gt;Abergement" in html
