"""Territories as facets list them: nested, bounded, named so that none is taken for another."""

import pytest

from casestudies.models import CaseStudyTag, Territory
from search.branches import Branch, branches, frequent, places_of
from search.labels import open_labels
from tests.builders import make_poitiers, make_territory

pytestmark = pytest.mark.django_db


def outline(nested: tuple[Branch, ...]) -> list[object]:
    """Codes, each with the outline of what stands under it."""
    return [
        [branch.place.code, outline(branch.children)] if branch.children else branch.place.code
        for branch in nested
    ]


def make_greater_paris() -> tuple[Territory, Territory]:
    """A commune of an EPT that belongs to a métropole whose seat is in another département."""
    region = make_territory("reg:11", "Île-de-France", "region")
    paris = make_territory("dep:75", "Paris", "departement", region=region)
    other = make_territory("dep:93", "Seine-Saint-Denis", "departement", region=region)
    metropole = make_territory(
        "siren:200054781", "Métropole du Grand Paris", "epci", departement=paris, region=region
    )
    ept = make_territory(
        "siren:200057867",
        "Plaine Commune",
        "ept",
        epci=metropole,
        departement=other,
        region=region,
    )
    commune = make_territory(
        "insee:93066", "Saint-Denis", ept=ept, epci=metropole, departement=other, region=region
    )
    return metropole, commune


def test_a_territory_stands_under_its_nearest_container() -> None:
    poitiers = make_poitiers()
    counted = {place.code: 1 for place in (poitiers, *poitiers.ancestors())}
    nested = branches(counted, counted)
    assert outline(nested) == [
        ["reg:75", [["dep:86", [["siren:200069854", ["insee:86194"]]]]]],
    ]


def test_containers_that_count_nothing_are_listed_all_the_same() -> None:
    make_poitiers()
    assert outline(branches({}, ["insee:86194"])) == [
        ["reg:75", [["dep:86", [["siren:200069854", ["insee:86194"]]]]]],
    ]


def test_the_border_of_a_departement_is_not_crossed() -> None:
    metropole, commune = make_greater_paris()
    assert outline(branches({}, [commune.code, metropole.code])) == [
        [
            "reg:11",
            [
                ["dep:75", ["siren:200054781"]],
                ["dep:93", [["siren:200057867", ["insee:93066"]]]],
            ],
        ],
    ]


def test_countries_and_cantons_come_first_then_the_most_frequent_regions() -> None:
    for code, name, kind in (
        ("reg:53", "Bretagne", "region"),
        ("reg:75", "Nouvelle-Aquitaine", "region"),
        ("reg:94", "Corse", "region"),
        ("iso:CH-GE", "République et canton de Genève", "canton"),
        ("iso:FR", "France", "pays"),
    ):
        make_territory(code, name, kind)
    counted = {"reg:53": 2, "reg:75": 9, "reg:94": 2, "iso:CH-GE": 1, "iso:FR": 1}
    order = ["iso:FR", "iso:CH-GE", "reg:75", "reg:53", "reg:94"]
    assert outline(branches(counted, counted)) == order


def test_of_equal_counts_a_whole_is_kept_before_its_parts() -> None:
    counted = {"insee:86194": 1, "siren:200069854": 1, "dep:86": 1, "reg:75": 1, "iso:FR": 1}
    assert frequent(counted, 3) == ["iso:FR", "reg:75", "dep:86"]
    assert frequent({"insee:1": 5, "reg:2": 1}, 1) == ["insee:1"]
    assert frequent({"insee:1": 5, "reg:2": 1}, 9) == ["insee:1", "reg:2"]
    assert frequent({}, 3) == []


def test_a_code_that_does_not_exist_is_left_out() -> None:
    make_poitiers()
    assert places_of(["insee:86194", "insee:00000", ""]).keys() == {"insee:86194"}
    assert branches({"insee:00000": 3}, ["insee:00000"]) == ()


def test_names_tell_homonyms_and_levels_apart() -> None:
    poitiers = make_poitiers()
    make_greater_paris()
    make_territory("insee:99998", "Sans département")
    codes = [place.code for place in (poitiers, *poitiers.ancestors())]
    places = places_of([*codes, "dep:75", "siren:200054781", "insee:99998"])
    named = {code: (place.label, place.short_label) for code, place in places.items()}
    assert named == {
        "insee:86194": ("Poitiers (86)", "Poitiers (86)"),
        "siren:200069854": ("CU du Grand Poitiers", "CU du Grand Poitiers"),
        "dep:86": ("Vienne (département)", "Vienne (département)"),
        "reg:75": ("Nouvelle-Aquitaine (région)", "Nouvelle-Aquitaine"),
        "dep:75": ("Paris (département)", "Paris (département)"),
        "siren:200054781": ("Métropole du Grand Paris", "Métropole du Grand Paris"),
        "insee:99998": ("Sans département", "Sans département"),
    }


def test_a_new_name_is_read_at_once() -> None:
    poitiers = make_poitiers()
    assert places_of([poitiers.code])[poitiers.code].name == "Poitiers"
    poitiers.name = "Poitiers-la-Neuve"
    poitiers.save()
    assert places_of([poitiers.code])[poitiers.code].name == "Poitiers-la-Neuve"
    tag = CaseStudyTag.objects.create(name="Capteurs", slug="capteurs")
    assert open_labels("tag", ["capteurs", "unknown"]) == {"capteurs": ("Capteurs", None)}
    tag.name = "Capteurs communicants"
    tag.save()
    assert open_labels("tag", ["capteurs"]) == {"capteurs": ("Capteurs communicants", None)}


def test_more_codes_than_one_condition_may_hold_are_read() -> None:
    make_poitiers()
    codes = [f"insee:{number:05d}" for number in range(40_000)]
    assert places_of([*codes, "insee:86194"]).keys() >= {"insee:86194"}
