"""Everything a case's page shows besides its own columns, read in a bounded number of queries."""

from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest

from casestudies import nearby, related
from casestudies.locator import Locator, locator_for
from casestudies.models import (
    CaseObstacle,
    CasePartner,
    CaseStudyPage,
    CaseTerritory,
    Territory,
)
from cms.models import GuideChapterPage, PublishedVersion
from cms.visibility import visible_to

CARD_COLUMNS = (
    "title", "slug", "path", "depth", "url_path", "locale", "content_type", "live",
    "first_published_at", "last_published_at",
    "number", "kind", "summary", "step", "status", "reliability",
)  # fmt: skip
"""The case's own columns that lists of cases read."""


def fetch_parts(case: CaseStudyPage, others: list[CaseStudyPage], is_preview: bool) -> None:
    """Read every part of a case once, together with what the cards of `others` show.

    A draft being previewed carries its own parts already.
    """
    saved = [] if is_preview else [case]
    territories = CaseTerritory.objects.select_related(
        *(f"territory__{level}" for level in ("epci", "ept", "departement", "region"))
    )
    prefetch_related_objects(
        [*saved, *others], Prefetch("case_territories", territories), "domains"
    )
    prefetch_related_objects(
        saved,
        Prefetch("case_obstacles", CaseObstacle.objects.select_related("obstacle")),
        Prefetch("case_partners", CasePartner.objects.select_related("partner")),
        *("sources", "events", "indicators", "themes", "capacities", "sharing_models"),
    )
    CaseStudyPage.attach_organisations([*([case] if case.pk else []), *others])


def case_context(case: CaseStudyPage, request: HttpRequest) -> dict[str, Any]:
    """Places, partners, sources, version, chapters, related and nearby cases of `case`."""
    others = related.related_cases(case, request.user)
    fetch_parts(case, others, is_preview=not case.pk or getattr(request, "is_preview", False))
    territories = case.territories
    return {
        "places": territories,
        "locator": locator(territories),
        "sections": case.sections(),
        "case_events": case.events.all(),
        "case_indicators": ranked_indicators(case),
        "case_obstacles": case.case_obstacles.all(),
        "case_sources": case.sources.all(),
        "case_partners": case.case_partners.all(),
        "case_tags": case.tags.all(),
        "version": PublishedVersion.objects.filter(page_id=case.pk)
        .only("number", "published_at")
        .first(),
        "chapters": chapters_citing(case, request.user),
        "neighbors": others,
        "nearby": nearby.near_case(case, territories, request.user, {page.pk for page in others}),
    }


def ranked_indicators(case: CaseStudyPage) -> list[Any]:
    """Its indicators, each with the rank of the source that it was taken from."""
    ranks = {
        source.url: rank
        for rank, source in reversed(list(enumerate(case.sources.all(), start=1)))
        if source.url
    }
    indicators = list(case.indicators.all())
    for indicator in indicators:
        indicator.source_rank = ranks.get(indicator.source_url)
    return indicators


def locator(territories: list[Territory]) -> Locator | None:
    """The small map of the main territory."""
    return locator_for(territories[0]) if territories else None


def chapters_citing(case: CaseStudyPage, user: Any) -> list[GuideChapterPage]:
    """Guide chapters that lean on `case`."""
    chapters = GuideChapterPage.objects.filter(references__page_id=case.pk)
    return list(visible_to(chapters, user).order_by("number").defer("body"))


def card_pages(cases: Any, *columns: str) -> list[CaseStudyPage]:
    """`cases` with all that a card shows, and `columns`, in as many queries for one as for a hundred."""
    pages = list(cases.only(*CARD_COLUMNS, *columns))
    CaseStudyPage.prepare_cards(pages)
    return pages
