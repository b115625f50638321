"""Territories compared: what weighs, what is said of it, and the page that ranks cases by it."""

import itertools
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from wagtail.models import PageViewRestriction

from casestudies.enums import TerritoryKind
from casestudies.models import Territory, TerritoryFormerCode
from casestudies.reference.distance import Center
from search.alike import cases_alike, profiles
from search.likeness import Profile, score, why
from search.query import PAGE_SIZE
from tests.builders import (
    make_case,
    make_domain,
    make_partner,
    make_poitiers,
    make_site,
    make_territory,
    make_theme,
    make_user,
)

PAGE = "/comme-la-mienne/"

keys = itertools.count(100)


def profile(kind: str = "epci", population: int | None = 200_000, **fields) -> Profile:
    """A territory to compare, different from every other."""
    key = fields.pop("key", None) or next(keys)
    return Profile(key=key, code=f"siren:{key}", kind=kind, population=population, **fields)


MINE = profile(
    nature="CU", population=197_408, departement=86, region=75, center=Center(46.58, 0.34)
)


def changed(**changes) -> float:
    """How much a territory that differs from mine by `changes` resembles it."""
    return score(MINE, MINE._replace(key=next(keys), code="siren:999", **changes))


# --- What weighs


def test_the_same_situation_makes_a_hundred() -> None:
    assert score(MINE._replace(epci=1), MINE._replace(key=2, epci=1)) == pytest.approx(100)


def test_the_level_weighs_more_than_where_it_is() -> None:
    assert changed(region=11, departement=75, center=None) > changed(kind="region", nature="")
    assert changed(region=11, departement=75, center=None) > changed(kind="commune", nature="")


def test_the_further_apart_two_populations_the_less_they_resemble() -> None:
    ranked = [changed(population=n) for n in (197_000, 150_000, 90_000, 20_000, 2_000, None)]
    assert ranked == sorted(ranked, reverse=True)
    assert len({round(value, 6) for value in ranked[:4]}) == 4


def test_twice_as_many_inhabitants_resemble_as_much_as_half_as_many() -> None:
    mine, twice, half = (profile(population=n) for n in (1_000_000, 2_000_000, 500_000))
    assert score(mine, twice) == pytest.approx(score(mine, half))
    assert score(mine, twice) < score(mine, profile(population=1_100_000))


def test_the_same_band_of_inhabitants_weighs_a_little_more() -> None:
    mine = profile(population=100_000)
    within, below = profile(population=125_000), profile(population=80_000)
    assert score(mine, within) > score(mine, below)


def test_a_nature_with_the_same_competences_resembles_more_than_another() -> None:
    assert changed(nature="CU") > changed(nature="METRO") > changed(nature="CC")


def test_a_commune_is_compared_by_the_nature_of_what_it_belongs_to() -> None:
    mine = profile("commune", 5_000, epci=1, epci_nature="CC")
    same, other = (
        score(mine, profile("commune", 5_000, epci=2, epci_nature=nature))
        for nature in ("CC", "METRO")
    )
    assert same > other


def test_the_region_the_departement_and_the_distance_weigh_a_little() -> None:
    far = {"region": 11, "departement": 77, "center": Center(48.5, 2.6)}
    assert changed() > changed(**far | {"region": 75}) > changed(**far)
    assert changed(region=11, departement=77) > changed(**far)


profiles_of_any_kind = st.builds(
    profile,
    kind=st.sampled_from(TerritoryKind.values),
    population=st.none() | st.integers(0, 10**8),
    nature=st.sampled_from(["", "CC", "CA", "CU", "METRO", "MET69", "EPT", "?"]),
    epci_nature=st.sampled_from(["", "CC", "CU", "?"]),
    epci=st.none() | st.integers(1, 3),
    ept=st.none() | st.integers(1, 3),
    departement=st.none() | st.integers(4, 6),
    region=st.none() | st.integers(7, 9),
    center=st.none() | st.builds(Center, st.floats(-90, 90), st.floats(-180, 180), st.booleans()),
)


@given(profiles_of_any_kind, profiles_of_any_kind)
def test_any_two_territories_can_be_compared_and_the_score_goes_both_ways(
    one: Profile, other: Profile
) -> None:
    assert 0 <= score(one, other) <= 100.001
    assert score(one, other) == pytest.approx(score(other, one))
    assert why(one, other)
    assert "None" not in why(one, other)


# --- What is said


def test_it_says_what_is_alike_and_where_they_differ() -> None:
    other = profile(nature="CU", population=180_000, region=75, departement=17)
    assert why(MINE, other) == (
        "Communauté urbaine comme la vôtre, compétences obligatoires comparables, "
        "180\u202f000 habitants contre 197\u202f408, même région"
    )


def test_another_nature_is_named_without_claiming_the_same_competences() -> None:
    told = why(MINE, profile(nature="METRO", population=215_278))
    assert told == "Métropole, 215\u202f278 habitants contre 197\u202f408"


@pytest.mark.parametrize("code", ["siren:200054781", "siren:200054807"])
def test_a_metropole_with_a_law_of_its_own_is_not_said_to_have_the_same_competences(
    code: str,
) -> None:
    mine, other = profile(nature="METRO"), profile(nature="METRO")
    assert "compétences" in why(mine, other)
    assert "compétences" not in why(mine, other._replace(code=code))


def test_an_unknown_population_is_said_to_be_unknown() -> None:
    geneva = profile("canton", None)
    assert why(MINE, geneva) == "Canton, nombre d'habitants non connu"
    assert why(geneva, MINE) == "Communauté urbaine, 197\u202f408 habitants"


def test_communes_of_the_same_sort_of_intercommunality_are_told_so() -> None:
    mine = profile("commune", 3_000, epci=1, epci_nature="CC")
    assert why(mine, profile("commune", 3_100, epci=2, epci_nature="CC")) == (
        "Commune comme la vôtre, membre d'une communauté de communes, comme vous, "
        "3\u202f100 habitants contre 3\u202f000"
    )
    neighbor = profile("commune", 900, epci=1, epci_nature="CC")
    assert why(mine, neighbor).endswith("même intercommunalité")


def test_what_contains_mine_and_what_it_contains_are_told_so() -> None:
    commune = profile("commune", 90_000, epci=MINE.key, epci_nature="CU")
    assert why(commune, MINE).endswith("dont vous faites partie")
    assert why(MINE, commune).endswith("dans votre territoire")


def test_a_short_distance_is_told_only_when_both_centers_are_known() -> None:
    near = Center(46.70, 0.43)
    assert why(MINE, profile(center=near)).endswith("à 15 km")
    assert "km" not in why(MINE, profile(center=None))
    assert "km" not in why(MINE, profile(center=Center(43.6, 1.4)))


def test_nobody_is_said_to_do_better() -> None:
    judged = re.compile(r"meilleur|mieux|pire|en avance|en retard|class|note\b|rang", re.I)
    for kind, nature in itertools.product(TerritoryKind.values, ["", "CC", "CU", "MET69"]):
        assert not judged.search(why(MINE, profile(kind, nature=nature, population=10)))


# --- Cases ranked


@pytest.fixture
def places(db: None) -> dict[str, Territory]:
    """Territories around Poitiers and elsewhere."""
    make_site()
    poitiers = make_poitiers()
    region = poitiers.region
    return {
        "poitiers": poitiers,
        "grand poitiers": poitiers.epci,
        "la rochelle": make_territory(
            "insee:17300", "La Rochelle", region=region, population=79_851
        ),
        "antony": make_territory("insee:92002", "Antony", population=64_263),
        "village": make_territory("insee:23001", "Ahun", population=1_400),
        "france": make_territory("iso:FR", "France", "pays"),
    }


def ranked(mine: Territory, **chosen: str) -> list[str]:
    return [found.page.title for found in cases_alike(mine, chosen, 1, None).cases]


def test_cases_of_the_territories_most_alike_come_first(places: dict[str, Territory]) -> None:
    for name in ("france", "village", "grand poitiers", "antony", "la rochelle"):
        make_case(title=name, territories=[places[name]])
    assert ranked(places["poitiers"]) == [
        "la rochelle",
        "antony",
        "grand poitiers",
        "village",
        "france",
    ]


def test_the_readers_own_cases_are_left_out_and_counted(places: dict[str, Territory]) -> None:
    make_case(title="chez moi", territories=[places["poitiers"], places["antony"]])
    make_case(title="ailleurs", territories=[places["antony"]])
    found = cases_alike(places["poitiers"], {}, 1, None)
    assert [one.page.title for one in found.cases] == ["ailleurs"]
    assert (found.own, found.total) == (1, 1)


def test_a_case_of_several_places_is_ranked_by_the_one_most_alike(
    places: dict[str, Territory],
) -> None:
    make_case(title="deux", territories=[places["village"], places["la rochelle"]])
    make_case(title="une", territories=[places["antony"]])
    found = cases_alike(places["poitiers"], {}, 1, None).cases
    assert [(one.page.title, one.territory.name) for one in found] == [
        ("deux", "La Rochelle"),
        ("une", "Antony"),
    ]


def test_cases_are_narrowed_by_domain_and_theme(places: dict[str, Territory]) -> None:
    water, theme = make_domain("eau", "Eau"), make_theme("Socle", "socle")
    make_case(title="eau", domains=[water], territories=[places["antony"]])
    make_case(title="socle", themes=[theme], territories=[places["antony"]])
    assert ranked(places["poitiers"], domains="eau") == ["eau"]
    assert ranked(places["poitiers"], themes="socle") == ["socle"]
    assert ranked(places["poitiers"], themes="socle", domains="eau") == []


@pytest.mark.parametrize("closing", ["draft", "unpublish", "login", "partner"])
def test_no_case_that_the_reader_may_not_open_is_ranked_nor_counted(
    places: dict[str, Territory], client: Client, closing: str
) -> None:
    guarded = make_partner("Gardienne")
    hidden = make_case(
        guarded, title="Canari", territories=[places["antony"]], publish=closing != "draft"
    )
    if closing == "unpublish":
        hidden.unpublish()
    elif closing == "login":
        PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    elif closing == "partner":
        PageViewRestriction.objects.create(page=guarded.page_ptr, restriction_type="login")
    assert cases_alike(places["poitiers"], {}, 1, None).total == 0
    html = client.get(PAGE, {"territoire": "insee:86194"}).content.decode()
    assert "Canari" not in html
    if closing in {"login", "partner"}:
        assert cases_alike(places["poitiers"], {}, 1, make_user()).total == 1


def test_twenty_cases_cost_the_queries_of_two(
    places: dict[str, Territory], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    partner = make_partner("Ville")
    for rank in range(22):
        place = make_territory(f"insee:010{rank:02}", f"Lieu {rank}", population=1_000 + rank)
        make_case(partner, title=f"Cas {rank}", territories=[place])
    with django_assert_num_queries(5):
        found = cases_alike(places["poitiers"], {}, 1, None)
    assert len(found.cases) == PAGE_SIZE
    second = cases_alike(places["poitiers"], {}, 2, None)
    assert len(second.cases) == 2
    assert not {one.page.pk for one in found.cases} & {one.page.pk for one in second.cases}


def test_the_rows_of_the_database_become_profiles(places: dict[str, Territory]) -> None:
    kept = profiles(Territory.objects.values_list("pk", flat=True))
    poitiers, vienne = places["poitiers"], places["poitiers"].departement
    assert kept[poitiers.pk].epci == places["grand poitiers"].pk
    assert kept[poitiers.pk].epci_nature == "CU"
    assert kept[poitiers.pk].center == Center(46.58261, 0.34348)
    assert kept[vienne.pk].departement == vienne.pk
    assert kept[places["france"].pk].center is None
    assert "dont vous faites partie" in why(kept[poitiers.pk], kept[vienne.pk])


# --- The page


def read(client: Client, **asked: str) -> str:
    response = client.get(PAGE, asked)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_a_reader_without_script_finds_their_territory_by_name(
    places: dict[str, Territory], client: Client
) -> None:
    make_case(title="Un cas", territories=[places["antony"]])
    response = client.get(PAGE, {"nom": "poitiers (86)", "domaine": "", "theme": ""})
    assert response.status_code == 302
    assert parse_qs(urlsplit(response["Location"]).query) == {"territoire": ["insee:86194"]}
    html = client.get(response["Location"]).content.decode()
    assert "Antony" in html
    assert "64\u202f263\u00a0habitants contre 89\u202f916" in html


def test_homonyms_are_listed_to_be_chosen_and_what_was_narrowed_is_kept(
    places: dict[str, Territory], client: Client
) -> None:
    make_domain("eau", "Eau")
    for number, departement in (("11339", "Aude"), ("93066", "Seine-Saint-Denis")):
        above = make_territory(f"dep:{number[:2]}", departement, "departement")
        make_territory(f"insee:{number}", "Saint-Denis", departement=above)
    html = read(client, nom="saint denis", domaine="eau")
    for number, departement in (("11339", "Aude"), ("93066", "Seine-Saint-Denis")):
        assert f'href="{PAGE}?territoire=insee%3A{number}&amp;domaine=eau"' in html
        assert departement in html


def test_another_name_replaces_the_territory_already_chosen(
    places: dict[str, Territory], client: Client
) -> None:
    response = client.get(PAGE, {"territoire": "insee:86194", "nom": "antony"})
    assert parse_qs(urlsplit(response["Location"]).query) == {"territoire": ["insee:92002"]}


def test_a_former_code_leads_to_todays_territory(
    places: dict[str, Territory], client: Client
) -> None:
    TerritoryFormerCode.objects.create(code="insee:86999", territory=places["poitiers"])
    response = client.get(PAGE, {"territoire": "insee:86999"})
    assert response["Location"] == f"{PAGE}?territoire=insee%3A86194"


def test_pages_follow_one_another_with_what_was_narrowed(
    places: dict[str, Territory], client: Client
) -> None:
    water, partner = make_domain("eau", "Eau"), make_partner("Ville")
    for rank in range(PAGE_SIZE + 1):
        make_case(partner, title=f"Cas {rank}", domains=[water], territories=[places["antony"]])
    html = read(client, territoire="insee:86194", domaine="eau")
    following = re.search(r'href="([^"]+)" rel="next"', html)
    assert following
    html = client.get(following[1].replace("&amp;", "&")).content.decode()
    assert html.count('class="card"') == 1
    assert 'rel="prev"' in html


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"territoire": "insee:00000"}, "n’est pas connu"),
        ({"territoire": "'; DROP TABLE--"}, "n’est pas connu"),
        ({"territoire": "<script>alert(1)</script>"}, "n’est pas connu"),
        ({"territoire": "x" * 5_000}, "n’est pas connu"),
        ({"nom": "zzzzzz"}, "Aucun territoire pour"),
        ({"nom": "<b>%s"}, "Aucun territoire pour"),
        ({"nom": "\u202eب 🏛"}, "Aucun territoire pour"),
        ({"territoire": "insee:86194", "page": "-3", "domaine": "x", "theme": "🏛"}, "Poitiers"),
        ({"territoire": "insee:86194", "page": "999999999"}, "Poitiers"),
        ({}, "Choisissez votre territoire"),
    ],
)
def test_bad_input_gets_a_sensible_page(
    places: dict[str, Territory], client: Client, asked: dict[str, str], said: str
) -> None:
    html = read(client, **asked)
    assert said in html
    assert "<script>alert" not in html
    assert "<b>%s" not in html


def test_a_page_of_one_reader_is_not_offered_to_search_engines(
    places: dict[str, Territory], client: Client
) -> None:
    assert "noindex" in read(client, territoire="insee:86194")
    assert "noindex" not in read(client)


def test_territories_and_the_home_page_lead_there(
    places: dict[str, Territory], client: Client
) -> None:
    html = client.get(places["poitiers"].get_absolute_url()).content.decode()
    assert f'href="{PAGE}?territoire=insee:86194"' in html
    assert f'action="{PAGE}"' in client.get("/").content.decode()
