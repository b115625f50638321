"""Whether two engines give the same answers: same cases and counts by facets, like order by words.

Must not know which engines they are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from search.backends.base import SearchBackend
from search.documents import CaseDocument
from search.evaluation.judging import Judgement, patiently
from search.evaluation.metrics import kendall, mean, overlap, spearman
from search.facets import FACETS
from search.query import SearchQuery


@dataclass(frozen=True)
class RankingAgreement:
    """How alike two engines order the same queries."""

    queries: int
    overlap: float | None
    """Of the first twenty."""
    spearman: float | None
    kendall: float | None
    furthest: tuple[tuple[float, str], ...]
    """The queries that they answer least alike, with their overlap."""


@dataclass(frozen=True)
class FacetAgreement:
    """On how many queries without words two engines agree."""

    queries: int
    same: int
    """Same number of cases, same cases on the first page, same counts of every facet."""
    different: tuple[str, ...]


def compare_rankings(
    one: Sequence[Judgement], other: Sequence[Judgement], shown: int = 10
) -> RankingAgreement:
    """Compare the answers of two engines to the same queries, in the same order."""
    pairs = [
        (str(first.graded), first.ranking.slugs, second.ranking.slugs)
        for first, second in zip(one, other, strict=True)
    ]
    overlaps = [(overlap(first, second), name) for name, first, second in pairs]
    orders = [(spearman(first, second), kendall(first, second)) for _name, first, second in pairs]
    return RankingAgreement(
        queries=len(pairs),
        overlap=mean([value for value, _name in overlaps]),
        spearman=mean([value for value, _other in orders if value is not None]),
        kendall=mean([value for _other, value in orders if value is not None]),
        furthest=tuple(sorted(pair for pair in overlaps if pair[0] < 1)[:shown]),
    )


def facet_queries(documents: Iterable[CaseDocument]) -> list[SearchQuery]:
    """One query for each value of each facet that a document bears, and one for none."""
    held = list(documents)
    queries = [SearchQuery()]
    for facet in FACETS:
        values = sorted({value for document in held for value in document.facets[facet.field]})
        queries += [SearchQuery(values={facet.parameter: (value,)}) for value in values]
    return queries


def compare_facets(
    one: SearchBackend, other: SearchBackend, queries: Sequence[SearchQuery]
) -> FacetAgreement:
    """Ask both engines every query."""
    different = [
        query.to_querystring() or "-"
        for query in queries
        if _told(one, query) != _told(other, query)
    ]
    return FacetAgreement(len(queries), len(queries) - len(different), tuple(different))


def _told(backend: SearchBackend, query: SearchQuery) -> object:
    results = patiently(lambda: backend.search(query))
    counts = {
        name: {value: count for value, count in values.items() if count}
        for name, values in results.counts.items()
    }
    return results.total, [hit.page_id for hit in results.hits], counts
