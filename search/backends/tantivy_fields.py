"""What Tantivy stores: its fields, and a digest of their definitions."""

import hashlib
import json
from functools import cache

from tantivy import Schema, SchemaBuilder

from search import analysis
from search.facets import FACETS
from search.ranking import PASSAGE_FIELDS, TEXT_FIELDS

KEYWORDS = ("unit", "places", "participants")
NUMBERS = ("page_id", "order", "recent_key", "started", "quarters")


@cache
def schema() -> Schema:
    """Today's fields."""
    builder = SchemaBuilder()
    builder.add_unsigned_field("version", fast=True)
    builder.add_unsigned_field("content_hash", fast=True)
    for name in NUMBERS:
        builder.add_unsigned_field(name, indexed=True, fast=True, stored=name == "page_id")
    builder.add_text_field("anchor", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("title_sort", fast=True, tokenizer_name="raw", index_option="basic")
    for name in (*TEXT_FIELDS, *PASSAGE_FIELDS):
        builder.add_text_field(name, stored=True, tokenizer_name=analysis.STEMMED)
        builder.add_text_field(exact(name), tokenizer_name=analysis.EXACT)
    for name in (*KEYWORDS, *(facet.field for facet in FACETS)):
        builder.add_text_field(
            name, fast=True, stored=name == "unit", tokenizer_name="raw", index_option="basic"
        )
    return builder.build()


EXACT_FIELDS = tuple(f"{name}_exact" for name in (*TEXT_FIELDS, *PASSAGE_FIELDS))
"""Together they hold every word as it is written."""


def exact(name: str) -> str:
    """The field that holds the same words folded but not stemmed."""
    return f"{name}_exact"


@cache
def definitions_digest() -> str:
    """Changes whenever an index built yesterday cannot be read as one built today."""
    definitions = [
        [*TEXT_FIELDS, *PASSAGE_FIELDS],
        [facet.field for facet in FACETS],
        [*KEYWORDS, *NUMBERS],
        analysis.ARTICLES,
        analysis.STOP_WORDS,
        "words of 4",
    ]
    return hashlib.blake2b(json.dumps(definitions).encode(), digest_size=4).hexdigest()
