"""Elasticsearch: one alias that searches read, over one index built by today's definitions.

Writes carry versions, so that an old reading never replaces a newer one; every item's answer is
read. Must not read the database.
"""

import hashlib
import json
import re
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from http import HTTPStatus
from typing import Any

import urllib3
from elastic_transport import Urllib3HttpNode
from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError, helpers
from elasticsearch.dsl import Mapping as DslMapping
from elasticsearch.dsl import Q, Search, field
from elasticsearch.dsl.query import Query
from elasticsearch.dsl.response import Hit as EngineHit
from elasticsearch.dsl.response import Response

from search import analysis
from search.backends.base import (
    Health,
    IndexingFailed,
    IndexOutdated,
    SearchBackend,
    SearchUnavailable,
)
from search.documents import EXCERPT_FIELDS, TEXT_FIELDS, CaseDocument
from search.facets import FACETS, MAX_VALUES_COUNTED, Facet
from search.query import PAGE_SIZE, SearchQuery, Sort
from search.results import MARK_END, MARK_START, Hit, SearchResults, mark

CONNECT_TIMEOUT = 0.3
SEARCH_TIMEOUT = 1.5
WRITE_TIMEOUT = 30
ENGINE_TIMEOUT = "1s"
"""The engine gives up before its caller does."""
EXACT_BONUS = 1.2
TIE_BREAKER = 0.2
EXCERPT_LENGTH = 230
BATCH = 500
UNCHOSEN = "unchosen"
MARKED_ARTICLE = re.compile(f"{MARK_START}({analysis.ELIDED})")
ENGINE_ERRORS = (ApiError, TransportError)


class ImpatientNode(Urllib3HttpNode):
    """A connection that is given up early when nobody answers, however long answers may take."""

    def perform_request(self, *args: Any, **kwargs: Any) -> Any:
        """As the parent, with a limit of its own on connecting."""
        seconds = kwargs.get("request_timeout") or self.config.request_timeout
        if isinstance(seconds, int | float):
            connect = min(CONNECT_TIMEOUT, seconds)
            kwargs["request_timeout"] = urllib3.Timeout(connect=connect, read=seconds)
        return super().perform_request(*args, **kwargs)


@cache
def mapping() -> DslMapping:
    """Today's fields; anything else in a document is refused."""
    analyzers = analysis.elasticsearch_analyzers()
    stemmed, exact = analyzers[analysis.STEMMED], analyzers[analysis.EXACT]
    fields = DslMapping()
    fields.field("page_id", "long")
    fields.field("content_hash", "keyword")
    fields.field("recent_key", "long")
    fields.field("title_sort", "keyword")
    for name in TEXT_FIELDS:
        fields.field(name, "text", analyzer=stemmed, fields={"exact": field.Text(analyzer=exact)})
    for facet in FACETS:
        fields.field(facet.field, "keyword")
    fields.meta("dynamic", "strict")
    return fields


@cache
def index_body() -> dict[str, Any]:
    """Settings and mapping of an index, with their digest in the mapping's own notes."""
    mappings: dict[str, Any] = mapping().to_dict()
    settings = {
        "number_of_shards": 1,
        "number_of_replicas": 0,
        "analysis": mapping()._collect_analysis(),
    }
    canonical = json.dumps([mappings, settings], sort_keys=True)
    digest = hashlib.blake2b(canonical.encode(), digest_size=8).hexdigest()
    return {"mappings": {**mappings, "_meta": {"definitions": digest}}, "settings": settings}


class ElasticsearchBackend(SearchBackend):
    """Cases in an Elasticsearch cluster."""

    def __init__(self, url: str, prefix: str, api_key: str | None = None) -> None:
        self.alias = f"{prefix}-cases"
        self.client = Elasticsearch(
            url,
            api_key=api_key,
            node_class=ImpatientNode,
            request_timeout=SEARCH_TIMEOUT,
            max_retries=0,
            retry_on_timeout=False,
        )
        self.writer = self.client.options(request_timeout=WRITE_TIMEOUT)

    # --- Reading

    def _search(self, query: SearchQuery) -> SearchResults:
        search = build_search(query).using(self.client).index(self.alias)
        try:
            response = search.execute()
        except ENGINE_ERRORS as error:
            raise SearchUnavailable(str(error)) from error
        # A part of the answer would be shown as the whole, with wrong counts.
        if response.timed_out or response._shards.failed:
            raise SearchUnavailable("partial answer")
        return read_results(response, query)

    def documents_digest(self) -> dict[int, str]:
        """The content hash of every stored document, by page."""
        found: dict[int, str] = {}
        after = -1
        fields = ["page_id", "content_hash"]
        self.refresh()
        while True:
            search = (
                Search(using=self.writer, index=self.alias)
                .filter("range", page_id={"gt": after})
                .sort("page_id")
                .source(False)
                .extra(docvalue_fields=fields, size=5000)
            )
            try:
                hits = search.execute().hits
            except ENGINE_ERRORS as error:
                raise SearchUnavailable(str(error)) from error
            if not hits:
                return found
            found.update((hit.page_id[0], hit.content_hash[0]) for hit in hits)
            after = hits[-1].page_id[0]

    def is_current(self) -> bool:
        """Whether there is an index, built by today's definitions."""
        try:
            found = self.client.indices.get_mapping(index=self.alias)
        except NotFoundError:
            return False
        except ENGINE_ERRORS as error:
            raise IndexingFailed(str(error)) from error
        wanted = index_body()["mappings"]["_meta"]
        return [index["mappings"].get("_meta") for index in found.values()] == [wanted]

    def health(self) -> Health:
        """The engine's state; never raises."""
        try:
            documents = self.client.count(index=self.alias)["count"]
            return Health(available=True, current=self.is_current(), documents=documents)
        except (IndexingFailed, *ENGINE_ERRORS) as error:
            return Health(available=False, current=False, documents=0, detail=str(error))

    def refresh(self) -> None:
        """Make everything stored so far searchable now."""
        try:
            self.writer.indices.refresh(index=self.alias)
        except ENGINE_ERRORS as error:
            raise SearchUnavailable(str(error)) from error

    # --- Writing

    def index(self, documents: Sequence[CaseDocument]) -> Mapping[int, str]:
        """Store `documents`, unless a greater version is there."""
        self._check_current()
        return self._bulk(store(document, self.alias) for document in documents)

    def delete(self, page_ids: Collection[int], version: int) -> Mapping[int, str]:
        """Remove pages, unless a greater version is there."""
        self._check_current()
        return self._bulk(
            {
                "_op_type": "delete",
                "_index": self.alias,
                "_id": str(page_id),
                "version": version,
                "version_type": "external_gte",
            }
            for page_id in page_ids
        )

    def _check_current(self) -> None:
        if not self.is_current():
            raise IndexOutdated(f"no index of today's definitions behind {self.alias}")

    def _bulk(self, actions: Iterable[dict[str, Any]]) -> dict[int, str]:
        """Send `actions` and read what became of each."""
        failed: dict[int, str] = {}
        try:
            answers = helpers.streaming_bulk(
                self.writer, actions, chunk_size=BATCH, raise_on_error=False, max_retries=2
            )
            for done, answer in answers:
                item = next(iter(answer.values()))
                gone = item.get("result") == "not_found"
                newer_is_there = item["status"] == HTTPStatus.CONFLICT
                if not done and not gone and not newer_is_there:
                    failed[int(item["_id"])] = json.dumps(item.get("error", item))[:500]
        except ENGINE_ERRORS as error:
            raise IndexingFailed(str(error)) from error
        return failed

    def rebuild(self, documents: Iterable[CaseDocument]) -> int:
        """Fill a new index, then move the alias to it in one request."""
        name = f"{self.alias}-{time.time_ns():x}"
        indices = self.writer.indices
        count = 0

        def counted() -> Iterator[dict[str, Any]]:
            nonlocal count
            for document in documents:
                count += 1
                yield store(document, name)

        try:
            indices.create(index=name, **index_body())
            indices.put_settings(index=name, settings={"refresh_interval": "-1"})
            failed = self._bulk(counted())
            if failed:
                raise IndexingFailed(
                    f"{len(failed)} documents refused, first: {next(iter(failed.items()))}"
                )
            indices.put_settings(index=name, settings={"refresh_interval": None})
            indices.refresh(index=name)
            self._swap(name)
        except ENGINE_ERRORS as error:
            self._discard(name)
            raise IndexingFailed(str(error)) from error
        except BaseException:
            self._discard(name)
            raise
        return count

    def _swap(self, name: str) -> None:
        """Searches read the old index, then the new one, and at no time none or both."""
        indices = self.writer.indices
        found = indices.get(index=f"{self.alias}-*")
        actions: list[dict[str, Any]] = [
            {"remove": {"index": index, "alias": self.alias}}
            for index, body in found.items()
            if self.alias in body["aliases"]
        ]
        indices.update_aliases(actions=[*actions, {"add": {"index": name, "alias": self.alias}}])
        # An index younger than this one is another rebuild under way.
        old = [index for index in found if index < name]
        for index in old:
            self._discard(index)

    def _discard(self, name: str) -> None:
        try:
            self.writer.indices.delete(index=name, ignore_unavailable=True)
        except ENGINE_ERRORS:
            # Left over: the next rebuild sweeps it.
            return


def store(document: CaseDocument, index: str) -> dict[str, Any]:
    """A bulk action that stores a document."""
    return {
        "_op_type": "index",
        "_index": index,
        "_id": str(document.page_id),
        "version": document.version,
        "version_type": "external_gte",
        "page_id": document.page_id,
        "content_hash": document.content_hash,
        "recent_key": document.recent_key,
        "title_sort": document.title_sort,
        **document.texts(),
        **{name: list(values) for name, values in document.facets.items()},
    }


# --- Queries


def build_search(query: SearchQuery) -> Search:
    """What Elasticsearch is asked."""
    chosen = {
        facet.parameter: _filter(facet.field, query.chosen(facet.parameter)) for facet in FACETS
    }
    search = Search().query(_matching(query)).post_filter(_all(chosen))
    # Facets without a choice count the same documents: one filter serves them all.
    search.aggs.bucket(UNCHOSEN, "filter", filter=_all(chosen))
    for facet in FACETS:
        if chosen[facet.parameter] is not None:
            others = {name: kept for name, kept in chosen.items() if name != facet.parameter}
            search.aggs.bucket(facet.parameter, "filter", filter=_all(others))
        search.aggs[_group(facet, query)].bucket(
            facet.parameter, "terms", field=facet.field, size=MAX_VALUES_COUNTED
        )
    if query.by_score:
        search = search.sort("_score", "-recent_key")
    else:
        search = search.sort("title_sort" if query.sort is Sort.TITLE else "-recent_key")
    if query.terms:
        search = _highlighted(search)
    start = (query.page - 1) * PAGE_SIZE
    return search.source(["title"]).extra(
        track_total_hits=True, timeout=ENGINE_TIMEOUT, from_=start, size=PAGE_SIZE
    )


def _group(facet: Facet, query: SearchQuery) -> str:
    """The aggregation whose filter leaves out this facet's own choice."""
    return facet.parameter if query.chosen(facet.parameter) else UNCHOSEN


def _filter(name: str, values: Collection[str]) -> Query | None:
    return Q("terms", **{name: list(values)}) if values else None


def _all(filters: Mapping[str, Query | None]) -> Query:
    kept = [narrowed for narrowed in filters.values() if narrowed is not None]
    return Q("bool", filter=kept) if kept else Q("match_all")


def _matching(query: SearchQuery) -> Query:
    """Documents that hold enough of the searched words, each in its best field."""
    if not query.text:
        return Q("match_all")
    fields = []
    for name, weight in TEXT_FIELDS.items():
        fields += [f"{name}^{weight}", f"{name}.exact^{weight * EXACT_BONUS}"]
    words = [
        Q("multi_match", query=term, fields=fields, type="best_fields", tie_breaker=TIE_BREAKER)
        for term in query.terms
    ]
    if not words:
        return Q("match_none")
    return Q("bool", should=words, minimum_should_match=analysis.required_terms(len(words)))


def _highlighted(search: Search) -> Search:
    search = search.highlight_options(
        pre_tags=[MARK_START], post_tags=[MARK_END], require_field_match=False
    )
    search = search.highlight("title", number_of_fragments=0)
    return search.highlight(*EXCERPT_FIELDS, fragment_size=EXCERPT_LENGTH, number_of_fragments=1)


def read_results(response: Response, query: SearchQuery) -> SearchResults:
    """What Elasticsearch answered, without Elasticsearch."""
    counts = {
        facet.parameter: {
            bucket["key"]: bucket["doc_count"]
            for bucket in response.aggregations[_group(facet, query)][facet.parameter]["buckets"]
        }
        for facet in FACETS
    }
    hits = tuple(read_hit(hit) for hit in response.hits)
    total: int = response.hits.total.value  # type: ignore[attr-defined] # hits are a typed list with more
    return SearchResults(total, hits, counts, query.page)


def read_hit(hit: EngineHit) -> Hit:
    """One hit, its texts escaped and marked."""
    found: Mapping[str, Any] = getattr(hit.meta, "highlight", {})
    title = found["title"][0] if "title" in found else hit.title
    fragment = next((found[name][0] for name in EXCERPT_FIELDS if name in found), "")
    # Elasticsearch marks an elided article with its word; readers searched the word.
    title, fragment = (MARKED_ARTICLE.sub(rf"\1{MARK_START}", text) for text in (title, fragment))
    if fragment and not fragment.rstrip().endswith((".", "!", "?", "»")):
        fragment += "…"
    return Hit(int(hit.meta.id), mark(title), mark(fragment))
