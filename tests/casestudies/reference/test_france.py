"""The map of France: places fall where they are."""

import csv
import gzip
from decimal import Decimal

import pytest

from casestudies.reference.files import MAP_FILE, TERRITORIES_FILE
from casestudies.reference.france import (
    Box,
    centre,
    load_map,
    locator,
    outline,
    point,
)

CITIES = {
    "Poitiers": (46.5826, 0.3435, "86"),
    "Paris": (48.8534, 2.3488, "75"),
    "Lyon": (45.7485, 4.8467, "69"),
    "Rennes": (48.1120, -1.6743, "35"),
    "Nantes": (47.2173, -1.5534, "44"),
    "Bordeaux": (44.8404, -0.5805, "33"),
    "Toulouse": (43.6043, 1.4437, "31"),
    "Montpellier": (43.6109, 3.8772, "34"),
    "Dijon": (47.3167, 5.0167, "21"),
    "Brest": (48.3904, -4.4861, "29"),
    "Nice": (43.7031, 7.2661, "06"),
    "Lille": (50.6330, 3.0586, "59"),
    "Ajaccio": (41.9189, 8.7381, "2A"),
    "Antony": (48.7533, 2.2967, "92"),
}


def test_the_file_is_small_and_covers_metropolitan_france() -> None:
    assert MAP_FILE.stat().st_size < 60_000
    france = load_map()
    assert len(france.departements) == 96
    assert set(france.departements) == set(france.bounds) == set(france.centres)
    assert set(france.insets) == {"971", "972", "973", "974", "976"}
    assert load_map() is france


@pytest.mark.parametrize("city", CITIES)
def test_a_city_falls_in_its_departement(city: str) -> None:
    latitude, longitude, departement = CITIES[city]
    at = point(latitude, longitude, departement)
    assert at is not None
    box = load_map().bounds[departement]
    assert box.left <= at.x <= box.right
    assert box.top <= at.y <= box.bottom
    assert at == point(Decimal(str(latitude)), Decimal(str(longitude)), f"dep:{departement}")
    assert at == point(latitude, longitude)


def test_nearly_every_commune_falls_in_the_box_of_its_departement() -> None:
    france, outside, total = load_map(), 0, 0
    with gzip.open(TERRITORIES_FILE, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = row["departement"][4:]
            if row["kind"] != "commune" or not row["latitude"] or code not in france.bounds:
                continue
            at = france.project(float(row["latitude"]), float(row["longitude"]))
            total += 1
            outside += not france.bounds[code].holds(Box(at.x, at.y, at.x, at.y))
    assert total > 8_000
    assert outside / total < 0.005


def test_geneva_is_drawn_just_outside_france() -> None:
    at = point(46.2044, 6.1432)
    assert at is not None
    france = load_map()
    assert 0 < at.x < france.width
    assert 0 < at.y < france.height
    ain, savoy = france.bounds["01"], france.bounds["74"]
    assert ain.left < at.x < savoy.right
    assert abs(at.y - savoy.top) < 25


@pytest.mark.parametrize(
    ("latitude", "longitude", "departement"),
    [(16.2412, -61.5361, "971"), (-20.8823, 55.4504, "974"), (4.9224, -52.3135, "973")],
)
def test_an_overseas_place_stands_in_its_frame(
    latitude: float, longitude: float, departement: str
) -> None:
    at = point(latitude, longitude, departement)
    inset = load_map().insets[departement]
    assert at is not None
    assert inset.x < at.x < inset.x + inset.width
    assert inset.y < at.y < inset.y + inset.height
    assert at == point(latitude, longitude)
    assert centre(departement) == inset.centre


@pytest.mark.parametrize(
    ("latitude", "longitude", "departement"),
    [
        (None, None, "86"),
        (46.0, None, None),
        (-22.27, 166.45, "988"),
        (-22.27, 166.45, None),
        (90.0, 0.0, None),
        (-90.0, 0.0, None),
    ],
)
def test_nothing_is_drawn_out_of_reach(
    latitude: float | None, longitude: float | None, departement: str | None
) -> None:
    assert point(latitude, longitude, departement) is None


def test_outline_accepts_both_spellings_and_unknown_codes() -> None:
    assert outline("86") == outline("dep:86") == load_map().departements["86"]
    assert outline("2a") == outline("dep:2A") != ""
    assert outline("971") == outline("999") == outline("") == ""
    assert centre("999") is None


def test_locator_of_a_commune() -> None:
    found = locator(46.5826, 0.3435, ["dep:86"])
    assert found.departements == (outline("86"),)
    assert found.marker == point(46.5826, 0.3435)
    assert found.inset is None
    assert found.outline == load_map().outline
    assert not found.is_empty


def test_locator_without_coordinates_does_not_pretend() -> None:
    found = locator(departements=["35", "44", "56"])
    assert len(found.departements) == 3
    assert found.marker is None


def test_locator_overseas_shows_the_frame() -> None:
    found = locator(16.2412, -61.5361, ["971"])
    assert found.departements == ()
    assert found.inset == load_map().insets["971"]
    assert locator(16.2412, -61.5361).inset == found.inset


def test_locator_of_geneva_is_a_cross_hair_alone() -> None:
    found = locator(46.2044, 6.1432)
    assert found.marker is not None
    assert found.departements == ()
    assert not found.is_empty


def test_locator_of_nowhere_is_empty() -> None:
    assert locator().is_empty
    assert locator(-22.27, 166.45, ["988"]).is_empty
