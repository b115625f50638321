"""The map of France as figures: outlines of départements and where a place falls on them.

It must hold no markup and no query: templates draw what these functions return.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Final, NamedTuple

from casestudies.reference.files import MAP_FILE

Degrees = float | Decimal

# Around metropolitan France and its neighbours; further away the drawing has nothing to show.
WEST, EAST, SOUTH, NORTH = -5.5, 10.0, 41.0, 51.5
INSET_MARGIN: Final = 8.0


class Point(NamedTuple):
    """A place on the map, in the units of its view box."""

    x: float
    y: float


class Box(NamedTuple):
    """A rectangle on the map."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Whether the two rectangles overlap."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, other: "Box") -> bool:
        """Whether the other rectangle lies entirely inside."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


@dataclass(frozen=True, slots=True)
class Inset:
    """The frame of an overseas département; no outline is known, only relative positions."""

    code: str
    name: str
    x: float
    y: float
    width: float
    height: float
    west: float
    east: float
    south: float
    north: float

    @property
    def centre(self) -> Point:
        """The middle of the frame."""
        return Point(round(self.x + self.width / 2, 1), round(self.y + self.height / 2, 1))

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether a position is in this département, give or take twenty kilometers."""
        return (
            self.south - 0.2 <= latitude <= self.north + 0.2
            and self.west - 0.2 <= longitude <= self.east + 0.2
        )

    def place(self, latitude: float, longitude: float) -> Point:
        """Return where a position falls in the frame, never outside it."""
        shrink = math.cos(math.radians((self.south + self.north) / 2))
        scale = min(
            (self.width - 2 * INSET_MARGIN) / ((self.east - self.west) * shrink),
            (self.height - 2 * INSET_MARGIN) / (self.north - self.south),
        )
        across = (longitude - (self.west + self.east) / 2) * shrink * scale
        down = ((self.south + self.north) / 2 - latitude) * scale
        half_width, half_height = self.width / 2 - 1, self.height / 2 - 1
        return Point(
            round(self.x + self.width / 2 + max(-half_width, min(half_width, across)), 1),
            round(self.y + self.height / 2 + max(-half_height, min(half_height, down)), 1),
        )


@dataclass(frozen=True, slots=True)
class FranceMap:
    """The drawing: paths by département number ("86"), and the projection that made it."""

    view_box: str
    width: float
    height: float
    outline: str
    departements: Mapping[str, str]
    centres: Mapping[str, Point]
    bounds: Mapping[str, Box]
    insets: Mapping[str, Inset]
    scale: float
    left: float
    top: float

    def project(self, latitude: float, longitude: float) -> Point:
        """Return where a position of metropolitan France, or near it, falls on the drawing."""
        isometric = math.atanh(math.sin(math.radians(latitude)))
        return Point(
            round(self.left + self.scale * math.radians(longitude), 1),
            round(self.top - self.scale * isometric, 1),
        )


@dataclass(frozen=True, slots=True)
class Locator:
    """A small map that shows one territory: départements to fill, a cross-hair, maybe a frame."""

    view_box: str
    outline: str
    departements: tuple[str, ...]
    marker: Point | None
    inset: Inset | None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to point at, so that the map is better left out."""
        return not self.departements and self.marker is None and self.inset is None


@cache
def load_map() -> FranceMap:
    """Return the map, read once per process."""
    content = json.loads(MAP_FILE.read_text(encoding="utf-8"))
    _, _, width, height = map(float, content["viewBox"].split())
    insets = {}
    for code, inset in content["insets"].items():
        x, y, inset_width, inset_height = inset["frame"]
        sides = {side: inset[side] for side in ("west", "east", "south", "north")}
        insets[code] = Inset(code, inset["name"], x, y, inset_width, inset_height, **sides)
    return FranceMap(
        view_box=content["viewBox"],
        width=width,
        height=height,
        outline=content["outline"],
        departements=MappingProxyType(content["departements"]),
        centres=MappingProxyType({code: Point(*at) for code, at in content["centres"].items()}),
        bounds=MappingProxyType({code: Box(*box) for code, box in content["bounds"].items()}),
        insets=MappingProxyType(insets),
        **content["projection"],
    )


def number(departement: str | None) -> str:
    """Return "86" for "86" as for "dep:86", and "" for None."""
    return (departement or "").removeprefix("dep:").upper()


def outline(departement: str) -> str:
    """Return the path of a metropolitan département ("86" or "dep:86"), or ""."""
    return load_map().departements.get(number(departement), "")


def centre(departement: str) -> Point | None:
    """Return the middle of a département, overseas frames included."""
    france, code = load_map(), number(departement)
    if code in france.insets:
        return france.insets[code].centre
    return france.centres.get(code)


def point(
    latitude: Degrees | None, longitude: Degrees | None, departement: str | None = None
) -> Point | None:
    """Return where a position falls on the map, or None when the map does not reach there.

    Geneva needs no département: it lies just outside France, within the view box.
    """
    if latitude is None or longitude is None:
        return None
    north, east = float(latitude), float(longitude)
    inset = _inset(north, east, number(departement))
    if inset is not None:
        return inset.place(north, east)
    if SOUTH <= north <= NORTH and WEST <= east <= EAST:
        return load_map().project(north, east)
    return None


def _inset(latitude: float, longitude: float, code: str) -> Inset | None:
    """Return the frame of an overseas département, found by its position when not named."""
    insets = load_map().insets
    if code:
        return insets.get(code)
    return next((inset for inset in insets.values() if inset.holds(latitude, longitude)), None)


def locator(
    latitude: Degrees | None = None,
    longitude: Degrees | None = None,
    departements: Iterable[str] = (),
) -> Locator:
    """Return the small map of one territory.

    ``departements`` are those to fill: one for a commune, several for a région or for an EPCI
    that spans them. Without coordinates nothing pretends to be exact: there is no cross-hair.
    """
    france = load_map()
    codes = [number(code) for code in departements]
    inset = next((france.insets[code] for code in codes if code in france.insets), None)
    marker = point(latitude, longitude, codes[0] if codes else None)
    if not codes and latitude is not None and longitude is not None:
        inset = _inset(float(latitude), float(longitude), "")
    return Locator(
        view_box=france.view_box,
        outline=france.outline,
        departements=tuple(
            france.departements[code] for code in codes if code in france.departements
        ),
        marker=marker,
        inset=inset,
    )
