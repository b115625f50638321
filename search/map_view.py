"""The results of a search on the map of France, beside the same as a list. Works without scripts."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casestudies.reference.files import COORDINATES_CREDIT, MAP_CREDIT
from search import labels
from search.answering import answer
from search.backends.base import SearchUnavailable
from search.facets import FACETS
from search.interpretation import interpretation
from search.query import SearchQuery
from search.results_map import results_map

logger = logging.getLogger(__name__)


@require_safe
def library_map(request: HttpRequest) -> HttpResponse:
    """Where the cases of a search took place: the same query as the library, another way to see."""
    closed = labels.closed_labels()
    query = labels.recognized(SearchQuery.from_querydict(request.GET), closed)
    query = replace(query, page=1)
    context: dict[str, Any] = {
        "query": query,
        "list_url": labels.library_url(query),
        "clear_url": map_url(query.without_facets()),
        "all_url": labels.library_url(SearchQuery()),
        "credits": (MAP_CREDIT, COORDINATES_CREDIT),
        "breadcrumbs": [
            {"label": _("Accueil"), "url": "/"},
            {"label": _("Retours d'expérience"), "url": reverse("search:library")},
            {"label": _("Sur la carte"), "url": None},
        ],
    }
    try:
        found = answer(query)
    except SearchUnavailable as error:
        logger.warning("search is unavailable: %s", error)
        context["search_unavailable"] = True
    else:
        context |= drawn(found.understood.query, found.results.counts)
        context["results"] = found.results
        context["understood"] = interpretation(found.understood, ())
        context["chips"] = chips(query, closed)
    return render(request, "search/map.html", context)


def drawn(query: SearchQuery, counts: Any) -> dict[str, Any]:
    """The map of an answer; every territory leads to the library narrowed to it."""

    def address(codes: Collection[str]) -> str:
        values = {**query.values, "territoire": tuple(codes)}
        return labels.library_url(replace(query, values=values, page=1))

    found = results_map(counts.get("territoire", {}), query.chosen("territoire"), address)
    return {"map": found}


def chips(query: SearchQuery, closed: Mapping[str, labels.Labels]) -> list[dict[str, Any]]:
    """What narrows the search, each with the address of the map without it."""
    told = []
    for facet in FACETS:
        chosen = query.chosen(facet.parameter)
        names = closed.get(facet.parameter) or labels.open_labels(facet.parameter, chosen)
        told += [
            {
                "facet": facet.label,
                "name": names[value][0],
                "url": map_url(query.without_value(facet.parameter, value)),
            }
            for value in chosen
            if value in names
        ]
    return told


def map_url(query: SearchQuery) -> str:
    """The address of the map of a search."""
    querystring = query.to_querystring(page=1)
    return reverse("search:map") + (f"?{querystring}" if querystring else "")
