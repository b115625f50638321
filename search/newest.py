"""The newest cases of a search, page by page: what a feed lists and what an alert tells of.

Gives ids only: whoever shows a case asks `cms.visibility` about it at that moment.
"""

from collections.abc import Iterator
from dataclasses import replace

from search.answering import answer
from search.backends import get_backend
from search.query import SearchQuery, Sort

DEPTH = 5
"""How many pages of results are read at most."""


def followed(query: SearchQuery) -> SearchQuery:
    """What one follows of a search: neither its order nor its page, and one spelling of its facets."""
    values = {parameter: tuple(sorted(chosen)) for parameter, chosen in query.values.items()}
    return replace(query, values=values, sort=Sort.RELEVANCE, page=1, ignored=())


def newest_ids(query: SearchQuery) -> Iterator[int]:
    """Pages that answer `query`, the last published first. Raises `SearchUnavailable`."""
    recent = replace(query, sort=Sort.RECENT, page=1, counted=0)
    first = answer(recent)
    yield from (hit.page_id for hit in first.results.hits)
    for page in range(2, min(first.results.page_count, DEPTH) + 1):
        results = get_backend().search(replace(recent, page=page), first.understood.meaning)
        yield from (hit.page_id for hit in results.hits)
