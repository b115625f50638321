"""What Tantivy is asked: fields, queries, counts and highlights. Knows nothing of files."""

import hashlib
import json
from functools import cache

from tantivy import Document, Occur, Order, Query, Schema, SchemaBuilder, Searcher, SnippetGenerator

from search import analysis
from search.documents import EXCERPT_FIELDS, TEXT_FIELDS
from search.facets import FACETS, MAX_VALUES_COUNTED
from search.query import PAGE_SIZE, SearchQuery, Sort
from search.results import MARK_END, MARK_START, Hit, SearchResults, mark

EXACT_BONUS = 1.2
TIE_BREAKER = 0.2
EXCERPT_LENGTH = 230


@cache
def schema() -> Schema:
    """Today's fields."""
    builder = SchemaBuilder()
    builder.add_unsigned_field("page_id", indexed=True, fast=True)
    builder.add_unsigned_field("version", fast=True)
    builder.add_unsigned_field("content_hash", fast=True)
    builder.add_unsigned_field("recent_key", fast=True)
    builder.add_text_field("title_sort", fast=True, tokenizer_name="raw", index_option="basic")
    for name in TEXT_FIELDS:
        builder.add_text_field(name, stored=True, tokenizer_name=analysis.STEMMED)
        builder.add_text_field(f"{name}_exact", tokenizer_name=analysis.EXACT)
    for facet in FACETS:
        builder.add_text_field(facet.field, fast=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


@cache
def definitions_digest() -> str:
    """Changes whenever an index built yesterday cannot be read as one built today."""
    definitions = [
        [*TEXT_FIELDS],
        [facet.field for facet in FACETS],
        analysis.ARTICLES,
        analysis.STOP_WORDS,
        "fields of 1",
    ]
    return hashlib.blake2b(json.dumps(definitions).encode(), digest_size=4).hexdigest()


def answer(searcher: Searcher, fields: Schema, query: SearchQuery) -> SearchResults:
    """One page of results with its counts.

    `fields` are those of the index that is searched: it may have been built by yesterday's
    definitions, in which the same number stands for another field.
    """
    matching = _matching(fields, query)
    by_title = query.sort is Sort.TITLE
    found = searcher.search(
        _filtered(fields, matching, query),
        limit=PAGE_SIZE,
        offset=(query.page - 1) * PAGE_SIZE,
        order_by_field=None if query.by_score else "title_sort" if by_title else "recent_key",
        order=Order.Asc if by_title else Order.Desc,
    )
    addresses = [address for _, address in found.hits]
    page_ids = searcher.fast_field_values("page_id", addresses) if addresses else []
    excerpts = _Excerpts(searcher, fields, query)
    hits = tuple(
        excerpts.hit(int(page_id or 0), searcher.doc(address))
        for page_id, address in zip(page_ids, addresses, strict=True)
    )
    total: int = found.count  # type: ignore[attr-defined] # missing from the binding's stubs
    return SearchResults(total, hits, _counts(searcher, fields, matching, query), query.page)


def _matching(fields: Schema, query: SearchQuery) -> Query:
    """Documents that hold enough of the searched words."""
    if not query.text:
        return Query.all_query()
    words = [_word(fields, term) for term in query.terms]
    if not words:
        return Query.empty_query()
    required = analysis.required_terms(len(words))
    return Query.boolean_query([(Occur.Should, word) for word in words], required)


def _word(fields: Schema, term: str) -> Query:
    """One word, in any field: the best place counts, the others a little."""
    places = []
    for name, weight in TEXT_FIELDS.items():
        for field, boost, analyzer in (
            (name, weight, analysis.STEMMED),
            (f"{name}_exact", weight * EXACT_BONUS, analysis.EXACT),
        ):
            for token in analysis.tantivy_analyzers()[analyzer].analyze(term):
                places.append(Query.boost_query(Query.term_query(fields, field, token), boost))
    return Query.disjunction_max_query(places, TIE_BREAKER) if places else Query.empty_query()


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
    chosen = [facet for facet in FACETS if query.chosen(facet.parameter)]
    groups = [([facet], facet.parameter) for facet in chosen]
    groups.append(([facet for facet in FACETS if facet not in chosen], ""))
    for facets, left_out in groups:
        if not facets:
            continue
        wanted = {
            facet.parameter: {"terms": {"field": facet.field, "size": MAX_VALUES_COUNTED}}
            for facet in facets
        }
        answer = searcher.aggregate(_filtered(fields, matching, query, left_out), wanted)
        for facet in facets:
            buckets = answer[facet.parameter]["buckets"]
            counts[facet.parameter] = {bucket["key"]: bucket["doc_count"] for bucket in buckets}
    return counts


# --- Highlights


class _Excerpts:
    """Marks the searched words in what hits show."""

    def __init__(self, searcher: Searcher, fields: Schema, query: SearchQuery) -> None:
        self.analyzer = analysis.tantivy_analyzers()[analysis.STEMMED]
        self.stems = {stem for term in query.terms for stem in self.analyzer.analyze(term)}
        self.generators: dict[str, SnippetGenerator] = {}
        for field in EXCERPT_FIELDS if self.stems else ():
            words = [
                (Occur.Should, Query.term_query(fields, field, stem)) for stem in sorted(self.stems)
            ]
            generator = SnippetGenerator.create(searcher, Query.boolean_query(words), fields, field)
            generator.set_max_num_chars(EXCERPT_LENGTH)
            self.generators[field] = generator

    def hit(self, page_id: int, document: Document) -> Hit:
        """A result as it is shown."""
        title = document.get_first("title") or ""
        return Hit(page_id, mark(self._title(title)), mark(self._excerpt(document)))

    def _title(self, title: str) -> str:
        """The whole title: the engine's own fragments lose the signs at both ends."""
        pieces, position = [], 0
        for token in self.analyzer.pre_tokenize(title).tokens if self.stems else ():
            if token.text in self.stems:
                start, end = token.char_offset_from, token.char_offset_to
                pieces += [title[position:start], MARK_START, title[start:end], MARK_END]
                position = end
        return "".join([*pieces, title[position:]])

    def _excerpt(self, document: Document) -> str:
        for field, generator in self.generators.items():
            snippet = generator.snippet_from_doc(document)
            ranges = snippet.highlighted()
            if ranges:
                return _marked_fragment(
                    snippet.fragment(),
                    [(r.start, r.end) for r in ranges],
                    document.get_first(field) or "",
                )
        return ""


def _marked_fragment(fragment: str, ranges: list[tuple[int, int]], text: str) -> str:
    """A fragment with sentinels around `ranges`, which count bytes, and dots where text was cut."""
    raw = fragment.encode()
    pieces, position = [], 0
    for start, end in ranges:
        pieces += [raw[position:start].decode(), MARK_START, raw[start:end].decode(), MARK_END]
        position = end
    pieces.append(raw[position:].decode())
    before = "" if text.startswith(fragment) else "… "
    after = "" if text[text.find(fragment) + len(fragment) :].strip(" .!?»)") == "" else "…"
    return before + "".join(pieces) + after
