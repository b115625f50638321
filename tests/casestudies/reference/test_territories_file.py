"""The file of all territories: complete, nested, and with the known figures."""

import csv
import gzip
from collections import Counter, defaultdict

import pytest

from casestudies.reference.files import TERRITORIES_FILE

Row = dict[str, str]

POPULATIONS = {
    "siren:200069854": 197_408,  # Grand Poitiers
    "siren:243500139": 480_178,  # Rennes Métropole
    "siren:245400601": 39_396,  # Bassin de Pompey
    "siren:241700434": 182_435,  # La Rochelle
    "siren:244400404": 689_456,  # Nantes Métropole
    "siren:200046977": 1_436_354,  # Métropole de Lyon
    "siren:243500741": 67_666,  # Redon Agglomération, over three départements
    "siren:200054781": 7_142_540,  # Métropole du Grand Paris
    "siren:200057966": 411_643,  # Vallée Sud-Grand Paris
    "insee:92002": 64_263,  # Antony
    "insee:86194": 89_916,  # Poitiers
}


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    with gzip.open(TERRITORIES_FILE, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def current(rows: list[Row]) -> dict[str, Row]:
    return {row["code"]: row for row in rows if row["kind"] != "former"}


def test_every_territory_is_there_once(rows: list[Row]) -> None:
    counts = Counter(row["kind"] for row in rows)
    former = counts.pop("former")
    assert counts == {
        "region": 26,
        "departement": 109,
        "canton": 1,
        "pays": 1,
        "epci": 1_255,
        "ept": 11,
        "commune": 34_969,
    }
    assert former > 4_500
    assert len({row["code"] for row in rows if row["kind"] != "former"}) == sum(counts.values())
    assert len({row["code"] for row in rows if row["kind"] == "former"}) == former


def test_the_file_stays_small_and_has_no_date() -> None:
    content = TERRITORIES_FILE.read_bytes()
    assert len(content) < 900_000
    assert content[4:8] == bytes(4)


def test_natures_of_the_groups(current: dict[str, Row]) -> None:
    natures = Counter(row["nature"] for row in current.values() if row["nature"])
    assert natures == {"CC": 989, "CA": 230, "METRO": 21, "CU": 14, "EPT": 11, "MET69": 1}


@pytest.mark.parametrize(("code", "population"), POPULATIONS.items())
def test_known_populations(current: dict[str, Row], code: str, population: int) -> None:
    assert int(current[code]["population"]) == population


def test_a_group_has_the_population_of_its_communes(current: dict[str, Row]) -> None:
    for parent in ("epci", "ept", "departement", "region"):
        sums: dict[str, int] = defaultdict(int)
        for row in current.values():
            if row["kind"] == "commune" and row[parent]:
                sums[row[parent]] += int(row["population"] or 0)
        for code, population in sums.items():
            assert int(current[code]["population"] or 0) == population, code


def test_parents_exist_come_first_and_are_of_their_kind(rows: list[Row]) -> None:
    seen: dict[str, str] = {"": ""}
    for row in rows:
        if row["kind"] == "former":
            assert seen[row["current"]] == "commune"
            continue
        for parent in ("epci", "ept", "departement", "region"):
            assert seen[row[parent]] in ("", parent), row
        seen[row["code"]] = row["kind"]


def test_nesting_of_known_places(current: dict[str, Row]) -> None:
    poitiers, antony = current["insee:86194"], current["insee:92002"]
    assert (poitiers["epci"], poitiers["departement"], poitiers["region"]) == (
        "siren:200069854",
        "dep:86",
        "reg:75",
    )
    assert (antony["epci"], antony["ept"]) == ("siren:200054781", "siren:200057966")
    assert current["siren:200057966"]["epci"] == "siren:200054781"
    assert current["siren:243500741"]["departement"] == "dep:35"
    assert current["dep:86"]["region"] == "reg:75"


def test_every_commune_has_departement_and_region_and_most_an_epci(current: dict[str, Row]) -> None:
    communes = [row for row in current.values() if row["kind"] == "commune"]
    assert all(row["departement"] and row["region"] for row in communes)
    metropolitan = [row for row in communes if len(row["departement"]) == len("dep:86")]
    alone = {row["name"] for row in metropolitan if not row["epci"]}
    assert alone == {"Île-de-Bréhat", "Île-de-Sein", "Ouessant", "L'Île-d'Yeu"}


def test_large_communes_are_located(current: dict[str, Row]) -> None:
    large = [
        row
        for row in current.values()
        if row["kind"] == "commune" and int(row["population"] or 0) >= 10_000
    ]
    located = [row for row in large if row["latitude"] and row["longitude"]]
    assert len(located) / len(large) > 0.98


def test_geneva_has_coordinates_and_no_population(current: dict[str, Row]) -> None:
    geneva = current["iso:CH-GE"]
    assert (geneva["latitude"], geneva["longitude"]) == ("46.2044", "6.1432")
    assert geneva["population"] == ""
    assert not any(geneva[parent] for parent in ("epci", "ept", "departement", "region"))


@pytest.mark.parametrize(
    ("code", "name", "current_code"),
    [
        ("insee:01120", "Cordieux", "insee:01262"),
        ("insee:01015", "Arbignieu", "insee:01015"),
        ("insee:75115", "Paris 15e Arrondissement", "insee:75056"),
        ("insee:69383", "Lyon 3e Arrondissement", "insee:69123"),
        ("insee:13201", "Marseille 1er Arrondissement", "insee:13055"),
        ("insee:20004", "", "insee:2A004"),
    ],
)
def test_former_codes(rows: list[Row], code: str, name: str, current_code: str) -> None:
    former = {row["code"]: row for row in rows if row["kind"] == "former"}
    assert (former[code]["name"], former[code]["current"]) == (name, current_code)


def test_a_former_code_of_a_current_commune_has_another_name(
    rows: list[Row], current: dict[str, Row]
) -> None:
    for row in rows:
        if row["kind"] == "former" and row["code"] in current:
            assert row["current"] == row["code"]
            assert row["name"] != current[row["code"]]["name"]
