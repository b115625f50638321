"""What Elasticsearch stores: fields, analysis, and a document as a bulk action."""

import json
from functools import cache
from typing import Any

from elasticsearch.dsl import Mapping as DslMapping
from elasticsearch.dsl import field

from search import analysis, embedding
from search.documents import CaseDocument, SearchDocument, digest
from search.facets import FACETS
from search.ranking import PASSAGE_FIELDS, TEXT_FIELDS

KEYWORDS = ("content_hash", "title_sort", "unit", "anchor", "places", "participants")
NUMBERS = ("page_id", "order", "revision", "recent_key", "started", "quarters")


@cache
def mapping(with_vectors: bool) -> DslMapping:
    """Today's fields; anything else in a document is refused."""
    analyzers = analysis.elasticsearch_analyzers()
    stemmed, exact = analyzers[analysis.STEMMED], analyzers[analysis.EXACT]
    fields = DslMapping()
    for name in NUMBERS:
        fields.field(name, "long")
    for name in (*KEYWORDS, *(facet.field for facet in FACETS)):
        fields.field(name, "keyword")
    for name in (*TEXT_FIELDS, *PASSAGE_FIELDS):
        fields.field(
            name,
            "text",
            analyzer=stemmed,
            copy_to="words",
            fields={"exact": field.Text(analyzer=exact)},
        )
    # Every word once more, for spelling: neither positions nor lengths are of use there.
    fields.field("words", "text", analyzer=exact, index_options="docs", norms=False)
    if with_vectors:
        dimensions = embedding.DIMENSIONS
        fields.field("vector", "dense_vector", dims=dimensions, similarity="dot_product")
    fields.meta("dynamic", "strict")
    return fields


def index_body() -> dict[str, Any]:
    """Settings and mapping of an index, with their digest in the mapping's own notes."""
    return _index_body(embedding.is_on())


@cache
def _index_body(with_vectors: bool) -> dict[str, Any]:
    defined = mapping(with_vectors)
    mappings: dict[str, Any] = defined.to_dict()
    settings = {
        "number_of_shards": 1,
        "number_of_replicas": 0,
        "analysis": defined._collect_analysis(),
    }
    # Serialized first: definitions hold lazy values that a digest cannot see.
    definitions = digest(json.loads(json.dumps([mappings, settings], sort_keys=True)))
    return {"mappings": {**mappings, "_meta": {"definitions": definitions}}, "settings": settings}


def store(document: SearchDocument, index: str) -> dict[str, Any]:
    """A bulk action that stores a document."""
    action: dict[str, Any] = {
        "_op_type": "index",
        "_index": index,
        "_id": document.key,
        "version": document.version,
        "version_type": "external_gte",
        "page_id": document.page_id,
        "revision": document.version,
        "unit": document.unit,
        "content_hash": document.content_hash,
        **document.texts(),
    }
    if isinstance(document, CaseDocument):
        return action | _of_case(document)
    return action | {"order": document.order, "anchor": document.anchor}


def _of_case(case: CaseDocument) -> dict[str, Any]:
    keywords = {**case.facets, "places": case.places, "participants": case.participants}
    return {
        "order": 0,
        "recent_key": case.recent_key,
        "title_sort": case.title_sort,
        "quarters": case.quarters,
        "started": case.started,
        **{name: list(values) for name, values in keywords.items()},
        **({} if case.vector is None else {"vector": case.vector.tolist()}),
    }
