"""Loading the territories: complete, quick to repeat, never destructive."""

import csv
import gzip
import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casestudies.models import ReferenceLoad, Territory, TerritoryFormerCode
from casestudies.reference.files import TERRITORIES_FILE
from casestudies.reference.territories import load_territories

pytestmark = pytest.mark.django_db

REGIONS = {"reg:75", "reg:11"}
DEPARTEMENTS = {"dep:86", "dep:92"}
GROUPS = {"siren:200069854", "siren:200069763", "siren:200054781", "siren:200057966"}
COMMUNES = {"insee:86194", "insee:92002", "insee:86281"}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with gzip.open(TERRITORIES_FILE, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def sample(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """A few real rows with all their parents; Grand Paris is placed in the 92 here."""
    kept = REGIONS | DEPARTEMENTS | GROUPS | COMMUNES | {"iso:CH-GE"}
    chosen = [dict(row) for row in rows if row["code"] in kept and row["kind"] != "former"]
    chosen.append(dict(next(row for row in rows if row["current"] == "insee:86281")))
    for row in chosen:
        if row["departement"] == "dep:75":
            row["departement"] = "dep:92"
    return chosen


def write(folder: Path, rows: list[dict[str, str]]) -> Path:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path = folder / "territories.csv.gz"
    path.write_bytes(gzip.compress(text.getvalue().encode()))
    return path


def test_territories_are_loaded_with_their_parents(
    sample: list[dict[str, str]], tmp_path: Path
) -> None:
    report = load_territories(write(tmp_path, sample))
    assert (report.created, report.updated, report.total) == (12, 0, 12)
    poitiers = Territory.objects.get(code="insee:86194")
    assert poitiers.kind == "commune"
    assert poitiers.population == 89_916
    assert poitiers.search_key == "poitiers"
    assert [parent.code for parent in poitiers.ancestors()] == [
        "siren:200069854",
        "dep:86",
        "reg:75",
    ]
    assert poitiers.latitude == Decimal("46.5826")
    antony = Territory.objects.select_related("ept__epci").get(code="insee:92002")
    assert antony.ept is not None
    assert antony.ept.nature == "EPT"
    assert antony.ept.epci_id == antony.epci_id
    geneva = Territory.objects.get(code="iso:CH-GE")
    assert (geneva.kind, geneva.population) == ("canton", None)


def test_loading_the_same_content_again_costs_one_query(
    sample: list[dict[str, str]], tmp_path: Path
) -> None:
    path = write(tmp_path, sample)
    first = load_territories(path)
    with CaptureQueriesContext(connection) as queries:
        second = load_territories(path)
    assert len(queries) == 1
    assert second.already_loaded
    assert second.digest == first.digest


def test_a_new_file_updates_what_changed_and_keeps_keys(
    sample: list[dict[str, str]], tmp_path: Path
) -> None:
    load_territories(write(tmp_path, sample))
    before = dict(Territory.objects.values_list("code", "pk"))
    for row in sample:
        if row["code"] == "insee:86194":
            row["population"] = "90000"
    report = load_territories(write(tmp_path, sample))
    assert (report.created, report.updated, report.unchanged) == (0, 1, 11)
    assert Territory.objects.get(code="insee:86194").population == 90_000
    assert dict(Territory.objects.values_list("code", "pk")) == before
    assert ReferenceLoad.objects.count() == 1


def test_a_vanished_code_is_reported_and_kept(sample: list[dict[str, str]], tmp_path: Path) -> None:
    load_territories(write(tmp_path, sample))
    fewer = [row for row in sample if row["code"] != "insee:86194"]
    report = load_territories(write(tmp_path, fewer))
    assert report.vanished == ["insee:86194"]
    assert Territory.objects.filter(code="insee:86194").exists()


def test_former_codes_lead_to_the_current_commune(
    sample: list[dict[str, str]], tmp_path: Path
) -> None:
    report = load_territories(write(tmp_path, sample))
    assert report.former_codes == 1
    former = TerritoryFormerCode.objects.select_related("territory").get()
    assert former.territory.code == "insee:86281"


def test_an_unknown_parent_writes_nothing(sample: list[dict[str, str]], tmp_path: Path) -> None:
    orphans = [row for row in sample if row["code"] != "siren:200069854"]
    with pytest.raises(KeyError, match="200069854"):
        load_territories(write(tmp_path, orphans))
    assert not Territory.objects.exists()
    assert not ReferenceLoad.objects.exists()


def test_progress_reaches_the_total(sample: list[dict[str, str]], tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    load_territories(write(tmp_path, sample), lambda done, total: steps.append((done, total)))
    assert steps[-1] == (len(sample), len(sample))
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)


def test_the_whole_file_loads() -> None:
    report = load_territories(TERRITORIES_FILE)
    assert report.created == Territory.objects.count() == 36_372
    assert report.former_codes == TerritoryFormerCode.objects.count()
    assert not report.vanished
