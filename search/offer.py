"""What the library holds whatever is searched: the frequent values of facets without a vocabulary.

Remembered for a minute, so that a value that counts nothing under a search is greyed, not lost.
"""

from collections.abc import Mapping, Sequence

from django.core.cache import cache

from search.backends import get_backend
from search.backends.base import SearchUnavailable
from search.branches import frequent
from search.facets import FACETS, MAX_LISTED, MAX_NESTED, Order
from search.query import SearchQuery

KEY = "search-offered-values"
SECONDS = 60


def offered_values() -> Mapping[str, Sequence[str]]:
    """The most frequent values of each open facet in the whole library; none without an engine."""
    remembered: Mapping[str, Sequence[str]] | None = cache.get(KEY)
    if remembered is not None:
        return remembered
    try:
        counts = get_backend().search(SearchQuery()).counts
    except SearchUnavailable:
        return {}
    offered = {
        facet.parameter: frequent(
            counts.get(facet.parameter, {}), MAX_NESTED if facet.hierarchical else MAX_LISTED
        )
        for facet in FACETS
        if facet.order is Order.COUNT
    }
    cache.set(KEY, offered, SECONDS)
    return offered
