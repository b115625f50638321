"""The blocks of the demonstration's files as a body stores them.

Identifiers of blocks follow from their place, so that the same file always gives the same body.
"""

from collections.abc import Callable
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from cms.blocks.table import table_value
from cms.sanitization import clean

Block = dict[str, Any]


def body(slug: str, blocks: list[Block]) -> list[Block]:
    """The stored form of a whole body; `slug` tells this page's identifiers from another's."""
    return [
        {
            "type": block["type"],
            "value": VALUES[block["type"]](block["value"], f"{slug}/{rank}"),
            "id": identifier(f"{slug}/{rank}"),
        }
        for rank, block in enumerate(blocks)
    ]


def identifier(place: str) -> str:
    """A block's identifier, always the same for the same place."""
    return str(uuid5(NAMESPACE_URL, f"datacites:demo:{place}"))


def text(value: str, _place: str) -> str:
    """Running text."""
    return clean(value)


def callout(value: Block, _place: str) -> Block:
    """A boxed aside."""
    return {"tone": value["tone"], "title": value["title"], "text": clean(value["text"])}


def quote(value: Block, _place: str) -> Block:
    """Somebody's words."""
    return {
        "text": value["text"],
        "attribution": value["attribution"],
        "source_url": value.get("source_url") or "",
    }


def key_figure(value: Block, _place: str) -> Block:
    """A figure."""
    return {
        "value": value["value"],
        "label": value["label"],
        "nature": value["nature"],
        "source_label": value.get("source_label") or "",
        "source_url": value.get("source_url") or "",
    }


def table(value: Block, _place: str) -> Block:
    """A table."""
    return table_value(value["caption"], value["headers"], value["rows"], value.get("note") or "")


def links(value: Block, place: str) -> Block:
    """Addresses."""
    return {
        "title": value["title"],
        "links": [
            {
                "type": "item",
                "value": {
                    "label": link["label"],
                    "url": link["url"],
                    "description": link.get("description") or "",
                },
                "id": identifier(f"{place}/{rank}"),
            }
            for rank, link in enumerate(value["links"])
        ],
    }


VALUES: Final[dict[str, Callable[[Any, str], Any]]] = {
    "text": text,
    "callout": callout,
    "quote": quote,
    "key_figure": key_figure,
    "table": table,
    "links": links,
}
