"""How far apart two places are, as the crow flies, and how that is said. Must not hold a query."""

import math
from decimal import Decimal
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from cms.typography import number

EARTH_RADIUS: Final = 6_371.0
KILOMETERS_PER_DEGREE: Final = EARTH_RADIUS * math.pi / 180

Degrees = Decimal | float | None


class Center(NamedTuple):
    """Where a territory is taken to stand, in degrees."""

    latitude: float
    longitude: float
    is_exact: bool = True
    """False when the territory's own center is unknown and its container's stands for it."""


def first_center(*candidates: tuple[Degrees, Degrees]) -> Center | None:
    """The first known position: a territory's own, then those of its containers, nearest first."""
    for rank, (latitude, longitude) in enumerate(candidates):
        if latitude is not None and longitude is not None:
            return Center(float(latitude), float(longitude), is_exact=rank == 0)
    return None


def kilometers(one: Center, other: Center) -> float:
    """The length of the great circle between two centers (haversine)."""
    north, south = math.radians(one.latitude), math.radians(other.latitude)
    across = math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    along = math.sin((south - north) / 2) ** 2
    half_chord = along + math.cos(north) * math.cos(south) * across
    return 2 * EARTH_RADIUS * math.asin(math.sqrt(min(1.0, half_chord)))


def in_words(distance: float, is_exact: bool = True) -> str:
    """ "à 12 km", "à environ 30 km" when a center is only approximate, "à moins d'un kilomètre"."""
    if not is_exact:
        tens = max(10, round(distance / 10) * 10)
        return _("à environ %(distance)s km") % {"distance": number(tens)}
    if distance < 1:
        return _("à moins d'un kilomètre")
    return _("à %(distance)s km") % {"distance": number(round(distance))}
