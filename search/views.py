"""The library: cases found by words and facets. Works without scripts; htmx swaps its body."""

import logging
from collections.abc import Mapping
from dataclasses import replace
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
from cms.pagination import numbered
from cms.visibility import visible_to
from search import labels
from search.answering import Answer, answer
from search.backends.base import SearchUnavailable
from search.best_bets import ChosenAnswer, chosen_answers
from search.interpretation import CountedLink, interpretation, wider
from search.offer import offered_values
from search.query import PAGE_SIZE, SearchQuery, Sort
from search.refinements import blocking, refinements
from search.report.recording import record_search
from search.results import Hit

logger = logging.getLogger(__name__)

COUNTED = 2_000
"""Values of a facet that the page counts: beyond the few it lists, so that those which contain a
listed one are among them."""


class HtmxHttpRequest(HttpRequest):
    """A request as the middleware of htmx leaves it."""

    htmx: HtmxDetails


SORT_LABELS = {
    Sort.RELEVANCE: gettext_lazy("Pertinence"),
    Sort.RECENT: gettext_lazy("Date de publication"),
    Sort.TITLE: gettext_lazy("Titre"),
}


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
        "all_url": labels.library_url(SearchQuery()),
    }
    try:
        answered = answer_listed(query)
    except SearchUnavailable as error:
        logger.warning("search is unavailable: %s", error)
        context |= unavailable()
    else:
        record_search(request, query.text, answered.results.total)
        context |= found(query, answered, closed)
    partial = request.htmx and not request.htmx.history_restore_request
    template = "search/includes/library_body.html" if partial else "search/library.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    if partial:
        # The address without the form's empty fields.
        response["HX-Push-Url"] = labels.library_url(query)
    return response


def answer_listed(query: SearchQuery) -> Answer:
    """The answer with the counts that the page shows: those of frequent values, and of what is chosen.

    Raises `SearchUnavailable`.
    """
    answered = answer(replace(query, counted=COUNTED))
    counts = answered.results.counts
    for parameter, chosen in query.values.items():
        known = counts.get(parameter, {})
        if len(known) >= COUNTED and not known.keys() >= set(chosen):
            return answer(query)
    return answered


def found(
    query: SearchQuery, answered: Answer, closed: Mapping[str, labels.Labels]
) -> dict[str, Any]:
    """What the page shows of an answer."""
    results = answered.results
    counted = replace(query, counted=answered.understood.query.counted)
    context = refinements(counted, results.counts, closed, offered_values())
    around: tuple[CountedLink, ...] = ()
    if not results.total:
        context["blocking"] = blocking(query, context["facets"], context["entry"], count_cases)
        around = wider(answered.understood, count_cases)
    return {
        **context,
        "results": results,
        "cases": readable_cases(results.hits),
        "first_rank": (results.page - 1) * PAGE_SIZE + 1,
        "understood": interpretation(answered.understood, around),
        "pages": numbered(
            results.page, results.page_count, lambda page: labels.library_url(query, page=page)
        ),
        "chosen_answers": chosen(answered),
    }


def chosen(answered: Answer) -> list[ChosenAnswer]:
    """What the team pinned to these words; a search that was narrowed or turned is another one."""
    query = answered.understood.query
    narrowed = query.values or query.entry or answered.understood.meaning.has_operators
    if narrowed or answered.results.page > 1:
        return []
    return chosen_answers(query.text)


def count_cases(query: SearchQuery) -> int:
    """How many cases a search finds; none when no engine answers any more."""
    try:
        return answer(replace(query, counted=0)).results.total
    except SearchUnavailable:
        return 0


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
