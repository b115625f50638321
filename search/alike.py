"""Cases ranked by how much their territory resembles the reader's own.

The territories of readable cases are compared once each, whatever the number of cases. Must not know
an engine, nor who the reader is: the territory is in the address.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import FloatField
from django.db.models.functions import Cast

from casestudies.cards import CardPlace
from casestudies.case_view import card_pages
from casestudies.enums import TerritoryKind
from casestudies.models import CaseStudyPage, CaseTerritory, Territory
from casestudies.nearby import LOCAL
from casestudies.reference.distance import first_center
from cms.visibility import visible_to
from search.likeness import Profile, score, why
from search.query import PAGE_SIZE
from search.results import page_count

BATCH = 5_000
COLUMNS = (
    "pk", "code", "kind", "nature", "population", "epci_id", "epci__nature", "ept_id",
    "departement_id", "region_id",
)  # fmt: skip


@dataclass(frozen=True)
class AlikeCase:
    """A case, the one of its territories that is most like the reader's, and why."""

    page: CaseStudyPage
    territory: CardPlace
    why: str


@dataclass(frozen=True)
class AlikeCases:
    """One page of cases, the most alike first."""

    total: int
    page: int
    cases: tuple[AlikeCase, ...]
    own: int
    """How many cases took place in the reader's own territory: they are left out."""

    @property
    def page_count(self) -> int:
        """How many pages can be read; at least one."""
        return page_count(self.total)


def cases_alike(mine: Territory, chosen: dict[str, str], page: int, user: Any) -> AlikeCases:
    """Cases of other territories than `mine`, those of territories most like it first.

    `chosen` narrows them: identifiers by "domains" or "themes".
    """
    narrowed = {f"{field}__identifier": value for field, value in chosen.items() if value}
    cases = visible_to(CaseStudyPage.objects.filter(**narrowed), user)
    links = CaseTerritory.objects.filter(page__in=cases.values("pk"))
    places: dict[int, list[int]] = defaultdict(list)
    for case, territory in links.order_by().values_list("page_id", "territory_id"):
        places[case].append(territory)
    own = {case for case, territories in places.items() if mine.pk in territories}
    others = profiles({mine.pk, *chain.from_iterable(places.values())})
    reader = others[mine.pk]
    scores = {key: (score(reader, other), key) for key, other in others.items()}
    ranked = sorted(
        (
            (max(scores[key] for key in territories), case)
            for case, territories in places.items()
            if case not in own
        ),
        reverse=True,
    )
    page = min(page, page_count(len(ranked)))
    shown = ranked[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    best = {case: others[key] for (_score, key), case in shown}
    return AlikeCases(len(ranked), page, tuple(told(reader, best, cases)), len(own))


def profiles(keys: Iterable[int]) -> dict[int, Profile]:
    """What is compared of each of some territories, by key."""
    wanted = list(keys)
    # As floats: exact decimals cost more to read than everything else.
    degrees = [Cast(axis, FloatField()) for axis in ("latitude", "longitude")]
    found: dict[int, Profile] = {}
    # Databases bound the number of values in one condition.
    for start in range(0, len(wanted), BATCH):
        batch = Territory.objects.filter(pk__in=wanted[start : start + BATCH]).order_by()
        found |= {row[0]: profile_of(row) for row in batch.values_list(*COLUMNS, *degrees)}
    return found


def profile_of(row: tuple[Any, ...]) -> Profile:
    """The profile of a row. A territory whose own center is unknown is not said to be near."""
    key, code, kind, nature, population, epci, epci_nature, ept, departement, region = row[:10]
    # A département stands in itself, a region too: what they contain shares them.
    if kind == TerritoryKind.DEPARTEMENT:
        departement = key
    elif kind == TerritoryKind.REGION:
        region = key
    center = first_center(row[10:]) if kind in LOCAL else None
    above = epci_nature or ""
    return Profile(
        key, code, kind, nature, population, epci, above, ept, departement, region, center
    )


def told(reader: Profile, best: dict[int, Profile], cases: Any) -> Iterator[AlikeCase]:
    """The pages of `best`, in their order, with what makes the territory of each comparable."""
    pages = {page.pk: page for page in card_pages(cases.filter(pk__in=list(best)))}
    for case, other in best.items():
        if page := pages.get(case):
            territory = next(place for place in page.card.places if place.key == other.key)
            yield AlikeCase(page, territory, why(reader, other))
