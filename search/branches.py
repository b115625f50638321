"""Territories that count something, nested: region, département, intercommunalité, commune.

Reads territories only; must not know an engine nor a query.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Any

from casestudies.enums import TerritoryKind
from casestudies.models import Territory
from casestudies.models.territories import CODE_PATTERN, NATURES
from casestudies.reference.names import name_key
from search.memory import Names

LEVELS = ("iso", "reg", "dep", "siren", "insee")
"""What codes begin with, the widest first: of equal counts, a whole comes before its parts."""

FIRST = (TerritoryKind.COUNTRY.value, TerritoryKind.CANTON.value)
"""Kinds that stand before the regions, which they do not contain."""

NAMES_ITS_LEVEL = re.compile(r"^(?:CC|CA|CU|République) |\bMétropole\b")
"""Names that say by themselves what they are."""

_NAMED_IN_FULL = (TerritoryKind.COMMUNE.value, TerritoryKind.DEPARTEMENT.value)
CODE = re.compile(CODE_PATTERN)

CONTAINERS = ("ept", "epci", "departement", "region")
_COLUMNS = (
    "code", "kind", "name", "nature", *(f"{container}__code" for container in CONTAINERS),
    "ept__departement__code", "epci__departement__code",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A territory as facets name it."""

    code: str
    kind: str
    name: str
    nature: str
    departement: str
    """The code of its own, "" for a region."""
    parent: str
    """The code of the nearest container, or ""."""
    label: str
    """Tells homonyms and levels apart anywhere: "Poitiers (86)", "Vienne (département)"."""
    sort_key: str

    @property
    def short_label(self) -> str:
        """Enough among its neighbors, under what contains it."""
        return self.label if self.kind in _NAMED_IN_FULL else self.name


def full_name(name: str, kind: str, nature: str, departement_number: str) -> str:
    """A name that tells homonyms and levels apart, wherever it stands."""
    if kind == TerritoryKind.COMMUNE:
        return f"{name} ({departement_number})" if departement_number else name
    if NAMES_ITS_LEVEL.search(name):
        return name
    level = NATURES.get(nature) or TerritoryKind(kind).label
    return f"{name} ({str(level).lower()})"


@dataclass(frozen=True)
class Branch:
    """A territory and those listed under it, the most frequent first."""

    place: Place
    children: tuple["Branch", ...] = ()


def frequent(counted: Mapping[str, int], limit: int) -> list[str]:
    """The `limit` codes that count the most; of a territory listed, so are those that contain it."""
    rank = {level: position for position, level in enumerate(LEVELS)}

    def key(code: str) -> tuple[int, int, str]:
        return -counted[code], rank.get(code.partition(":")[0], len(rank)), code

    # All of France may count: only those that can be among the first are put in order.
    least = min(nlargest(limit, counted.values()), default=0)
    return sorted((code for code, count in counted.items() if count >= least), key=key)[:limit]


def branches(counted: Mapping[str, int], listed: Iterable[str]) -> tuple[Branch, ...]:
    """The `listed` territories that exist, each under its nearest container, whatever that counts."""
    places = places_of(listed)
    while missing := {place.parent for place in places.values()} - {"", *places}:
        above = places_of(missing)
        if not above:
            break
        places |= above
    under: dict[str, list[Place]] = defaultdict(list)
    for place in places.values():
        under[place.parent if place.parent in places else ""].append(place)

    def grown(parent: str) -> tuple[Branch, ...]:
        nearest = sorted(under[parent], key=lambda place: _order(place, counted))
        return tuple(Branch(place, grown(place.code)) for place in nearest)

    return grown("")


def _order(place: Place, counted: Mapping[str, int]) -> tuple[int, int, str, str]:
    first = FIRST.index(place.kind) if place.kind in FIRST else len(FIRST)
    return first, -counted.get(place.code, 0), place.sort_key, place.code


def places_of(codes: Collection[str] | Iterable[str]) -> dict[str, Place]:
    """The territories among `codes` that exist, by code; remembered for a minute."""
    return PLACES.of(code for code in codes if CODE.fullmatch(code))


def _read_places(wanted: Sequence[str]) -> dict[str, Place]:
    found: dict[str, Place] = {}
    # Databases bound the number of values in one condition.
    for start in range(0, len(wanted), 5_000):
        rows = Territory.objects.filter(code__in=wanted[start : start + 5_000])
        found |= {row["code"]: _place(row) for row in rows.order_by().values(*_COLUMNS)}
    return found


PLACES: Names[str, Place] = Names("places", _read_places)


def _place(row: Mapping[str, Any]) -> Place:
    departement = row["departement__code"] or (
        row["code"] if row["kind"] == TerritoryKind.DEPARTEMENT else ""
    )
    name, kind, nature = row["name"], row["kind"], row["nature"]
    return Place(
        row["code"],
        kind,
        name,
        nature,
        departement,
        _parent(row, departement),
        label=full_name(name, kind, nature, departement.partition(":")[2]),
        sort_key=name_key(name),
    )


def _parent(row: Mapping[str, Any], departement: str) -> str:
    """The nearest container, unless it is filed under another département.

    An intercommunalité may reach over the border: its communes beyond it stand under their own
    département, or its count would not be among those of the whole that shows it.
    """
    for container in ("ept", "epci"):
        if row[f"{container}__code"] and row[f"{container}__departement__code"] == departement:
            return str(row[f"{container}__code"])
    codes = (row["departement__code"], row["region__code"])
    return next((str(code) for code in codes if code and code != row["code"]), "")
