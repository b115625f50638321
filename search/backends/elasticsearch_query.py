"""What Elasticsearch is asked, and what its answers say. Sends nothing itself."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from elasticsearch.dsl import A, Q, Search
from elasticsearch.dsl.query import Query
from elasticsearch.dsl.response import Hit as EngineHit
from elasticsearch.dsl.response import Response

from search import analysis, ranking
from search.backends.elasticsearch_compiler import Compiler, begins, constant
from search.documents import CASE, EXCERPT_FIELDS, page_of
from search.facets import FACETS, Facet
from search.meaning import Meaning
from search.query import PAGE_SIZE, SearchQuery, Sort
from search.ranking import PASSAGE_FIELDS, TEXT_FIELDS
from search.results import (
    MARK_END,
    MARK_START,
    Hit,
    PassageHit,
    PassageResults,
    SearchResults,
    SuggestedTitle,
    mark,
)
from search.spelling import MAX_ALIKE, SHORTEST, edits_allowed

ENGINE_TIMEOUT = "1s"
"""The engine gives up before its caller does."""
EXCERPT_LENGTH = 230
UNCHOSEN = "unchosen"
MARKED_ARTICLE = re.compile(f"{MARK_START}({analysis.ELIDED})")


# --- Cases


def cases(query: SearchQuery, meaning: Meaning) -> Search:
    """One page of cases with the counts of every facet, each with its own choice left out."""
    chosen = {
        facet.parameter: _filter(facet.field, query.chosen(facet.parameter)) for facet in FACETS
    }
    search = Search().query(Compiler(TEXT_FIELDS).cases(meaning)).post_filter(_all(chosen))
    if query.counted:
        _count(search, query, chosen)
    if query.sort is Sort.RELEVANCE and meaning.is_scored:
        search = search.sort("_score", "-recent_key")
    else:
        search = search.sort("title_sort" if query.sort is Sort.TITLE else "-recent_key")
    search = _highlighted(search, meaning, TEXT_FIELDS, "title", EXCERPT_FIELDS)
    start = (query.page - 1) * PAGE_SIZE
    return search.source(["title"]).extra(
        track_total_hits=True, timeout=ENGINE_TIMEOUT, from_=start, size=PAGE_SIZE
    )


def _count(search: Search, query: SearchQuery, chosen: Mapping[str, Query | None]) -> None:
    """Add the counts of every facet; those without a choice share one filter."""
    search.aggs.bucket(UNCHOSEN, "filter", filter=_all(chosen))
    for facet in FACETS:
        if chosen[facet.parameter] is not None:
            others = {name: kept for name, kept in chosen.items() if name != facet.parameter}
            search.aggs.bucket(facet.parameter, "filter", filter=_all(others))
        search.aggs[_group(facet, query)].bucket(
            facet.parameter, "terms", field=facet.field, size=query.counted
        )


def ranked(meaning: Meaning, limit: int) -> Search:
    """The first cases, best first, without anything that is shown of them."""
    search = Search().query(Compiler(TEXT_FIELDS).cases(meaning)).source(False)
    return search.sort("_score", "-recent_key").extra(
        timeout=ENGINE_TIMEOUT, size=limit, track_total_hits=False
    )


def nearest(vector: Sequence[float], limit: int) -> Search:
    """The cases whose vectors are nearest."""
    search = Search().source(False).extra(timeout=ENGINE_TIMEOUT, size=limit)
    return search.knn("vector", k=limit, num_candidates=10 * limit, query_vector=list(vector))


def _group(facet: Facet, query: SearchQuery) -> str:
    """The aggregation whose filter leaves out this facet's own choice."""
    return facet.parameter if query.chosen(facet.parameter) else UNCHOSEN


def _filter(name: str, values: Collection[str]) -> Query | None:
    return Q("terms", **{name: list(values)}) if values else None


def _all(filters: Mapping[str, Query | None]) -> Query:
    kept = [narrowed for narrowed in filters.values() if narrowed is not None]
    return Q("bool", filter=kept) if kept else Q("match_all")


def read_results(response: Response, query: SearchQuery) -> SearchResults:
    """What Elasticsearch answered, without Elasticsearch."""
    counted: dict[str, Any] = response.to_dict().get("aggregations", {})
    counts = {
        facet.parameter: {
            bucket["key"]: bucket["doc_count"]
            for bucket in counted[_group(facet, query)][facet.parameter]["buckets"]
        }
        for facet in FACETS
        if counted
    }
    hits = tuple(
        Hit(page_of(hit.meta.id), mark(_whole(hit, "title")), mark(_excerpt(hit, EXCERPT_FIELDS)))
        for hit in response.hits
    )
    return SearchResults(_total(response), hits, counts, query.page)


def _total(response: Response) -> int:
    total: int = response.hits.total.value  # type: ignore[attr-defined] # hits are a typed list with more
    return total


# --- Passages, suggestions, words


def passages(meaning: Meaning, units: Collection[str], start: int, limit: int) -> Search:
    """Some passages, and the counts of every unit."""
    search = Search().query(Compiler(PASSAGE_FIELDS).passages(meaning))
    search.aggs.bucket("unit", "terms", field="unit", size=20)
    if units:
        search = search.post_filter("terms", unit=list(units))
    search = _highlighted(search, meaning, PASSAGE_FIELDS, "heading", ("passage",))
    return (
        search.source(["unit", "anchor", "heading"])
        .sort("_score", "page_id", "order")
        .extra(timeout=ENGINE_TIMEOUT, from_=start, size=limit, track_total_hits=True)
    )


def read_passages(response: Response, units: Collection[str]) -> PassageResults:
    """What Elasticsearch answered, without Elasticsearch."""
    counts = {
        bucket["key"]: bucket["doc_count"] for bucket in response.aggregations["unit"]["buckets"]
    }
    hits = tuple(
        PassageHit(
            page_id=page_of(hit.meta.id),
            unit=hit.unit,
            anchor=hit.anchor,
            heading_html=mark(_whole(hit, "heading")),
            excerpt_html=mark(_excerpt(hit, ("passage",))),
            heading=hit.heading,
        )
        for hit in response.hits
    )
    total = sum(count for unit, count in counts.items() if not units or unit in units)
    return PassageResults(total, hits, counts)


def suggestions(words: Sequence[str], limit: int) -> Search:
    """Titles and headings that have `words`, the last one unfinished."""
    places = []
    for name in ("title", "heading"):
        clauses = [Q("term", **{f"{name}.exact": word}) for word in words[:-1]]
        clauses.append(begins(f"{name}.exact", words[-1]))
        whole = Q("term", **{f"{name}.exact": words[-1]})
        places.append(Q("bool", must=clauses, should=[whole]))
    search = Search().query("dis_max", queries=places)
    return search.source(["unit", "anchor", "heading", "title"]).extra(
        timeout=ENGINE_TIMEOUT, size=limit, track_total_hits=False
    )


def read_suggestions(response: Response) -> tuple[SuggestedTitle, ...]:
    """What Elasticsearch answered, without Elasticsearch."""
    return tuple(
        SuggestedTitle(
            page_id=page_of(hit.meta.id),
            unit=hit.unit,
            anchor=getattr(hit, "anchor", ""),
            title=getattr(hit, "title", None) or hit.heading,
        )
        for hit in response.hits
    )


def similar(words: Collection[str]) -> Search:
    """How many documents hold each word in any form, and words that look like those that none holds."""
    search = Search().extra(size=0, timeout=ENGINE_TIMEOUT)
    fields = [*TEXT_FIELDS, *PASSAGE_FIELDS, "words"]
    held = {word: Q("multi_match", query=word, fields=fields, type="best_fields") for word in words}
    search.aggs.bucket("held", A("filters", filters=held))
    for word in words:
        if edits_allowed(word):
            search = search.suggest(
                word,
                word,
                term={
                    "field": "words",
                    "analyzer": "whitespace",
                    "suggest_mode": "missing",
                    "max_edits": edits_allowed(word),
                    "prefix_length": 0,
                    "min_word_length": SHORTEST,
                    "string_distance": "damerau_levenshtein",
                    "max_inspections": 20,
                    "size": MAX_ALIKE,
                },
            )
    return search


def read_similar(response: Response, words: Collection[str]) -> dict[str, dict[str, int]]:
    """Words that look like each of `words` that no document holds, with their frequencies."""
    held = response.aggregations["held"]["buckets"]
    suggested: dict[str, Any] = response.to_dict().get("suggest", {})
    found: dict[str, dict[str, int]] = {}
    for word in words:
        if held[word]["doc_count"] == 0:
            found[word] = {
                option["text"]: option["freq"]
                for entry in suggested.get(word, [])
                for option in entry["options"]
            }
    return found


# --- Related


def of_page(page_id: int) -> Search:
    """What a case is filed under."""
    search = Search().filter("term", unit=CASE).filter("term", page_id=page_id)
    return search.source([*ranking.ALIKE]).extra(size=1)


def related(alias: str, page_id: int, own: EngineHit, limit: int) -> Search:
    """Other cases with the telling words of one, and what it is filed under."""
    shared = [
        constant(Q("term", **{name: value}), weight)
        for name, weight in ranking.ALIKE.items()
        for value in getattr(own, name, ())
    ]
    words = Q(
        "more_like_this",
        fields=[*TEXT_FIELDS],
        like=[{"_index": alias, "_id": str(page_id)}],
        min_term_freq=1,
        min_doc_freq=1,
        max_query_terms=40,
        min_word_length=3,
        minimum_should_match=1,
    )
    alike = Q(
        "bool",
        filter=[Q("term", unit=CASE)],
        must_not=[Q("term", page_id=page_id)],
        should=[words, *shared],
        minimum_should_match=1,
    )
    return Search().query(alike).source(False).extra(size=limit, timeout=ENGINE_TIMEOUT)


# --- Highlights


def _highlighted(
    search: Search, meaning: Meaning, weights: Iterable[str], whole: str, excerpts: Sequence[str]
) -> Search:
    """Mark every searched word, wherever in the question it stands."""
    words = [*meaning.searched_words]
    if not words:
        return search
    names = [*weights]
    marked = Q(
        "bool",
        should=[
            Q("multi_match", query=" ".join(words), fields=names),
            *(begins(f"{name}.exact", start) for start in meaning.prefixes for name in names),
        ],
    )
    search = search.highlight_options(
        pre_tags=[MARK_START],
        post_tags=[MARK_END],
        require_field_match=False,
        highlight_query=marked.to_dict(),
    )
    search = search.highlight(whole, number_of_fragments=0)
    return search.highlight(*excerpts, fragment_size=EXCERPT_LENGTH, number_of_fragments=1)


def _whole(hit: EngineHit, name: str) -> str:
    found: Mapping[str, Any] = getattr(hit.meta, "highlight", {})
    return _without_article(found[name][0] if name in found else getattr(hit, name))


def _excerpt(hit: EngineHit, names: Sequence[str]) -> str:
    found: Mapping[str, Any] = getattr(hit.meta, "highlight", {})
    fragment = _without_article(next((found[name][0] for name in names if name in found), ""))
    if fragment and not fragment.rstrip().endswith((".", "!", "?", "»")):
        fragment += "…"
    return fragment


def _without_article(text: str) -> str:
    """Elasticsearch marks an elided article with its word; readers searched the word."""
    return MARKED_ARTICLE.sub(rf"\1{MARK_START}", text)
