"""Elasticsearch used plainly: what anyone gets from its French analysis and one `multi_match`.

A point of comparison for `search_evaluate`, never what readers are served.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from elasticsearch import ApiError, ConnectionError, Elasticsearch, TransportError, helpers

from search.backends.base import SearchUnavailable
from search.documents import CaseDocument
from search.facets import BY_PARAMETER, FACETS
from search.query import PAGE_SIZE, SearchQuery
from search.ranking import TEXT_FIELDS

TIMEOUT = 30
ENGINE_ERRORS = (ApiError, TransportError)

PLAIN_FRENCH: dict[str, Any] = {
    "filter": {
        "plain_stop": {"type": "stop", "stopwords": "_french_"},
        "plain_stemmer": {"type": "stemmer", "language": "french"},
    },
    "analyzer": {
        "plain_french": {
            "type": "custom",
            "tokenizer": "standard",
            "filter": ["elision", "lowercase", "plain_stop", "plain_stemmer"],
        }
    },
}
"""The chain of the analyzer called `french`, part by part: the server published for integration
tests has the parts, not the whole, and Snowball's stemmer where the whole has a lighter one."""


class PlainElasticsearch:
    """An index of one's own, one `multi_match` on every text field alike."""

    def __init__(self, client: Elasticsearch, index: str) -> None:
        self.client = client
        self.index = index

    def fill(self, documents: Sequence[CaseDocument]) -> None:
        """Create the index and store every document."""
        fields: dict[str, Any] = {
            name: {"type": "text", "analyzer": "plain_french"} for name in TEXT_FIELDS
        }
        fields |= {facet.field: {"type": "keyword"} for facet in FACETS}
        self.client.indices.create(
            index=self.index,
            settings={"analysis": PLAIN_FRENCH, "number_of_shards": 1, "number_of_replicas": 0},
            mappings={"properties": fields},
        )
        actions = [
            {"_index": self.index, "_id": document.page_id, **document.texts(), **document.facets}
            for document in documents
        ]
        helpers.bulk(self.client, actions, refresh=True)

    def search(self, query: SearchQuery) -> tuple[list[int], int]:
        """The first pages found, and how many there are."""
        filters = [
            {"terms": {BY_PARAMETER[parameter].field: list(values)}}
            for parameter, values in query.values.items()
        ]
        matching = {"multi_match": {"query": query.text, "fields": list(TEXT_FIELDS)}}
        response = self.client.search(
            index=self.index,
            query={"bool": {"must": [matching], "filter": filters}},
            size=PAGE_SIZE,
            source=False,
            track_total_hits=True,
        )
        hits = response["hits"]
        return [int(hit["_id"]) for hit in hits["hits"]], hits["total"]["value"]


@contextmanager
def plain_elasticsearch(
    url: str, prefix: str, api_key: str | None, documents: Sequence[CaseDocument]
) -> Iterator[PlainElasticsearch]:
    """Such an index under `prefix`, which `remove_indices` removes. Raises `SearchUnavailable`."""
    with _connected(url, api_key) as client:
        plain = PlainElasticsearch(client, f"{prefix}-plain")
        try:
            plain.fill(documents)
            yield plain
        except ENGINE_ERRORS as error:
            raise SearchUnavailable(str(error)) from error


def remove_indices(url: str, prefix: str, api_key: str | None) -> None:
    """Delete every index whose name begins with `prefix`, if the server is there to do it."""
    with suppress(ConnectionError), _connected(url, api_key) as client:
        for index in client.indices.get(index=f"{prefix}-*"):
            client.indices.delete(index=index)


@contextmanager
def _connected(url: str, api_key: str | None) -> Iterator[Elasticsearch]:
    client = Elasticsearch(url, api_key=api_key, request_timeout=TIMEOUT, max_retries=0)
    try:
        yield client
    finally:
        client.close()
