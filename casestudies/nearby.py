"""Cases told a few kilometers away, nearest first. One bounded query, whatever the number of cases.

A territory without coordinates is taken to stand where its intercommunality, else its département,
does; the distance is then said to be approximate.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import FloatField, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from casestudies.enums import TerritoryKind
from casestudies.models import CaseStudyPage, CaseTerritory, Territory
from casestudies.reference.distance import (
    KILOMETERS_PER_DEGREE,
    Center,
    first_center,
    in_words,
    kilometers,
)
from cms.visibility import visible_to

SHOWN = 4
READ = 4 * SHOWN
"""How many links are read: a case that took place in several territories has several."""
RADIUS = 50
RADIUS_OF_DEPARTEMENT = 100
"""Kilometers; centers of two départements that touch are farther apart than those of communes."""
UNKNOWN_DISTANCE = 5
"""Kilometers under which two centers may well be the same borrowed one."""
LOCAL = {
    TerritoryKind.COMMUNE,
    TerritoryKind.EPCI,
    TerritoryKind.EPT,
    TerritoryKind.DEPARTEMENT,
    TerritoryKind.CANTON,
}
"""Levels whose center says something; that of a region or a country does not."""
PAGE_FIELDS = ("title", "slug", "path", "depth", "url_path", "live", "locale", "content_type")
PLACE_FIELDS = ("code", "kind", "name", "nature", "latitude", "longitude")


@dataclass(frozen=True)
class NearbyCase:
    """A case, the territory that makes it near, and the distance in words."""

    page: CaseStudyPage
    territory: Territory
    words: str


def center_of(territory: Territory) -> Center | None:
    """Where a territory stands, or what contains it when nobody knows."""
    if territory.kind not in LOCAL:
        return None
    known = [place for place in (territory, territory.epci, territory.departement) if place]
    positions = [(place.latitude, place.longitude) for place in known]
    return first_center(*positions)


def near_territory(
    territory: Territory, user: Any, without: Collection[int] = ()
) -> list[NearbyCase]:
    """Cases around a territory, those of the territory and of its parts left out."""
    inside = Q(territory=territory)
    for level in ("epci", "ept", "departement"):
        inside |= Q(**{f"territory__{level}": territory})
    wide = territory.kind == TerritoryKind.DEPARTEMENT
    radius = RADIUS_OF_DEPARTEMENT if wide else RADIUS
    return _nearest(territory, radius, user, inside, without)


def near_case(
    case: CaseStudyPage, territories: list[Territory], user: Any, without: Collection[int] = ()
) -> list[NearbyCase]:
    """Other cases of the same place, then around the first of `territories` that has a center."""
    here = next((territory for territory in territories if center_of(territory)), None)
    return _nearest(here, RADIUS, user, Q(page=case.pk), without) if here else []


def _nearest(
    here: Territory, radius: int, user: Any, own: Q, without: Collection[int]
) -> list[NearbyCase]:
    """One entry for each case around `here`, the nearest of its territories deciding."""
    position = center_of(here)
    if position is None:
        return []
    levels = ("territory", "territory__epci", "territory__departement")
    fields = [f"page__{name}" for name in PAGE_FIELDS]
    fields += [f"{level}__{name}" for level in levels for name in PLACE_FIELDS]
    links = _around(position, radius, user).exclude(own)
    rows = links.select_related("page", *levels).only("territory", "page", *fields)[:READ]
    found: dict[int, NearbyCase] = {}
    for link in rows:
        if link.page_id not in without and link.page_id not in found:
            words = way_to(here, link.territory, position)
            found[link.page_id] = NearbyCase(link.page, link.territory, words)
    return list(found.values())[:SHOWN]


def _around(position: Center, radius: int, user: Any) -> QuerySet[CaseTerritory]:
    """Territories of readable cases within `radius` km of a position, nearest first."""
    # On so short a way the Earth is flat enough, once degrees of longitude are shortened.
    shortened = math.cos(math.radians(position.latitude))
    down = _degrees("latitude") - Value(position.latitude)
    across = (_degrees("longitude") - Value(position.longitude)) * Value(shortened)
    close = (
        CaseTerritory.objects.filter(territory__kind__in=LOCAL)
        .annotate(squared=down * down + across * across)
        .filter(squared__lt=(radius / KILOMETERS_PER_DEGREE) ** 2)
    )
    # Who may read is asked of the few cases that are close, not of all that there are.
    readable = visible_to(CaseStudyPage.objects.filter(pk__in=close.values("page_id")), user)
    few = close.filter(page__in=readable.values("pk"))
    return few.order_by("squared", "-page__first_published_at", "pk")


def _degrees(axis: str) -> Any:
    """A coordinate of a link's territory, or of what contains it."""
    paths = ("territory", "territory__epci", "territory__departement")
    return Cast(Coalesce(*(f"{path}__{axis}" for path in paths)), FloatField())


def way_to(here: Territory, there: Territory, position: Center) -> str:
    """How far `there` is, or what the two share when distance says nothing."""
    if there.pk == here.pk:
        return _("même territoire")
    if there.pk in {here.epci_id, here.ept_id, here.departement_id}:
        return _("dont %(name)s fait partie") % {"name": here.name}
    other = center_of(there)
    if other is None:
        return ""
    distance = kilometers(position, other)
    is_exact = position.is_exact and other.is_exact
    if not is_exact and distance < UNKNOWN_DISTANCE:
        if there.epci_id and there.epci_id == here.epci_id:
            return _("dans la même intercommunalité")
        if there.departement_id and there.departement_id == here.departement_id:
            return _("dans le même département")
    return in_words(distance, is_exact)
