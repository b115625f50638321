"""Elasticsearch: one alias that searches read, over one index built by today's definitions.

Writes carry versions, so that an old reading never replaces a newer one; every item's answer is
read. Must not read the database.
"""

import json
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import urllib3
from elastic_transport import Urllib3HttpNode
from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError, helpers
from elasticsearch.dsl import Search
from elasticsearch.dsl.response import Response

from search import embedding
from search.backends import elasticsearch_query as asking
from search.backends.base import (
    Health,
    IndexingFailed,
    IndexOutdated,
    SearchBackend,
    SearchUnavailable,
)
from search.backends.elasticsearch_mapping import index_body, store
from search.documents import SearchDocument, page_of
from search.meaning import Meaning
from search.query import SearchQuery
from search.results import PassageResults, SearchResults, SuggestedTitle

CONNECT_TIMEOUT = 0.3
SEARCH_TIMEOUT = 1.5
WRITE_TIMEOUT = 30
BATCH = 500
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


class ElasticsearchBackend(SearchBackend):
    """Cases in an Elasticsearch cluster."""

    def __init__(
        self, url: str, prefix: str, api_key: str | None = None, ca_certs: str | None = None
    ) -> None:
        self.alias = f"{prefix}-cases"
        # The client refuses to be told of authorities for an address without TLS.
        trust: Any = {"ca_certs": ca_certs} if ca_certs and url.startswith("https:") else {}
        self.client = Elasticsearch(
            url,
            api_key=api_key,
            **trust,
            node_class=ImpatientNode,
            request_timeout=SEARCH_TIMEOUT,
            max_retries=0,
            retry_on_timeout=False,
        )
        self.writer = self.client.options(request_timeout=WRITE_TIMEOUT)

    # --- Reading

    def _ask(self, search: Search) -> Response:
        try:
            response = search.using(self.client).index(self.alias).execute()
        except ENGINE_ERRORS as error:
            raise SearchUnavailable(str(error)) from error
        # A part of the answer would be shown as the whole, with wrong counts.
        if response.timed_out or response._shards.failed:
            raise SearchUnavailable("partial answer")
        return response

    def _search(self, query: SearchQuery, meaning: Meaning) -> SearchResults:
        return asking.read_results(self._ask(asking.cases(query, meaning)), query)

    @property
    def holds_vectors(self) -> bool:  # type: ignore[override] # as the index is defined
        """Whether vectors are part of the index."""
        return embedding.is_on()

    def ranking(self, meaning: Meaning, limit: int) -> tuple[int, ...]:
        """The first cases that speak of `meaning`, best first."""
        response = self._ask(asking.ranked(meaning, limit))
        return tuple(page_of(hit.meta.id) for hit in response.hits)

    def nearest(self, vector: Sequence[float], limit: int) -> tuple[int, ...]:
        """The cases whose vectors are nearest, nearest first."""
        response = self._ask(asking.nearest(vector, limit))
        return tuple(page_of(hit.meta.id) for hit in response.hits)

    def find_passages(
        self, meaning: Meaning, units: Collection[str] = (), start: int = 0, limit: int = 10
    ) -> PassageResults:
        """Passages that speak of `meaning`, the best first."""
        response = self._ask(asking.passages(meaning, units, start, limit))
        return asking.read_passages(response, units)

    def suggest(self, words: Sequence[str], limit: int) -> tuple[SuggestedTitle, ...]:
        """Titles and headings with all of `words`, the last one unfinished."""
        if not words:
            return ()
        return asking.read_suggestions(self._ask(asking.suggestions(words, limit)))

    def similar_words(self, words: Collection[str]) -> Mapping[str, Mapping[str, int]]:
        """Words that look like those of `words` that nothing holds."""
        if not words:
            return {}
        return asking.read_similar(self._ask(asking.similar(words)), words)

    def related(self, page_id: int, limit: int) -> tuple[int, ...]:
        """Cases that resemble a case, best first."""
        own = self._ask(asking.of_page(page_id))
        if not own.hits:
            return ()
        response = self._ask(asking.related(self.alias, page_id, own.hits[0], limit))
        return tuple(page_of(hit.meta.id) for hit in response.hits)

    def documents_digest(self) -> dict[str, str]:
        """The content hash of every stored document, by key."""
        found: dict[str, str] = {}
        after: list[int] = []
        self.refresh()
        while True:
            search = (
                Search(using=self.writer, index=self.alias)
                .sort("page_id", "order")
                .source(False)
                .extra(docvalue_fields=["content_hash"], size=5000)
            )
            if after:
                search = search.extra(search_after=after)
            try:
                hits = search.execute().hits
            except ENGINE_ERRORS as error:
                raise SearchUnavailable(str(error)) from error
            if not hits:
                return found
            found.update((hit.meta.id, hit.content_hash[0]) for hit in hits)
            after = list(hits[-1].meta.sort)

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

    def index(self, documents: Sequence[SearchDocument]) -> Mapping[int, str]:
        """Make `documents` all that is held of their pages, unless a greater version is there."""
        self._check_current()
        versions = {document.page_id: document.version for document in documents}
        held = self._held(versions)
        # A version guards its own document; a passage that is new to the index has none to guard it.
        newer = {page_of(key) for key, known in held.items() if known > versions[page_of(key)]}
        fresh = [document for document in documents if document.page_id not in newer]
        failed = self._bulk(store(document, self.alias) for document in fresh)
        past = held.keys() - {document.key for document in fresh}
        failed.update(self._remove((key for key in past if page_of(key) not in newer), versions))
        return failed

    def delete(self, page_ids: Collection[int], version: int) -> Mapping[int, str]:
        """Remove all that is held of pages, unless a greater version is there."""
        self._check_current()
        versions = dict.fromkeys(page_ids, version)
        # Even of a page that is not held, so that an older reading of it that comes late is refused.
        return self._remove({*self._held(versions), *map(str, page_ids)}, versions)

    def _held(self, page_ids: Collection[int]) -> dict[str, int]:
        """What is held of pages: the version of each document, by key."""
        asked = {
            "query": {"terms": {"page_id": list(page_ids)}},
            "_source": False,
            "docvalue_fields": ["revision"],
        }
        try:
            self.writer.indices.refresh(index=self.alias)
            found = helpers.scan(self.writer, index=self.alias, query=asked, size=1000)
            return {hit["_id"]: hit["fields"]["revision"][0] for hit in found}
        except ENGINE_ERRORS as error:
            raise IndexingFailed(str(error)) from error

    def _remove(self, keys: Iterable[str], versions: Mapping[int, int]) -> dict[int, str]:
        """Remove documents, unless they are of a greater version."""
        return self._bulk(
            {
                "_op_type": "delete",
                "_index": self.alias,
                "_id": key,
                "version": versions[page_of(key)],
                "version_type": "external_gte",
            }
            for key in sorted(keys)
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
                    failed[page_of(item["_id"])] = json.dumps(item.get("error", item))[:500]
        except ENGINE_ERRORS as error:
            raise IndexingFailed(str(error)) from error
        return failed

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
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
