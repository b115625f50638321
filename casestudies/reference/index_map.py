"""The map of all cases: départements shaded by number, points with their count, a few names.

It must hold no markup and no query: it is told the places and returns what to draw.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from casestudies.reference.france import Box, Inset, Point, load_map, number, point
from casestudies.reference.map_labels import Dot, Label, Request, place_labels

LEVELS: Final = 4
SMALLEST_RADIUS: Final = 3.0
LARGEST_RADIUS: Final = 11.0


@dataclass(frozen=True, slots=True)
class Place:
    """A territory to show, with how many cases it has and where a click leads."""

    code: str
    name: str
    count: int
    url: str = ""
    latitude: float | Decimal | None = None
    longitude: float | Decimal | None = None
    departement: str = ""


@dataclass(frozen=True, slots=True)
class DepartementShape:
    """An outline with its number of cases; ``level`` is 0 for none, then 1 to 4."""

    number: str
    path: str
    count: int
    level: int


@dataclass(frozen=True, slots=True)
class Spot:
    """A point of the map: one place, or several too close to be told apart, largest first."""

    x: float
    y: float
    radius: float
    places: tuple[Place, ...]

    @property
    def count(self) -> int:
        """How many cases its places have together."""
        return sum(place.count for place in self.places)

    @property
    def name(self) -> str:
        """The name of its first place."""
        return self.places[0].name


@dataclass(frozen=True, slots=True)
class IndexMap:
    """Everything the template draws; ``elsewhere`` holds the places that have no position."""

    view_box: str
    outline: str
    departements: tuple[DepartementShape, ...]
    insets: tuple[Inset, ...]
    spots: tuple[Spot, ...]
    labels: tuple[Label, ...]
    font_size: float
    elsewhere: tuple[Place, ...]


def index_map(
    places: Iterable[Place],
    departement_counts: Mapping[str, int] | None = None,
    *,
    width: int = 613,
    font_pixels: float = 12.0,
    labels: int = 30,
) -> IndexMap:
    """Return the map of ``places`` for a drawing ``width`` pixels wide.

    A case may belong to a commune and to its EPCI: pass ``departement_counts`` ("86" or "dep:86")
    to count it once; without it the places of each département are added up. On a small drawing
    text takes more of the map, so fewer names find room.
    """
    france = load_map()
    ordered = sorted(places, key=lambda place: (-place.count, place.name, place.code))
    unit = france.width / width
    spots, elsewhere = _gather(ordered, unit)
    counts = _departement_counts(ordered, departement_counts)
    used = {number(place.departement) for place in ordered} | set(counts)
    font_size = round(font_pixels * unit, 1)
    dots = [Dot(Point(spot.x, spot.y), spot.radius) for spot in spots]
    return IndexMap(
        view_box=france.view_box,
        outline=france.outline,
        departements=_shade(counts),
        insets=tuple(inset for code, inset in france.insets.items() if code in used),
        spots=tuple(spots),
        labels=tuple(
            place_labels(
                [Request(i, spot.name, dots[i]) for i, spot in enumerate(spots)],
                dots,
                Box(0, 0, france.width, france.height),
                font_size,
                labels,
            )
        ),
        font_size=font_size,
        elsewhere=tuple(elsewhere),
    )


def radius(count: int, unit: float = 1.0) -> float:
    """Return the radius of a point: its surface grows with the count, within bounds."""
    size = SMALLEST_RADIUS * math.sqrt(max(1, count))
    return round(min(LARGEST_RADIUS, size) * unit, 1)


def _gather(ordered: Sequence[Place], unit: float) -> tuple[list[Spot], list[Place]]:
    """Join the places that would hide one another; the most important gives the position."""
    groups: list[tuple[Point, list[Place]]] = []
    elsewhere: list[Place] = []
    for place in ordered:
        at = point(place.latitude, place.longitude, place.departement)
        if at is None:
            elsewhere.append(place)
            continue
        near = next(
            (group for spot, group in groups if math.dist(spot, at) < SMALLEST_RADIUS * unit), None
        )
        if near is None:
            groups.append((at, [place]))
        else:
            near.append(place)
    spots = [
        Spot(at.x, at.y, radius(sum(place.count for place in group), unit), tuple(group))
        for at, group in groups
    ]
    return sorted(spots, key=lambda spot: (-spot.count, spot.name)), elsewhere


def _departement_counts(places: Iterable[Place], given: Mapping[str, int] | None) -> dict[str, int]:
    """Return the counts by département number."""
    if given is not None:
        return {number(code): count for code, count in given.items()}
    counts: dict[str, int] = {}
    for place in places:
        if place.departement:
            code = number(place.departement)
            counts[code] = counts.get(code, 0) + place.count
    return counts


def _shade(counts: Mapping[str, int]) -> tuple[DepartementShape, ...]:
    """Return every outline with its level: even steps up to the highest count."""
    paths = load_map().departements
    highest = max((counts.get(code, 0) for code in paths), default=0)
    return tuple(
        DepartementShape(
            code,
            path,
            counts.get(code, 0),
            math.ceil(counts.get(code, 0) * LEVELS / highest) if highest else 0,
        )
        for code, path in paths.items()
    )
