"""The library: cases found by words and facets. Works without scripts; htmx swaps its body."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django_htmx.middleware import HtmxDetails

from casestudies.case_view import card_pages
from casestudies.models import CaseStudyPage
from cms.visibility import visible_to
from search import labels
from search.backends import get_backend
from search.backends.base import SearchUnavailable
from search.query import PAGE_SIZE, SearchQuery, Sort
from search.results import FacetResult, Hit, SearchResults

logger = logging.getLogger(__name__)


class HtmxHttpRequest(HttpRequest):
    """A request as the middleware of htmx leaves it."""

    htmx: HtmxDetails


SORT_LABELS = {
    Sort.RELEVANCE: gettext_lazy("Pertinence"),
    Sort.RECENT: gettext_lazy("Date de publication"),
    Sort.TITLE: gettext_lazy("Titre"),
}
PAGES_AROUND = 2


@require_safe
def library(request: HtmxHttpRequest) -> HttpResponse:
    """The whole page, or for htmx only what a changed search changes."""
    closed = labels.closed_labels()
    query = labels.recognized(SearchQuery.from_querydict(request.GET), closed)
    context: dict[str, Any] = {
        "query": query,
        "sorts": [(sort.value, label, sort is query.sort) for sort, label in SORT_LABELS.items()],
        "breadcrumbs": [
            {"label": _("Accueil"), "url": "/"},
            {"label": _("Retours d'expérience"), "url": None},
        ],
        "clear_url": labels.library_url(query.without_facets()),
        "all_url": labels.library_url(SearchQuery()),
    }
    try:
        results = get_backend().search(query)
    except SearchUnavailable as error:
        logger.warning("search is unavailable: %s", error)
        context |= unavailable()
    else:
        context |= found(query, results, labels.facet_results(query, results.counts, closed))
    partial = request.htmx and not request.htmx.history_restore_request
    template = "search/includes/library_body.html" if partial else "search/library.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    if partial:
        # The address without the form's empty fields.
        response["HX-Push-Url"] = labels.library_url(query)
    return response


def found(query: SearchQuery, results: SearchResults, facets: list[FacetResult]) -> dict[str, Any]:
    """What the page shows of an answer."""
    return {
        "results": results,
        "cases": readable_cases(results.hits),
        "facets": facets,
        "chips": [(facet.label, value) for facet in facets for value in facet.selected],
        "pages": page_links(query, results),
    }


def unavailable() -> dict[str, Any]:
    """What the page shows when no engine answers: why, and the latest cases from the database."""
    latest = visible_to(CaseStudyPage.objects.order_by("-last_published_at", "-pk"))
    cases = [{"page": page, "highlight": None} for page in card_pages(latest[:PAGE_SIZE])]
    return {"search_unavailable": True, "cases": cases}


def readable_cases(hits: tuple[Hit, ...]) -> list[dict[str, Any]]:
    """Pages of `hits`, in their order, with what is marked in them.

    The database is asked again: whatever the index still holds, a reader is shown only what
    anyone may read at this moment.
    """
    readable = visible_to(CaseStudyPage.objects.filter(pk__in=[hit.page_id for hit in hits]))
    pages = {page.pk: page for page in card_pages(readable)}
    return [
        {
            "page": pages[hit.page_id],
            "highlight": {"title": hit.title_html, "excerpt": hit.excerpt_html},
        }
        for hit in hits
        if hit.page_id in pages
    ]


def page_links(query: SearchQuery, results: SearchResults) -> dict[str, Any]:
    """Addresses of the first, last, near, previous and next pages."""
    last, current = results.page_count, results.page
    near = range(max(current - PAGES_AROUND, 1), min(current + PAGES_AROUND, last) + 1)
    numbers = sorted({1, *near, last})
    links: list[dict[str, Any]] = []
    previous = 0
    for number in numbers:
        if number - previous > 1:
            links.append({"gap": True})
        url = labels.library_url(query, page=number)
        links.append({"number": number, "url": url, "current": number == current})
        previous = number
    return {
        "links": links if last > 1 else [],
        "previous": labels.library_url(query, page=current - 1) if current > 1 else "",
        "next": labels.library_url(query, page=current + 1) if current < last else "",
    }
