"""What the domain brings to the home page: the map, the lessons, the domains, the latest cases."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from casestudies.case_view import card_pages
from casestudies.enums import DomainFamily, TerritoryKind
from casestudies.models import CaseStudyPage, Domain, Territory, Theme
from casestudies.reference.index_map import IndexMap, Place, index_map
from casestudies.reference.names import short_name
from casestudies.views import territory_counts, theme_counts
from cms.sanitization import plain_text
from cms.visibility import visible_to

LATEST = 3
LESSONS = 4


@dataclass(frozen=True)
class EntriesSection:
    """The ways in: a place like mine, a theme, one's own territory."""

    order: int = 10
    place: str = "body"
    template: str = "casestudies/home/entries.html"

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Domains, and the themes that have the most cases."""
        themes = list(Theme.objects.reference())
        counts = theme_counts(request.user)
        for theme in themes:
            theme.case_count = counts[theme.pk]
        return {
            "domains": Domain.objects.all(),
            "themes": sorted(themes, key=lambda theme: -theme.case_count)[:6],
        }


@dataclass(frozen=True)
class LessonsSection:
    """Four lessons in their authors' words."""

    order: int = 20
    place: str = "body"
    template: str = "casestudies/home/lessons.html"

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """The first lesson of a few cases that change from day to day but not from page to page."""
        cases = visible_to(CaseStudyPage.objects.exclude(lessons=""), request.user)
        chosen = card_pages(cases.order_by("number")[:LESSONS], "lessons")
        return {"lessons": [{"case": case, "text": first_lesson(case)} for case in chosen]}


def first_lesson(case: CaseStudyPage) -> str:
    """The first sentence of a case's first lesson."""
    start = case.lessons.find("<li>")
    end = case.lessons.find("</li>", start)
    text = plain_text(case.lessons[start:end] if start >= 0 else case.lessons)
    sentence, stop, _rest = text.partition(". ")
    return (sentence + stop).strip().rstrip(".") + "."


@dataclass(frozen=True)
class DomainsSection:
    """The legend of domains, by family, with how many cases each has."""

    order: int = 30
    place: str = "body"
    template: str = "casestudies/home/domains.html"

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Families in the order of the legend."""
        visible = visible_to(CaseStudyPage.objects.all(), request.user).values("pk")
        through = CaseStudyPage.domains.through.objects.filter(casestudypage_id__in=visible)
        counts = Counter(through.values_list("domain_id", flat=True))
        families: dict[str, list[Domain]] = {family: [] for family in DomainFamily.values}
        for domain in Domain.objects.all():
            domain.case_count = counts[domain.pk]
            families[domain.family].append(domain)
        return {
            "families": [
                (DomainFamily(key).label, domains) for key, domains in families.items() if domains
            ]
        }


@dataclass(frozen=True)
class LatestSection:
    """The latest cases."""

    order: int = 40
    place: str = "body"
    template: str = "casestudies/home/latest.html"

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Three cases, newest first."""
        cases = visible_to(CaseStudyPage.objects.all(), request.user)
        return {"cases": card_pages(cases.order_by("-first_published_at", "-number")[:LATEST])}


def departement_code(territory: Territory) -> str:
    """The département that a territory colors on the map; a département colors itself."""
    if territory.kind == TerritoryKind.DEPARTEMENT:
        return territory.code
    return territory.departement.code if territory.departement else ""


def home_map(user: Any) -> tuple[IndexMap, int, int]:
    """The map of all cases a reader may open, with how many cases and territories it shows."""
    counts = territory_counts(user)
    told = Territory.objects.select_related("departement").in_bulk(list(counts))
    places = [
        Place(
            code=territory.code,
            name=short_name(territory.name),
            count=counts[territory.pk],
            url=territory.get_absolute_url(),
            latitude=territory.latitude,
            longitude=territory.longitude,
            departement=departement_code(territory),
        )
        for territory in told.values()
    ]
    return (
        index_map(places, font_pixels=16, labels=22),
        visible_to(CaseStudyPage.objects.all(), user).count(),
        len(places),
    )


@dataclass(frozen=True)
class MapSection:
    """The index map of the front of the page."""

    order: int = 0
    place: str = "hero"
    template: str = "casestudies/home/map.html"

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """The map and its caption."""
        drawing, cases, places = home_map(request.user)
        return {"map": drawing, "case_count": cases, "place_count": places}
