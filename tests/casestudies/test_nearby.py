"""Cases nearby: only what the reader may open, nearest first, in one query."""

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from casestudies import nearby
from casestudies.models import CaseStudyPage, Territory
from tests.builders import (
    make_case,
    make_partner,
    make_poitiers,
    make_site,
    make_territory,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def around() -> dict[str, Territory]:
    """Poitiers, two communes near it, and one that is too far."""
    make_site()
    poitiers = make_poitiers()
    vienne, region = poitiers.departement, poitiers.region
    inside = {"departement": vienne, "region": region}
    return {
        "poitiers": poitiers,
        "dissay": make_territory(
            "insee:86095", "Dissay", latitude="46.7010", longitude="0.4300", **inside
        ),
        "châtellerault": make_territory(
            "insee:86066", "Châtellerault", latitude="46.8167", longitude="0.5461", **inside
        ),
        "la rochelle": make_territory(
            "insee:17300", "La Rochelle", region=region, latitude="46.1603", longitude="-1.1511"
        ),
    }


def shown(found: list[nearby.NearbyCase]) -> list[tuple[str, str]]:
    return [(near.page.title, near.words) for near in found]


def test_cases_around_a_territory_are_listed_nearest_first(around: dict[str, Territory]) -> None:
    for name in ("châtellerault", "la rochelle", "dissay"):
        make_case(title=name, territories=[around[name]])
    assert shown(nearby.near_territory(around["poitiers"], None)) == [
        ("dissay", "à 15 km"),
        ("châtellerault", "à 30 km"),
    ]


def test_a_territorys_own_cases_are_not_around_it(around: dict[str, Territory]) -> None:
    make_case(title="ici", territories=[around["poitiers"]])
    make_case(title="là", territories=[around["dissay"]])
    assert shown(nearby.near_territory(around["poitiers"].departement, None)) == []
    assert [title for title, _words in shown(nearby.near_territory(around["poitiers"], None))] == [
        "là"
    ]


def test_beside_a_case_others_of_its_place_come_first_and_never_itself(
    around: dict[str, Territory],
) -> None:
    case = make_case(title="moi", territories=[around["poitiers"]])
    make_case(title="ailleurs", territories=[around["dissay"]])
    make_case(title="même lieu", territories=[around["poitiers"]])
    assert shown(nearby.near_case(case, [around["poitiers"]], None)) == [
        ("même lieu", "même territoire"),
        ("ailleurs", "à 15 km"),
    ]


def test_what_contains_the_place_says_so_rather_than_a_distance(
    around: dict[str, Territory],
) -> None:
    epci = around["poitiers"].epci
    Territory.objects.filter(pk=epci.pk).update(latitude="46.58261", longitude="0.34348")
    make_case(title="l'agglomération", territories=[epci])
    assert shown(nearby.near_territory(Territory.objects.get(code="insee:86194"), None)) == [
        ("l'agglomération", "dont Poitiers fait partie")
    ]


def test_a_commune_without_coordinates_stands_where_its_departement_does(
    around: dict[str, Territory],
) -> None:
    vienne = around["poitiers"].departement
    Territory.objects.filter(pk=vienne.pk).update(latitude="46.8000", longitude="0.5000")
    unplaced = make_territory("insee:86999", "Sans Lieu", departement=vienne)
    make_case(title="sans coordonnées", territories=[unplaced])
    assert shown(nearby.near_territory(Territory.objects.get(code="insee:86194"), None)) == [
        ("sans coordonnées", "à environ 30 km")
    ]


def test_two_places_that_borrow_the_same_center_are_only_said_to_share_it(
    around: dict[str, Territory],
) -> None:
    vienne = around["poitiers"].departement
    Territory.objects.filter(pk=vienne.pk).update(latitude="46.8000", longitude="0.5000")
    one, two = (
        make_territory(f"insee:8699{n}", f"Sans Lieu {n}", departement=vienne) for n in (1, 2)
    )
    make_case(title="l'autre", territories=[two])
    here = Territory.objects.with_ancestors().get(pk=one.pk)
    assert shown(nearby.near_territory(here, None)) == [("l'autre", "dans le même département")]


def test_a_region_or_a_country_has_nothing_nearby(around: dict[str, Territory]) -> None:
    france = make_territory("iso:FR", "France", "pays")
    make_case(title="national", territories=[france])
    make_case(title="local", territories=[around["dissay"]])
    region = around["poitiers"].region
    Territory.objects.filter(pk=region.pk).update(latitude="46.7", longitude="0.4")
    assert nearby.near_territory(Territory.objects.get(pk=region.pk), None) == []
    assert nearby.near_territory(france, None) == []
    assert shown(nearby.near_territory(around["poitiers"], None)) == [("local", "à 15 km")]


def test_a_case_of_several_places_is_listed_once_by_the_nearest(
    around: dict[str, Territory],
) -> None:
    make_case(title="deux lieux", territories=[around["châtellerault"], around["dissay"]])
    assert shown(nearby.near_territory(around["poitiers"], None)) == [("deux lieux", "à 15 km")]


@pytest.mark.parametrize("state", ["draft", "unpublished", "login", "groups", "closed partner"])
def test_nothing_that_the_reader_may_not_open_is_nearby(
    around: dict[str, Territory], state: str
) -> None:
    partner = make_partner("Gardienne")
    case = make_case(
        partner, title="fermé", territories=[around["dissay"]], publish=state != "draft"
    )
    restrict = PageViewRestriction.objects.create
    if state == "unpublished":
        case.unpublish()
    elif state == "login":
        restrict(page=case, restriction_type="login")
    elif state == "groups":
        restrict(page=case, restriction_type="groups").groups.add(partner.group)
    elif state == "closed partner":
        restrict(page=partner.page_ptr, restriction_type="login")
    assert nearby.near_territory(around["poitiers"], None) == []
    member = make_user(partner=partner)
    expected = [] if state in {"draft", "unpublished"} else ["fermé"]
    found = nearby.near_territory(around["poitiers"], member)
    assert [near.page.title for near in found] == expected


def test_no_more_than_a_few_are_listed_in_one_query(
    around: dict[str, Territory], django_assert_num_queries
) -> None:
    for number in range(nearby.READ + 2):
        make_case(title=f"Cas {number}", territories=[around["dissay"]])
    with django_assert_num_queries(1):
        found = nearby.near_territory(around["poitiers"], None)
        words = [(near.page.title, near.territory.name, near.words) for near in found]
    assert len(words) == nearby.SHOWN


def test_pages_of_a_case_and_of_a_territory_show_what_is_nearby(
    client: Client, around: dict[str, Territory]
) -> None:
    case = make_case(title="Le cas lu", territories=[around["poitiers"]])
    for number in range(4):
        make_case(title=f"Voisin {number}", territories=[around["dissay"]])
    for address in (case.get_url(), around["poitiers"].get_absolute_url()):
        html = client.get(address).content.decode()
        part = html.partition("À proximité")[2]
        assert "Voisin" in part
        assert "à 15\u00a0km" in part
    assert CaseStudyPage.objects.count() == 5
