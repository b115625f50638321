"""Everything search: what the whole site says, by nature, each result at its place. No script needed."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.pagination import numbered
from cms.typography import number
from search.answering import answer
from search.backends import get_backend
from search.backends.base import SearchUnavailable
from search.best_bets import chosen_answers
from search.found import Found, Reader, found_cases, found_territories
from search.found_territories import FoundTerritories, count_cases, territories_for
from search.interpretation import Interpretation, ShownPlace, Suggestion
from search.labels import library_url, territory_label
from search.natures import (
    BY_PARAMETER,
    CASES,
    NATURES,
    PASSAGES,
    TERRITORIES,
    Nature,
    address,
    count_of,
    status,
)
from search.query import PAGE_SIZE, SearchQuery
from search.report.recording import record_search
from search.results import PassageHit, SearchResults, page_count
from search.understanding import Understood, understand

logger = logging.getLogger(__name__)

SHOWN = 4
"""Results of each nature on the page of all."""
ASKED = 12
"""Passages asked for these: several may be of one document, and some no longer readable."""


@dataclass(frozen=True)
class Group:
    """Results of one nature."""

    nature: Nature
    results: tuple[Found, ...]
    total: int
    url: str
    """Where all of them are."""
    is_cut: bool = False
    """Whether there are more than are counted."""

    @property
    def counted(self) -> str:
        """How many there are, in words."""
        return count_of(self.total, self.is_cut)

    @property
    def has_more(self) -> bool:
        """Whether all of them are more than those shown."""
        return self.total > len(self.results)

    @property
    def more(self) -> str:
        """What leads to all of them."""
        if self.is_cut:
            return _("Voir les %(total)s premiers") % {"total": number(self.total)}
        return _("Voir les %(counted)s") % {"counted": self.counted}


@dataclass(frozen=True)
class NatureLink:
    """A nature in the list of all, with how many results it has if they were counted."""

    label: str
    url: str
    total: int | None = None
    is_current: bool = False


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """Results of every nature, or of one nature page by page; without words, what can be searched."""
    query, nature = read(request)
    if nature is CASES:
        return HttpResponseRedirect(library_url(SearchQuery(query.text)))
    context: dict[str, Any] = {
        "query": query,
        "nature": nature,
        "everything_url": reverse("search:everything"),
        "all_url": address(query),
        "breadcrumbs": breadcrumbs(nature),
    }
    if query.text:
        try:
            context |= one(query, nature) if nature else every(query)
            record_search(request, query.text, context["total"])
        except SearchUnavailable as error:
            logger.warning("search is unavailable: %s", error)
            context["search_unavailable"] = True
    return render(request, "search/everything.html", context)


def read(request: HttpRequest) -> tuple[SearchQuery, Nature | None]:
    """The words, page and nature that an address asks; what is not understood is reported."""
    asked = SearchQuery.from_querydict(request.GET)
    given = request.GET.get("nature", "")
    nature = BY_PARAMETER.get(given)
    ignored = tuple(part for part in asked.ignored if part.startswith("q="))
    if given and nature is None:
        ignored += (f"nature={given[:30]}",)
    return SearchQuery(asked.text, page=asked.page, ignored=ignored), nature


def breadcrumbs(nature: Nature | None) -> list[dict[str, str | None]]:
    """The way from the front page."""
    crumbs: list[dict[str, str | None]] = [
        {"label": _("Accueil"), "url": "/"},
        {"label": _("Recherche"), "url": reverse("search:everything")},
    ]
    return [*crumbs, {"label": str(nature.label), "url": None}] if nature else crumbs


# --- Every nature


def every(query: SearchQuery) -> dict[str, Any]:
    """The first results of each nature that has some. Raises `SearchUnavailable`."""
    answered = answer(SearchQuery(query.text, counted=0))
    understood = answered.understood
    backend = get_backend()
    found = [backend.find_passages(understood.meaning, [n.unit], 0, ASKED) for n in PASSAGES]
    reader = Reader([hit for results in found for hit in results.hits])
    totals = {nature: results.total for nature, results in zip(PASSAGES, found, strict=True)}
    territories = named(understood)
    make: dict[Nature, Callable[[], Group]] = {
        CASES: lambda: group_of_cases(query, answered.results),
        TERRITORIES: lambda: group_of_territories(query, territories),
    }
    groups = []
    for nature in NATURES:
        group = make[nature]() if nature in make else group_of(query, nature, reader, totals)
        if group.results:
            groups.append(group)
    total = sum(group.total for group in groups)
    pinned = [] if understood.meaning.has_operators else chosen_answers(query.text)
    return {
        "groups": groups,
        "total": total,
        "natures": [
            NatureLink(str(group.nature.label), group.url, group.total) for group in groups
        ],
        "status": status(query, total, any(group.is_cut for group in groups)),
        "understood": interpretation(understood),
        "chosen_answers": pinned,
    }


def group_of(
    query: SearchQuery, nature: Nature, reader: Reader, totals: dict[Nature, int]
) -> Group:
    """The best passages of one nature."""
    shown = tuple(reader.shown(nature.unit)[:SHOWN])
    return Group(nature, shown, totals[nature], address(query, nature))


def group_of_cases(query: SearchQuery, results: SearchResults) -> Group:
    """The best cases; all of them are in the library, under the same words."""
    shown = tuple(found_cases(results.hits[:SHOWN]))
    return Group(CASES, shown, results.total, library_url(SearchQuery(query.text)))


def group_of_territories(query: SearchQuery, found: FoundTerritories) -> Group:
    """The territories named, the likeliest first."""
    first = found.territories[:SHOWN]
    count_cases(first)
    shown = tuple(found_territories(first))
    return Group(TERRITORIES, shown, found.total, address(query, TERRITORIES), found.is_cut)


def named(understood: Understood) -> FoundTerritories:
    """Territories that the typed words name."""
    places = [found for place in understood.places for found in (place.territory, *place.others)]
    text = "" if understood.meaning.has_operators else understood.query.text
    return territories_for(text, places)


# --- One nature


def one(query: SearchQuery, nature: Nature) -> dict[str, Any]:
    """One page of the results of one nature. Raises `SearchUnavailable`."""
    understood = understand(SearchQuery(query.text))
    if nature is TERRITORIES:
        found = named(understood)
        total, is_cut = found.total, found.is_cut
        page = min(query.page, page_count(total))
        listed = found.territories[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        count_cases(listed)
        results = list(found_territories(listed))
    else:
        total, page, hits = passages(understood, nature, query.page)
        results, is_cut = Reader(hits).shown(), False
    return {
        "results": results,
        "total": total,
        "page": page,
        "first_rank": (page - 1) * PAGE_SIZE + 1,
        "pages": numbered(page, page_count(total), lambda n: address(query, nature, n)),
        "natures": other_natures(query, nature),
        "status": status(query, total, is_cut),
        "understood": interpretation(understood, nature),
    }


def passages(
    understood: Understood, nature: Nature, page: int
) -> tuple[int, int, tuple[PassageHit, ...]]:
    """How many passages there are, the page that is read, and its passages."""

    def read_page(wanted: int) -> Any:
        start = (wanted - 1) * PAGE_SIZE
        return get_backend().find_passages(understood.meaning, [nature.unit], start, PAGE_SIZE)

    found = read_page(page)
    last = page_count(found.total)
    if page > last:
        page, found = last, read_page(last)
    return found.total, page, found.hits


def other_natures(query: SearchQuery, current: Nature) -> list[NatureLink]:
    """Every nature with its address, the current one told."""
    library = library_url(SearchQuery(query.text))
    return [
        NatureLink(
            str(nature.label),
            library if nature is CASES else address(query, nature),
            is_current=nature is current,
        )
        for nature in NATURES
    ]


def interpretation(understood: Understood, nature: Nature | None = None) -> Interpretation:
    """How the words were understood, each guess with the search of everything that undoes it."""
    query = understood.query

    def other(text: str) -> str:
        return address(query.with_text(text), nature)

    proposal = understood.proposal
    return Interpretation(
        places=tuple(
            ShownPlace(
                label=territory_label(place.territory),
                without_url=other(place.text_without),
                literal_url=other(place.text_literal),
                others=(),
            )
            for place in understood.places
        ),
        corrections=understood.corrections,
        literal_url=other(understood.literal_text) if understood.corrections else "",
        did_you_mean=Suggestion(proposal, other(proposal)) if proposal else None,
    )
