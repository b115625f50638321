"""Territories recognized among searched words."""

from typing import Any

import pytest

from casestudies.enums import TerritoryKind
from casestudies.models import ReferenceLoad, Territory
from casestudies.reference.names import name_key
from search import places
from search.places import recognize

pytestmark = pytest.mark.django_db


def make(code: str, name: str, population: int = 0, **given: Any) -> Territory:
    """A territory of the reference."""
    kind = given.pop("kind", TerritoryKind.COMMUNE)
    return Territory.objects.create(
        code=code, name=name, search_key=name_key(name), population=population, kind=kind, **given
    )


@pytest.fixture(autouse=True)
def france() -> None:
    """A dozen territories whose names set traps."""
    places.forget_names()
    ReferenceLoad.objects.create(name="territories", digest="these")
    level = TerritoryKind
    epci = make("siren:200069854", "CU du Grand Poitiers", 197_000, kind=level.EPCI, nature="CU")
    make("insee:86194", "Poitiers", 90_000, epci=epci)
    make("siren:200046977", "Métropole de Lyon", 1_400_000, kind=level.EPCI, nature="MET69")
    make("insee:69123", "Lyon", 520_000)
    make("dep:38", "Isère", 1_200_000, kind=level.DEPARTEMENT)
    make("dep:86", "Vienne", 436_000, kind=level.DEPARTEMENT)
    make("insee:38544", "Vienne", 31_000)
    make("dep:59", "Nord", 2_600_000, kind=level.DEPARTEMENT)
    make("insee:97411", "Saint-Denis", 155_000)
    make("insee:93066", "Saint-Denis", 150_000)
    make("insee:11339", "Saint-Denis", 500)
    make("insee:17300", "La Rochelle", 79_000)
    make("insee:97407", "Le Port", 33_000)
    make("insee:94038", "L'Haÿ-les-Roses", 31_000)
    make("insee:01234", "Projet", 900)
    make("iso:FR", "France", 68_000_000, kind=level.COUNTRY)


def codes(text: str) -> list[str]:
    """What a text is taken to name."""
    return [found.territory.code for found in recognize(text.replace("'", " ").split())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("éclairage Poitiers", ["insee:86194"]),
        ("eclairage poitiers", ["insee:86194"]),
        ("éclairage à Grand Poitiers", ["siren:200069854"]),
        ("CU du Grand Poitiers", ["siren:200069854"]),
        ("déchets grand lyon", ["siren:200046977"]),
        ("open data Lyon", ["insee:69123"]),
        ("métropole de Lyon", ["siren:200046977"]),
        ("vélos la rochelle", ["insee:17300"]),
        ("eau en Isère", ["dep:38"]),
        ("hay les roses", ["insee:94038"]),
        ("vienne", ["dep:86"]),
        ("Poitiers et Lyon", ["insee:86194", "insee:69123"]),
        ("perdre le nord", []),
        ("open data Nord", ["dep:59"]),
        ("projet de capteurs", []),
        ("données sur le port", []),
        ("données France", []),
        ("", []),
    ],
)
def test_places_are_told_from_words(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_homonyms_are_offered_the_most_likely_first() -> None:
    (found,) = recognize(["Vienne"])
    assert [other.code for other in found.others] == ["insee:38544"]
    assert found.place.codes == ("dep:86",)


def test_two_towns_as_likely_meant_are_both_searched() -> None:
    (found,) = recognize(["Saint", "Denis"])
    assert found.place.codes == ("insee:97411", "insee:93066")


def test_what_contains_a_place_is_around_it() -> None:
    (found,) = recognize(["Poitiers"])
    assert found.place.around == ("siren:200069854",)
    assert found.place.wordings[0].words == ("poitiers",)


def test_a_text_without_end_is_read_within_bounds() -> None:
    assert recognize(["Poitiers"] * 200)[0].territory.code == "insee:86194"
