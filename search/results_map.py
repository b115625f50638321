"""Results of a search by territory: what the map draws, and the same as a nested list.

Every number is one that the engine counted for this search, and what choosing that territory finds.
Reads territories only; must not know an engine, nor load the cases found.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import ngettext

from casestudies.enums import TerritoryKind
from casestudies.models import Territory
from casestudies.reference.france import Box, Inset, load_map
from casestudies.reference.france import Point as At
from casestudies.reference.index_map import IndexMap, Place, Spot, index_map
from casestudies.reference.map_labels import Dot, Label, Request, place_labels
from casestudies.reference.names import short_name
from cms.typography import number as spaced
from search.branches import Branch, branches, frequent

MAX_COUNTED = 3_000
"""How many territories are shown at most, the most frequent first, a whole before its parts."""
MAX_POINTS = 250
MAX_LISTED = 400
LABELS = 18
SMALL_LABELS = 8
SMALL_FONT = 24
"""In units of the drawing: about the size of text on a phone."""

POINTS = (TerritoryKind.EPCI, TerritoryKind.EPT, TerritoryKind.COMMUNE, TerritoryKind.CANTON)
"""Levels shown as points; a département is an outline, a region is only in the list."""

CONTAINERS = ("ept__code", "epci__code", "departement__code", "region__code")
COLUMNS = ("code", "kind", "name", "latitude", "longitude", *CONTAINERS)

Row = dict[str, Any]
Address = Callable[[Collection[str]], str]
"""The library narrowed to some territories, by their codes."""


@dataclass(frozen=True)
class Listed:
    """A territory of the list, how many cases it has, and those listed under it."""

    name: str
    count: int
    url: str
    children: tuple["Listed", ...]


@dataclass(frozen=True)
class Outline:
    """A département of the drawing: its path, or its frame overseas, and where it leads."""

    name: str
    """With its number of cases, as it is heard."""
    url: str
    level: int
    path: str = ""
    inset: Inset | None = None


@dataclass(frozen=True)
class Point:
    """A point of the drawing: one territory, or several too close to be told apart."""

    name: str
    """With the number of cases of each, as it is heard."""
    url: str
    spot: Spot


@dataclass(frozen=True)
class ResultsMap:
    """The drawing and the list; both say the same."""

    drawing: IndexMap
    outlines: tuple[Outline, ...]
    points: tuple[Point, ...]
    listed: tuple[Listed, ...]
    is_cut: bool
    """Whether there are more territories than are drawn or listed."""

    @property
    def few_names(self) -> tuple[Label, ...]:
        """The names that fit on a phone, where text takes more of the drawing."""
        dots = [Dot(At(spot.x, spot.y), spot.radius) for spot in self.drawing.spots]
        wanted = [
            Request(rank, spot.name, dots[rank]) for rank, spot in enumerate(self.drawing.spots)
        ]
        france = load_map()
        frame = Box(0, 0, france.width, france.height)
        return tuple(place_labels(wanted, dots, frame, SMALL_FONT, SMALL_LABELS))

    @property
    def elsewhere(self) -> tuple[Place, ...]:
        """Territories that the drawing does not reach; the list has them."""
        return self.drawing.elsewhere


def results_map(
    counted: Mapping[str, int], chosen: Collection[str], address: Address
) -> ResultsMap:
    """The map of a search that counted `counted` cases by territory code.

    Counts leave the choice of territories out: with some `chosen`, only they and what they contain
    are shown, for of nothing else is the number known.
    """
    shown = territories_within(counted, chosen)
    counts = {code: counted[code] for code in shown}
    codes = frequent(counts, len(counts))
    points = [code for code in codes if is_point(shown[code], shown)]
    listed = codes[:MAX_LISTED]
    drawing = draw(shown, points[:MAX_POINTS], counts, address)
    return ResultsMap(
        drawing,
        tuple(outlines(drawing, shown, counts, address)),
        tuple(point(spot, shown, address) for spot in drawing.spots),
        tuple(listing(branches(counts, listed), counts, address)),
        len(points) > MAX_POINTS or len(codes) > MAX_LISTED,
    )


def territories_within(counted: Mapping[str, int], chosen: Collection[str]) -> dict[str, Row]:
    """What is drawn of the most frequent territories, by code; with some `chosen`, of their parts."""
    wanted = Territory.objects.all()
    if chosen:
        within = Q(code__in=chosen)
        for container in CONTAINERS:
            within |= Q(**{f"{container}__in": chosen})
        parts = wanted.filter(within).order_by().values_list("code", flat=True)
        counted = {code: counted[code] for code in parts if code in counted}
    rows = wanted.filter(code__in=frequent(counted, MAX_COUNTED)).order_by().values(*COLUMNS)
    return {row["code"]: row for row in rows}


def is_point(row: Row, shown: Collection[str]) -> bool:
    """Whether a territory has a point of its own: a commune shares its intercommunalité's."""
    apart = row["ept__code"] not in shown and row["epci__code"] not in shown
    return row["kind"] in POINTS and apart


def draw(
    shown: Mapping[str, Row], points: Iterable[str], counts: Mapping[str, int], address: Address
) -> IndexMap:
    """The drawing: départements by their own count, never by adding up what may overlap."""
    places = [
        Place(
            code,
            short_name(shown[code]["name"]),
            counts[code],
            address([code]),
            shown[code]["latitude"],
            shown[code]["longitude"],
            shown[code]["departement__code"] or "",
        )
        for code in points
    ]
    departements = {code: count for code, count in counts.items() if is_departement(shown[code])}
    return index_map(places, departements, font_pixels=15, labels=LABELS)


def is_departement(row: Row) -> bool:
    """Whether a territory has an outline, or a frame overseas."""
    return bool(row["kind"] == TerritoryKind.DEPARTEMENT)


def outlines(
    drawing: IndexMap, shown: Mapping[str, Row], counts: Mapping[str, int], address: Address
) -> Iterable[Outline]:
    """The départements that have cases, those of the mainland and then the frames."""

    def named(number: str) -> tuple[str, str] | None:
        code = f"dep:{number}"
        if code not in counts:
            return None
        return in_words(f"{shown[code]['name']} ({number})", counts[code]), address([code])

    for shape in drawing.departements:
        if found := named(shape.number):
            yield Outline(*found, shape.level, path=shape.path)
    for inset in drawing.insets:
        if found := named(inset.code):
            yield Outline(*found, 1, inset=inset)


def point(spot: Spot, shown: Mapping[str, Row], address: Address) -> Point:
    """A spot with what it is called, each of its territories with its own number."""
    name = " ; ".join(in_words(shown[place.code]["name"], place.count) for place in spot.places)
    return Point(name, address([place.code for place in spot.places]), spot)


def in_words(name: str | Promise, count: int) -> str:
    """ "Vienne (86) : 5 fiches"."""
    told = ngettext("%(name)s : %(count)s fiche", "%(name)s : %(count)s fiches", count)
    return told % {"name": name, "count": spaced(count)}


def listing(
    found: Iterable[Branch], counts: Mapping[str, int], address: Address, *, nested: bool = False
) -> Iterable[Listed]:
    """The list of `found`; what is only there to hold others, and has no number, gives its place."""
    for branch in found:
        place = branch.place
        if place.code not in counts:
            yield from listing(branch.children, counts, address)
            continue
        children = listing(branch.children, counts, address, nested=True)
        name = place.short_label if nested else place.label
        yield Listed(name, counts[place.code], address([place.code]), tuple(children))
