"""Territories that the words of a search name, with how many cases each has.

Reads the database only, and never all 36,000 of them: names are compared there, word by word.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Concat

from casestudies.models import CaseStudyPage, CaseTerritory, Territory
from casestudies.reference.names import name_key
from cms.visibility import visible_to

MAX_FOUND = 60
"""More is a list that nobody reads: a longer name finds better."""
MAX_WORDS = 8
LEVELS = (
    "territory",
    *(f"territory__{level}" for level in ("ept", "epci", "departement", "region")),
)


@dataclass(frozen=True)
class FoundTerritories:
    """Territories in the order in which they are shown."""

    territories: tuple[Territory, ...] = ()
    is_cut: bool = False
    """Whether there are more than may be listed."""

    @property
    def total(self) -> int:
        """How many may be listed."""
        return len(self.territories)


def territories_for(text: str, understood: Iterable[Territory] = ()) -> FoundTerritories:
    """Those that were understood in `text`, then all whose name has every one of its words."""
    found = {territory.pk: territory for territory in understood}
    for territory in _named(name_key(text))[: MAX_FOUND + 1]:
        found.setdefault(territory.pk, territory)
    listed = tuple(found.values())
    return FoundTerritories(listed[:MAX_FOUND], is_cut=len(listed) > MAX_FOUND)


def _named(key: str) -> QuerySet[Territory]:
    """Territories whose name has all words of `key`; exact and large ones first."""
    words = key.split()
    if not words or len(words) > MAX_WORDS:
        return Territory.objects.none()
    whole = Q()
    for word in words:
        whole &= Q(spaced_name__contains=f" {word} ")
    spaced_name = Concat(Value(" "), F("search_key"), Value(" "))
    exact = Case(When(search_key=key, then=Value(0)), default=Value(1), output_field=IntegerField())
    return (
        Territory.objects.select_related("departement", "region")
        .alias(spaced_name=spaced_name)
        .filter(whole)
        .order_by(exact, F("population").desc(nulls_last=True), "search_key", "pk")
    )


def count_cases(territories: Sequence[Territory]) -> None:
    """Set how many cases anyone finds in each of `territories` and in all it contains; one query."""
    if not territories:
        return
    visible = visible_to(CaseStudyPage.objects.all()).values("pk")
    counts = CaseTerritory.objects.filter(page_id__in=visible).aggregate(
        **{
            f"in_{territory.pk}": Count("page_id", distinct=True, filter=_within(territory))
            for territory in territories
        }
    )
    for territory in territories:
        territory.case_count = counts[f"in_{territory.pk}"]


def _within(territory: Territory) -> Q:
    within = Q()
    for level in LEVELS:
        within |= Q(**{level: territory.pk})
    return within
