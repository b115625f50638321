"""What Tantivy is asked, and what its answers say. Knows nothing of files."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from tantivy import DocAddress, Occur, Order, Query, Schema, Searcher

from search import analysis
from search import ranking as weights
from search.backends.tantivy_compiler import Compiler, begins
from search.backends.tantivy_excerpts import Excerpts
from search.backends.tantivy_fields import EXACT_FIELDS, exact
from search.documents import CASE, EXCERPT_FIELDS
from search.facets import FACETS, MAX_VALUES_COUNTED
from search.meaning import Meaning
from search.query import PAGE_SIZE, SearchQuery, Sort
from search.ranking import PASSAGE_FIELDS, TEXT_FIELDS
from search.results import (
    Hit,
    PassageHit,
    PassageResults,
    SearchResults,
    SuggestedTitle,
    mark,
)

MORE_LIKE_THIS: dict[str, Any] = {
    "min_doc_frequency": 1,
    "min_term_frequency": 1,
    "max_query_terms": 40,
    "min_word_length": 3,
}


WholeCounts = dict[int, Mapping[str, Mapping[str, int]]]
"""The counts of all cases together, by how many values of each facet were asked."""


def answer(
    searcher: Searcher, fields: Schema, query: SearchQuery, meaning: Meaning, whole: WholeCounts
) -> SearchResults:
    """One page of cases with its counts.

    What all cases count is asked by every visit of the library, and the longest to count: it is kept
    in `whole`, which must be as old as `searcher`. `fields` are those of the index that is searched: it may have been built by yesterday's
    definitions, in which the same number stands for another field.
    """
    compiler = Compiler(fields, TEXT_FIELDS)
    matching = compiler.cases(meaning)
    by_title = query.sort is Sort.TITLE
    by_score = query.sort is Sort.RELEVANCE and meaning.is_scored
    found = searcher.search(
        _filtered(fields, matching, query),
        limit=PAGE_SIZE,
        offset=(query.page - 1) * PAGE_SIZE,
        order_by_field=None if by_score else "title_sort" if by_title else "recent_key",
        order=Order.Asc if by_title else Order.Desc,
    )
    addresses = [address for _, address in found.hits]
    page_ids = searcher.fast_field_values("page_id", addresses) if addresses else []
    excerpts = Excerpts(searcher, fields, meaning, EXCERPT_FIELDS)
    hits = []
    for page_id, address in zip(page_ids, addresses, strict=True):
        document = searcher.doc(address)
        title = excerpts.whole(document.get_first("title") or "")
        hits.append(Hit(int(page_id or 0), mark(title), mark(excerpts.best(document))))
    total: int = found.count  # type: ignore[attr-defined] # missing from the binding's stubs
    counts: Mapping[str, Mapping[str, int]]
    if query.values or total < _case_count(searcher, fields):
        counts = _counts(searcher, fields, matching, query)
    else:
        counts = whole.get(query.counted) or _counts(searcher, fields, matching, query)
        whole[query.counted] = counts
    return SearchResults(total, tuple(hits), counts, query.page)


def _case_count(searcher: Searcher, fields: Schema) -> int:
    """How many cases there are."""
    found = searcher.search(Query.term_query(fields, "unit", CASE), limit=1)
    count: int = found.count  # type: ignore[attr-defined] # missing from the binding's stubs
    return count


def ranking(searcher: Searcher, fields: Schema, meaning: Meaning, limit: int) -> tuple[int, ...]:
    """The first cases, best first."""
    found = searcher.search(Compiler(fields, TEXT_FIELDS).cases(meaning), limit=limit, count=False)
    addresses = [address for _score, address in found.hits]
    page_ids = searcher.fast_field_values("page_id", addresses) if addresses else []
    return tuple(int(page_id or 0) for page_id in page_ids)


def passages(
    searcher: Searcher,
    fields: Schema,
    meaning: Meaning,
    units: Collection[str],
    *,
    start: int,
    limit: int,
) -> PassageResults:
    """Some passages, and the counts of every unit."""
    matching = Compiler(fields, PASSAGE_FIELDS).passages(meaning)
    counted = searcher.aggregate(matching, {"unit": {"terms": {"field": "unit", "size": 20}}})
    counts = {bucket["key"]: bucket["doc_count"] for bucket in counted["unit"]["buckets"]}
    narrowed = Query.term_set_query(fields, "unit", list(units)) if units else Query.all_query()
    found = searcher.search(
        Query.boolean_query(
            [(Occur.Must, matching), (Occur.Must, Query.const_score_query(narrowed, 0.0))]
        ),
        limit=max(limit, 1),
        offset=start,
    )
    excerpts = Excerpts(searcher, fields, meaning, ("passage",))
    hits = []
    for _score, address in found.hits[:limit]:
        document = searcher.doc(address)
        heading = document.get_first("heading") or ""
        hits.append(
            PassageHit(
                page_id=int(document.get_first("page_id") or 0),
                unit=str(document.get_first("unit")),
                anchor=document.get_first("anchor") or "",
                heading_html=mark(excerpts.whole(heading)),
                excerpt_html=mark(excerpts.best(document)),
                heading=heading,
            )
        )
    total = sum(count for unit, count in counts.items() if not units or unit in units)
    return PassageResults(total, tuple(hits), counts)


def suggestions(
    searcher: Searcher, fields: Schema, words: Sequence[str], limit: int
) -> tuple[SuggestedTitle, ...]:
    """Titles and headings that have `words`, the last one unfinished."""
    places = []
    for name in ("title", "heading"):
        clauses = [(Occur.Must, Query.term_query(fields, exact(name), word)) for word in words[:-1]]
        clauses.append((Occur.Must, begins(fields, exact(name), words[-1])))
        whole = Query.term_query(fields, exact(name), words[-1])
        places.append(Query.boolean_query([*clauses, (Occur.Should, whole)]))
    found = searcher.search(Query.disjunction_max_query(places), limit=limit, count=False)
    suggested = []
    for _score, address in found.hits:
        document = searcher.doc(address)
        title = document.get_first("title") or document.get_first("heading") or ""
        suggested.append(
            SuggestedTitle(
                page_id=int(document.get_first("page_id") or 0),
                unit=str(document.get_first("unit")),
                anchor=document.get_first("anchor") or "",
                title=title,
            )
        )
    return tuple(suggested)


def related(
    searcher: Searcher, fields: Schema, address: DocAddress, page_id: int, limit: int
) -> tuple[int, ...]:
    """Other cases with the telling words of one, and what it is filed under."""
    unit = Query.const_score_query(Query.term_query(fields, "unit", CASE), 0.0)
    itself = Query.term_query(fields, "page_id", page_id)
    clauses = [
        (Occur.Must, unit),
        (Occur.MustNot, itself),
        (Occur.Should, Query.more_like_this_query(address, **MORE_LIKE_THIS)),
    ]
    own = {
        name: searcher.aggregate(itself, {"own": {"terms": {"field": name, "size": 50}}})
        for name in weights.ALIKE
    }
    for name, weight in weights.ALIKE.items():
        for bucket in own[name]["own"]["buckets"]:
            shared = Query.term_query(fields, name, bucket["key"])
            clauses.append((Occur.Should, Query.const_score_query(shared, weight)))
    found = searcher.search(Query.boolean_query(clauses, 1), limit=limit, count=False)
    addresses = [hit for _score, hit in found.hits]
    ids = searcher.fast_field_values("page_id", addresses) if addresses else []
    return tuple(int(found_id or 0) for found_id in ids)


def holds(searcher: Searcher, word: str) -> bool:
    """Whether any document holds a word, in any form."""
    if any(searcher.doc_freq(name, word) for name in EXACT_FIELDS):
        return True
    names = (*TEXT_FIELDS, *PASSAGE_FIELDS)
    return any(searcher.doc_freq(name, token) for token in analysis.stems(word) for name in names)


def _filtered(
    fields: Schema, matching: Query, query: SearchQuery, except_parameter: str = ""
) -> Query:
    """`matching` narrowed by every facet, or by all but one; filters weigh nothing."""
    clauses = [(Occur.Must, matching)]
    for facet in FACETS:
        chosen = query.chosen(facet.parameter)
        if chosen and facet.parameter != except_parameter:
            narrowed = Query.term_set_query(fields, facet.field, list(chosen))
            clauses.append((Occur.Must, Query.const_score_query(narrowed, 0.0)))
    return Query.boolean_query(clauses) if len(clauses) > 1 else matching


def _counts(
    searcher: Searcher, fields: Schema, matching: Query, query: SearchQuery
) -> dict[str, dict[str, int]]:
    """Counts of every facet, each with its own choice left out."""
    counts: dict[str, dict[str, int]] = {}
    if not query.counted:
        return counts
    chosen = [facet for facet in FACETS if query.chosen(facet.parameter)]
    groups = [([facet], facet.parameter) for facet in chosen]
    groups.append(([facet for facet in FACETS if facet not in chosen], ""))
    for facets, left_out in groups:
        if not facets:
            continue
        wanted = {
            facet.parameter: {
                "terms": {
                    "field": facet.field,
                    "size": query.counted,
                    # Parts of the index are added up before any value is left out.
                    "segment_size": MAX_VALUES_COUNTED,
                }
            }
            for facet in facets
        }
        answer = searcher.aggregate(_filtered(fields, matching, query, left_out), wanted)
        for facet in facets:
            buckets = answer[facet.parameter]["buckets"]
            counts[facet.parameter] = {bucket["key"]: bucket["doc_count"] for bucket in buckets}
    return counts
