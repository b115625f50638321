"""What stands around a list of results: facets, chips, entry by a barometer, ways out of nothing.

Gathers for templates what other modules know; reads the database, must not know an engine by name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from search.editions import Entry, all_entries, by_edition
from search.labels import Labels, facet_results, library_url
from search.query import SearchQuery
from search.results import FacetResult, FacetValue

MAX_TRIED = 4
"""How many filters are tried without, one search each, when nothing is found."""


@dataclass(frozen=True)
class WayOut:
    """A search close to one that found nothing, and how much it finds."""

    label: str | Promise
    value: str
    url: str
    count: int


def refinements(
    query: SearchQuery,
    counts: Mapping[str, Mapping[str, int]],
    closed: Mapping[str, Labels],
    offered: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """The facets, the choices that can be given up, and the editions to enter by."""
    facets = facet_results(query, counts, closed, offered)
    entries = all_entries()
    entry = next((entry for entry in entries if entry.key == query.entry), None)
    chips: list[tuple[Any, FacetValue]] = [
        (facet.label, value) for facet in facets for value in facet.selected
    ]
    if entry is not None:
        url = library_url(query.without_entry())
        chips.append((entry.edition, FacetValue(entry.key, entry.label, 0, True, url)))
    return {
        "facets": facets,
        "chips": chips,
        "editions": by_edition(entries),
        "entry": entry,
        "clear_url": library_url(query.without_facets()),
    }


def blocking(
    query: SearchQuery,
    facets: Sequence[FacetResult],
    entry: Entry | None,
    count: Callable[[SearchQuery], int],
) -> list[WayOut]:
    """The filters of a search that found nothing, without which alone something is found.

    The counts of a facet leave out its own choice: where they count nothing, giving it up gives
    nothing. What is left is counted by searches, for a case may have several values or none.
    """
    ways = []
    promising = [facet for facet in facets if facet.selected and any_counted(facet)]
    for facet in promising[:MAX_TRIED]:
        without = query
        for value in query.chosen(facet.parameter):
            without = without.without_value(facet.parameter, value)
        if found := count(without):
            names = ", ".join(value.label for value in facet.selected)
            ways.append(WayOut(facet.label, names, library_url(without), found))
    if entry is not None and (found := count(query.without_entry())):
        url = library_url(query.without_entry())
        ways.append(WayOut(entry.edition, entry.label, url, found))
    return sorted(ways, key=lambda way: -way.count)


def any_counted(facet: FacetResult) -> bool:
    """Whether some value of a facet counts a case."""
    return any(value.count for value in facet.values)
