"""Load the file of all territories into the database, as often as one likes.

It must never delete a territory: cases may point at it. Codes that vanished are reported.
"""

import csv
import gzip
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from django.db import transaction

from casestudies.models import ReferenceLoad, Territory, TerritoryFormerCode
from casestudies.reference.names import name_key

Progress = Callable[[int, int], None]
Row = dict[str, str]
Item = TypeVar("Item")

LOAD_NAME: Final = "territories"
# Part of the digest: raise it when the same file must be stored differently.
LOADER_REVISION: Final = 2
BATCH: Final = 500
# Containers before what they contain, so that a parent always has its key.
LEVELS: Final = (("region", "canton", "pays"), ("departement",), ("epci",), ("ept",), ("commune",))
PARENTS: Final = ("epci", "ept", "departement", "region")


@dataclass(slots=True)
class LoadReport:
    """What a load did; ``vanished`` are the stored codes that the file no longer has."""

    digest: str
    already_loaded: bool = False
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    former_codes: int = 0
    vanished: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many territories the file has."""
        return self.created + self.updated + self.unchanged


class Values(NamedTuple):
    """The stored columns of a territory, in one comparable row."""

    kind: str
    name: str
    search_key: str
    nature: str
    population: int | None
    epci_id: int | None
    ept_id: int | None
    departement_id: int | None
    region_id: int | None
    latitude: Decimal | None
    longitude: Decimal | None


UPDATED_FIELDS: Final = [column.removesuffix("_id") for column in Values._fields]


def load_territories(path: Path, progress: Progress | None = None) -> LoadReport:
    """Bring the database to what the file says, all or nothing, and report.

    A file loaded before, known by its content, costs one query. ``progress`` is called with the
    number of rows done and their total.
    """
    text = gzip.decompress(path.read_bytes())
    digest = hashlib.sha256(b"%d\n" % LOADER_REVISION + text).hexdigest()
    if ReferenceLoad.objects.filter(name=LOAD_NAME, digest=digest).exists():
        return LoadReport(digest, already_loaded=True)
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8"), newline="")))
    report = LoadReport(digest)
    counter = _Counter(len(rows), progress)
    with transaction.atomic():
        keys = _load_current(rows, report, counter)
        _load_former(rows, keys, report, counter)
        ReferenceLoad.objects.update_or_create(name=LOAD_NAME, defaults={"digest": digest})
    return report


class _Counter:
    """Tells ``progress`` how far the load is."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.done, self.total, self.progress = 0, total, progress

    def add(self, number: int) -> None:
        self.done += number
        if self.progress:
            self.progress(self.done, self.total)


def _load_current(rows: Sequence[Row], report: LoadReport, counter: _Counter) -> dict[str, int]:
    """Write the territories level by level and return their keys by code."""
    stored: dict[str, Values] = {}
    keys: dict[str, int] = {}
    for key, code, *values in Territory.objects.values_list("pk", "code", *Values._fields):
        stored[code], keys[code] = Values(*values), key
    in_file = {row["code"] for row in rows if row["kind"] != "former"}
    report.vanished = sorted(stored.keys() - in_file)
    for kinds in LEVELS:
        level = [row for row in rows if row["kind"] in kinds]
        changed = []
        for row in level:
            values = _values(row, keys)
            if row["code"] not in stored:
                report.created += 1
            elif stored[row["code"]] == values:
                report.unchanged += 1
                continue
            else:
                report.updated += 1
            changed.append(Territory(code=row["code"], **values._asdict()))
        counter.add(len(level) - len(changed))
        for batch in _batches(changed):
            Territory.objects.bulk_create(
                batch, update_conflicts=True, unique_fields=["code"], update_fields=UPDATED_FIELDS
            )
            counter.add(len(batch))
        if changed:
            written = Territory.objects.filter(kind__in=kinds).values_list("code", "pk")
            keys.update(written)
    return keys


def _load_former(
    rows: Sequence[Row], keys: dict[str, int], report: LoadReport, counter: _Counter
) -> None:
    """Write the former codes that are new or lead elsewhere than before."""
    former = [row for row in rows if row["kind"] == "former"]
    known = {
        code: (name, territory)
        for code, name, territory in TerritoryFormerCode.objects.values_list(
            "code", "name", "territory_id"
        )
    }
    changed = [
        TerritoryFormerCode(code=row["code"], name=row["name"], territory_id=keys[row["current"]])
        for row in former
        if known.get(row["code"]) != (row["name"], keys[row["current"]])
    ]
    report.former_codes = len(former)
    counter.add(len(former) - len(changed))
    for batch in _batches(changed):
        TerritoryFormerCode.objects.bulk_create(
            batch,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name", "territory"],
        )
        counter.add(len(batch))


def _batches(items: Sequence[Item]) -> Iterator[list[Item]]:
    for start in range(0, len(items), BATCH):
        yield list(items[start : start + BATCH])


def _values(row: Row, keys: dict[str, int]) -> Values:
    """Return what to store of a row; an unknown parent is an error of the file."""
    parents = {f"{parent}_id": keys[row[parent]] if row[parent] else None for parent in PARENTS}
    return Values(
        kind=row["kind"],
        name=row["name"],
        search_key=name_key(row["name"]),
        nature=row["nature"],
        population=int(row["population"]) if row["population"] else None,
        latitude=Decimal(row["latitude"]) if row["latitude"] else None,
        longitude=Decimal(row["longitude"]) if row["longitude"] else None,
        **parents,
    )
