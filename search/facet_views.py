"""Every value of one facet on a page of its own, and the help on searching. Work without scripts.

The list answers too, with a few values to check, the field that filters a long facet in the library.
"""

import logging
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.middleware import HtmxDetails

from cms.pagination import numbered
from search import labels
from search.answering import answer
from search.backends.base import SearchUnavailable
from search.facet_lists import FacetList, facet_list
from search.facets import BY_PARAMETER, FACETS
from search.query import SearchQuery, clean_text, read_page

logger = logging.getLogger(__name__)

MAX_FILTER = 100
MATCHES = 20
"""How many values a filter offers to check at once."""


class HtmxHttpRequest(HttpRequest):
    """A request as the middleware of htmx leaves it."""

    htmx: HtmxDetails


@require_safe
def facet(request: HtmxHttpRequest, parameter: str) -> HttpResponse:
    """All the values of one facet for the search in the address; for htmx only those that match."""
    if parameter not in BY_PARAMETER:
        raise Http404("unknown facet")
    closed = labels.closed_labels()
    query = labels.recognized(SearchQuery.from_querydict(request.GET), closed)
    query = replace(query, page=1)
    asked = clean_text(request.GET.get("filtre", ""))[:MAX_FILTER].strip()
    context = frame(query, parameter, asked)
    try:
        counted = answer(query).results.counts.get(parameter, {})
    except SearchUnavailable as error:
        logger.warning("search is unavailable: %s", error)
        context["search_unavailable"] = True
    else:
        found = facet_list(query, BY_PARAMETER[parameter], counted, closed, asked)
        if request.htmx:
            context |= {"total": len(found.names), "values": found.most_frequent(query, MATCHES)}
        else:
            sheet = min(read_page(request.GET.get("page", "1")), found.sheet_count)
            context |= listed(query, found, asked, sheet)
    template = "search/includes/facet_matches.html" if request.htmx else "search/facet.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def frame(query: SearchQuery, parameter: str, asked: str) -> dict[str, Any]:
    """What stands around the list."""
    kept = [("q", query.text)] if query.text else []
    kept += [(name, value) for name, values in query.values.items() for value in values]
    kept += [("entree", query.entry)] if query.entry else []
    label = BY_PARAMETER[parameter].label
    return {
        "facet": BY_PARAMETER[parameter],
        "asked": asked,
        "kept": kept,
        "address": reverse("search:facet", args=[parameter]),
        "back_url": labels.library_url(query),
        "all_url": sheet_url(query, parameter, asked if asked else "", 1),
        "breadcrumbs": [
            {"label": _("Accueil"), "url": "/"},
            {"label": _("Retours d'expérience"), "url": labels.library_url(query)},
            {"label": label, "url": None},
        ],
    }


def listed(query: SearchQuery, found: FacetList, asked: str, sheet: int) -> dict[str, Any]:
    """One sheet of the list, with ways to the others."""
    parameter = found.facet.parameter
    return {
        "total": len(found.names),
        "all_url": sheet_url(query, parameter, "", 1),
        "sections": found.sections(query, sheet),
        "letters": [
            {"name": letter, "url": f"{sheet_url(query, parameter, asked, number)}#lettre-{anchor}"}
            for letter, number, anchor in found.letters
        ],
        "pages": numbered(
            sheet, found.sheet_count, lambda number: sheet_url(query, parameter, asked, number)
        ),
    }


def sheet_url(query: SearchQuery, parameter: str, asked: str, sheet: int) -> str:
    """The address of one sheet of the list, filtered or not."""
    more = [("filtre", asked)] if asked else []
    more += [("page", str(sheet))] if sheet > 1 else []
    pairs = "&".join(filter(None, [query.to_querystring(page=1), urlencode(more)]))
    return reverse("search:facet", args=[parameter]) + (f"?{pairs}" if pairs else "")


@require_safe
def search_help(request: HttpRequest) -> HttpResponse:
    """How to say precisely what one looks for."""
    context = {
        "facets": FACETS,
        "breadcrumbs": [
            {"label": _("Accueil"), "url": "/"},
            {"label": _("Retours d'expérience"), "url": reverse("search:library")},
            {"label": _("Aide à la recherche"), "url": None},
        ],
    }
    return render(request, "search/help.html", context)
