"""What the card of a case shows besides the case's own columns, read for a whole list in two queries.

Plain values rather than model objects: a page of results has twenty cards, and building sixty objects
for them would take longer than the search.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from casestudies.models.case_parts import CaseTerritory
from casestudies.models.territories import Territory, nature_label

PLACE_COLUMNS = tuple(
    f"territory__{column}"
    for column in ("pk", "name", "kind", "nature", "population", "region__name")
)
DOMAIN_COLUMNS = tuple(f"domain__{column}" for column in ("identifier", "label", "family"))


@dataclass(frozen=True, slots=True)
class CardPlace:
    """A territory as cards name it."""

    key: int
    name: str
    kind: str
    nature: str
    population: int | None
    region: str | None

    @property
    def nature_label(self) -> Any:
        """ "Commune", "Communauté urbaine", "Région"…"""
        return nature_label(self.kind, self.nature)


@dataclass(frozen=True, slots=True)
class CardDomain:
    """A domain as cards name it, with what its tile is drawn from."""

    identifier: str
    label: str
    family: str


@dataclass(frozen=True, slots=True)
class Card:
    """The domains of a case, in the order of the vocabulary, and its places, the main one first."""

    domains: tuple[CardDomain, ...] = ()
    places: tuple[CardPlace, ...] = ()

    @classmethod
    def of(cls, domains: Iterable[Any], territories: Iterable[Territory]) -> "Card":
        """The card made of objects that were read already, as those of a draft are."""
        return cls(
            tuple(CardDomain(one.identifier, one.label, one.family) for one in domains),
            tuple(
                CardPlace(
                    place.pk, place.name, place.kind, place.nature, place.population,
                    place.region.name if place.region else None,
                )
                for place in territories
            ),
        )  # fmt: skip


def read_cards(keys: Sequence[int], domain_links: type[Model]) -> dict[int, Card]:
    """The card of each case in `keys`; `domain_links` is the table between cases and domains."""
    domains: dict[int, list[CardDomain]] = defaultdict(list)
    links = domain_links._default_manager.filter(casestudypage_id__in=keys)
    ordered = links.order_by("domain__order", "domain__label")
    for key, *columns in ordered.values_list("casestudypage_id", *DOMAIN_COLUMNS):
        domains[key].append(CardDomain(*columns))
    places: dict[int, list[CardPlace]] = defaultdict(list)
    told = CaseTerritory.objects.filter(page_id__in=keys).order_by("sort_order", "pk")
    for key, *columns in told.values_list("page_id", *PLACE_COLUMNS):
        places[key].append(CardPlace(*columns))
    return {key: Card(tuple(domains[key]), tuple(places[key])) for key in keys}
