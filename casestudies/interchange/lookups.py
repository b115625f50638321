"""What the identifiers of many cases stand for, read from the database in a few queries.

It must not judge: `validation` says what is wrong with an identifier that is not here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from casestudies.models import (
    Capacity,
    CaseStudyTag,
    Domain,
    Obstacle,
    SharingModel,
    Territory,
    TerritoryFormerCode,
    Theme,
)
from casestudies.reference.names import name_key
from cms.models import PartnerPage

BATCH = 500
Item = TypeVar("Item")


@dataclass
class Lookups:
    """Objects by the identifier that cases give them."""

    themes: dict[str, Theme]
    domains: dict[str, Domain]
    capacities: dict[str, Capacity]
    obstacles: dict[str, Obstacle]
    sharing_models: dict[str, SharingModel]
    territories: dict[str, Territory] = field(default_factory=dict)
    partners: dict[str, PartnerPage] = field(default_factory=dict)
    tag_names: dict[str, str] = field(default_factory=dict)
    """The name of an existing tag by its key without case or accents."""

    def vocabulary(self, name: str) -> dict[str, Any]:
        """One of the vocabularies, by the name of its field."""
        found: dict[str, Any] = getattr(self, name)
        return found


def lookups(territories: Iterable[str], partners: Iterable[str], tags: Iterable[str]) -> Lookups:
    """Everything that is known of the vocabularies and of these territories, partners and tags."""
    found = Lookups(
        themes={
            theme.identifier: theme
            for theme in Theme.objects.reference().order_by("order", "label")
        },
        domains=by_identifier(Domain),
        capacities=by_identifier(Capacity),
        obstacles=by_identifier(Obstacle),
        sharing_models=by_identifier(SharingModel),
    )
    for codes in batches(set(territories)):
        current = Territory.objects.filter(code__in=codes)
        found.territories.update({territory.code: territory for territory in current})
    for codes in batches(set(territories) - found.territories.keys()):
        former = TerritoryFormerCode.objects.filter(code__in=codes).select_related("territory")
        found.territories.update({code.code: code.territory for code in former})
    for slugs in batches(set(partners)):
        pages = PartnerPage.objects.filter(slug__in=slugs)
        found.partners.update({page.slug: page for page in pages})
    for keys in batches({name_key(tag) for tag in tags}):
        named = CaseStudyTag.objects.filter(key__in=keys).values_list("key", "name")
        found.tag_names.update(dict(named))
    return found


def by_identifier(model: Any) -> dict[str, Any]:
    """The values of a vocabulary."""
    return {value.identifier: value for value in model.objects.all()}


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """`items` in lists short enough for one query."""
    ordered = list(items)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]
