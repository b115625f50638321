"""What the bodies of pages hold, from their stored form: sections, words, attached documents.

Blocks are never turned into values: each picture and document would cost a query. Must not know
what becomes of the words.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text import get_text_for_indexing

from cms.blocks import DocumentBlock
from cms.headings import H2, anchor_of
from cms.sanitization import plain_text

DOCUMENT_LINK = re.compile(r'<a\b[^>]*\blinktype="document"[^>]*>')
IDENTIFIER = re.compile(r'\bid="(\d+)"')


@dataclass
class Section:
    """What stands under one second-level heading; before the first, both names are empty."""

    anchor: str = ""
    heading: str = ""
    texts: list[str] = field(default_factory=list)


def sections_of(body: blocks.StreamValue) -> list[Section]:
    """A body cut at its headings; two headings of one name have one anchor, hence one section."""
    found = {"": Section()}
    current = found[""]
    for block, raw in parts_of(body.stream_block, body.raw_data):
        if not isinstance(block, blocks.RichTextBlock):
            current.texts += texts_of(block, raw)
            continue
        before, *cut = H2.split(str(raw or ""))
        current.texts.append(plain(before))
        for heading, html in zip(cut[::2], cut[1::2], strict=True):
            text = plain_text(heading)
            anchor = anchor_of(text)
            current = found.setdefault(anchor, Section(anchor, text))
            current.texts.append(plain(html))
    return list(found.values())


def texts_of(block: blocks.Block, raw: Any) -> Iterator[str]:
    """Every text in a block: what was written, neither addresses nor names of choices."""
    if isinstance(block, blocks.RichTextBlock):
        yield plain(str(raw or ""))
    elif isinstance(block, blocks.CharBlock | blocks.TextBlock):
        yield str(raw or "")
    else:
        for child, value in parts_of(block, raw):
            yield from texts_of(child, value)


def parts_of(block: blocks.Block, raw: Any) -> Iterator[tuple[blocks.Block, Any]]:
    """The blocks directly inside a block, each with its stored form; nothing for a single field."""
    if isinstance(block, blocks.BaseStreamBlock):
        for item in raw or ():
            if item["type"] in block.child_blocks:
                yield block.child_blocks[item["type"]], item["value"]
    elif isinstance(block, blocks.BaseStructBlock):
        for name, child in block.child_blocks.items():
            yield child, (raw or {}).get(name)
    elif isinstance(block, blocks.ListBlock):
        for item in raw or ():
            inside = isinstance(item, dict) and item.get("type") == "item" and "value" in item
            yield block.child_block, item["value"] if inside else item
    elif isinstance(block, TypedTableBlock):
        yield from _cells(block, raw or {})


def _cells(table: TypedTableBlock, raw: dict[str, Any]) -> Iterator[tuple[blocks.Block, Any]]:
    """Headings of a table, then its cells row by row."""
    columns = [column for column in raw.get("columns", ()) if column["type"] in table.child_blocks]
    for column in columns:
        yield blocks.CharBlock(), column.get("heading")
    for row in raw.get("rows", ()):
        for column, cell in zip(columns, row.get("values", ()), strict=False):
            yield table.child_blocks[column["type"]], cell


def documents_of(page: Page) -> dict[int, str]:
    """Ids of the documents that a page gives, in order, with what each is called there if anything."""
    found: dict[int, str] = {}
    for model_field in page._meta.get_fields():
        if isinstance(model_field, RichTextField):
            named: Iterable[tuple[int, str]] = _linked(getattr(page, model_field.attname))
        elif isinstance(model_field, StreamField):
            body = getattr(page, model_field.attname)
            named = _given(body.stream_block, body.raw_data)
        else:
            continue
        for pk, title in named:
            found[pk] = found.get(pk) or title
    return found


def _given(block: blocks.Block, raw: Any) -> Iterator[tuple[int, str]]:
    if isinstance(block, DocumentBlock):
        if raw and raw.get("document"):
            yield int(raw["document"]), str(raw.get("title") or "")
    elif isinstance(block, blocks.RichTextBlock):
        yield from _linked(raw)
    else:
        for child, value in parts_of(block, raw):
            yield from _given(child, value)


def _linked(html: Any) -> Iterator[tuple[int, str]]:
    """Documents that rich text links to."""
    for link in DOCUMENT_LINK.findall(str(html or "")):
        if identifier := IDENTIFIER.search(link):
            yield int(identifier.group(1)), ""


def plain(html: str) -> str:
    """The words of rich text."""
    return get_text_for_indexing(html) if html else ""
