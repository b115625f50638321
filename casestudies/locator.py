"""The small map that shows where a territory is."""

from casestudies.enums import TerritoryKind
from casestudies.models import Territory
from casestudies.reference.france import Locator, locator

__all__ = ["Locator", "locator_for"]


def locator_for(territory: Territory) -> Locator:
    """The map of one territory: its départements filled, a cross-hair where its place is known."""
    numbers = departement_numbers(territory)
    wide = territory.kind in {TerritoryKind.DEPARTEMENT, TerritoryKind.REGION}
    return locator(
        None if wide else territory.latitude, None if wide else territory.longitude, numbers
    )


def departement_numbers(territory: Territory) -> list[str]:
    """Départements to fill: its own, or all those of a region."""
    if territory.kind == TerritoryKind.DEPARTEMENT:
        return [territory.code]
    if territory.kind == TerritoryKind.REGION:
        inside = Territory.objects.filter(kind=TerritoryKind.DEPARTEMENT, region=territory)
        return list(inside.values_list("code", flat=True))
    return [territory.departement.code] if territory.departement else []
