"""Rich text as a sequence of blocks, and back.

Reads what `cms.sanitization` let through, and never fails on anything else. Cleans nothing: what is
written back passes that door again when it is stored.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape, unescape
from typing import NamedTuple

from cms.differences.blocks import (
    BREAK,
    CELL,
    CONTROLS,
    HEADINGS,
    IMAGES,
    Block,
    Mark,
    Span,
    Style,
    received,
    settle,
)

MAX_DEPTH = 8
"""Lists within lists; deeper ones are read as of that depth."""

# Without single quotes, that sanitized tags never use, no text makes these patterns slow.
TAG = re.compile(r'<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:[\s/](?:[^<>"]|"[^"]*")*)?)>')
ATTRIBUTE = re.compile(r'(?<![\w-])([\w-]+)="([^"]*)"')
# Python refuses to read such a number; none is a character.
LONG_REFERENCE = re.compile(r"&#\d{8,};?")

MARKS = {
    "a": "a", "abbr": "abbr", "q": "q", "cite": "cite", "b": "b", "strong": "b", "i": "i", "em": "i",
    "code": "code", "sub": "sub", "sup": "sup",
}  # fmt: skip
NESTING = tuple(dict.fromkeys(MARKS.values()))
ATTRIBUTES = {
    "a": ("href", "linktype", "id"),
    "abbr": ("title",),
    "img": ("src",),
    "embed": ("embedtype", "id", "format", "url"),
}
PARAGRAPHS = frozenset({"p", "div"})
LISTS = frozenset({"ul", "ol"})
ROWS = frozenset({"tr", "caption"})
HOLDERS = frozenset({"li", "blockquote"}) | ROWS
"""Blocks in which a paragraph is a line, not a block of its own."""
BREAKING = HEADINGS | PARAGRAPHS | LISTS | HOLDERS | {"table", "thead", "tbody"}
CELLS = frozenset({"td", "th"})
VOID = IMAGES | {"br", "hr"}
SILENT = frozenset({"script", "style"})


class _Place(NamedTuple):
    """Where words are being read: in which block, lists and marks."""

    tag: str = "p"
    lists: tuple[str, ...] = ()
    style: Style = ()
    is_silent: bool = False


class _Reader:
    """Follows tags, however they are nested, and cuts the words between them into blocks."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.pieces: list[Span] = []
        self.place = _Place()
        self.open: list[tuple[str, _Place]] = []
        self.counts: Counter[str] = Counter()

    def words(self, text: str) -> None:
        """Text between two tags."""
        span = Span(_read(text), self.place.style)
        if self.place.is_silent or (self.is_at_start and not span.text.strip()):
            return
        self.pieces.append(span)

    @property
    def is_at_start(self) -> bool:
        """Whether no word of the line was read yet."""
        return not self.pieces or self.pieces[-1].text in {BREAK, CELL}

    def start(self, tag: str, source: str) -> None:
        """An opening tag; `source` is what it says after its name."""
        attributes = _attributes(tag, source)
        if tag in VOID:
            self.void(tag, attributes, source)
            return
        if tag in CELLS and self.place.tag == "tr":
            self.pieces.append(Span(CELL, (Mark("th"),) if tag == "th" else ()))
        elif tag in BREAKING or tag in CELLS:
            self.cut(tag)
        self.open.append((tag, self.place))
        self.counts[tag] += 1
        self.place = _within(self.place, tag, attributes)

    def end(self, tag: str) -> None:
        """A closing tag; it also closes what was left open inside, and means nothing alone."""
        while self.counts[tag]:
            name, outer = self.open.pop()
            self.counts[name] -= 1
            if name in BREAKING:
                self.cut(name)
            self.place = outer
            if name == tag:
                return

    def cut(self, tag: str) -> None:
        """End the block being read, or only its line."""
        if tag not in PARAGRAPHS or self.place.tag not in HOLDERS:
            self.flush()
        elif not self.is_at_start:
            self.pieces.append(Span(BREAK))

    def void(self, tag: str, attributes: tuple[tuple[str, str], ...], source: str) -> None:
        """An element without content."""
        if self.place.is_silent:
            return
        if tag == "br":
            self.pieces.append(Span(BREAK, self.place.style))
            return
        self.flush()
        if tag == "hr":
            self.blocks.append(Block("hr"))
        elif attributes:
            alternative = dict(ATTRIBUTE.findall(source)).get("alt", "")
            spans = settle([Span(_read(alternative))])
            self.blocks.append(Block(tag, spans, attributes=attributes))

    def flush(self) -> None:
        """End the block being read; one without a word is none."""
        spans = settle(self.pieces)
        self.pieces = []
        if not spans:
            return
        tag, lists = self.place.tag, self.place.lists
        if tag == "tr" and spans[0].text != CELL:
            spans = (Span(CELL), *spans)
        self.blocks.append(Block(tag, spans, (lists or ("ul",)) if tag == "li" else ()))


def _unescaped(text: str) -> str:
    """Text whose character references are the characters."""
    return unescape(LONG_REFERENCE.sub("\N{REPLACEMENT CHARACTER}", text))


def _read(text: str) -> str:
    """Text as readers get it."""
    return received(_unescaped(text))


def _attributes(tag: str, source: str) -> tuple[tuple[str, str], ...]:
    """The attributes of a tag that mean something, always in the same order."""
    if tag not in ATTRIBUTES:
        return ()
    written = dict(ATTRIBUTE.findall(source))
    return tuple(
        (name, CONTROLS.sub("", _unescaped(written[name])))
        for name in ATTRIBUTES[tag]
        if name in written
    )


def _within(place: _Place, tag: str, attributes: tuple[tuple[str, str], ...]) -> _Place:
    """Where words stand inside `tag`, itself at `place`."""
    if tag in MARKS:
        mark = Mark(MARKS[tag], attributes)
        if mark.tag in ATTRIBUTES and not attributes:
            return place
        others = [other for other in place.style if other.tag != mark.tag]
        style = sorted([*others, mark], key=lambda each: NESTING.index(each.tag))
        return place._replace(style=tuple(style))
    if tag in LISTS:
        return place._replace(tag="li", lists=(*place.lists, tag)[:MAX_DEPTH])
    if tag in HEADINGS or tag in HOLDERS:
        return place._replace(tag=tag)
    if tag in PARAGRAPHS and place.tag not in HOLDERS:
        return place._replace(tag="p")
    return place._replace(is_silent=True) if tag in SILENT else place


def to_blocks(html: str) -> list[Block]:
    """The blocks of rich text, in order."""
    reader = _Reader()
    position = 0
    for found in TAG.finditer(html):
        if found.start() > position:
            reader.words(html[position : found.start()])
        position = found.end()
        slash, name, source = found.groups()
        if slash:
            reader.end(name.lower())
        else:
            reader.start(name.lower(), source)
    reader.words(html[position:])
    reader.flush()
    return reader.blocks


OPENINGS = {"ul": "<ul><li>", "ol": "<ol><li>", "table": "<table>"}
CLOSINGS = {"ul": "</li></ul>", "ol": "</li></ol>", "table": "</table>"}


def to_html(blocks: Sequence[Block]) -> str:
    """Rich text of these blocks, as Wagtail's editor writes it."""
    parts: list[str] = []
    inside: tuple[str, ...] = ()
    for block in blocks:
        chain = ("table",) if block.tag in ROWS else block.lists
        shared = 0 if block.tag == "caption" else _shared(inside, chain)
        parts += [CLOSINGS[tag] for tag in reversed(inside[shared:])]
        if block.tag == "li" and shared == len(chain):
            parts.append("</li><li>")
        parts += [OPENINGS[tag] for tag in chain[shared:]]
        parts.append(_written(block))
        inside = chain
    parts += [CLOSINGS[tag] for tag in reversed(inside)]
    return "".join(parts)


def _written(block: Block) -> str:
    """One block, without the list or table around it."""
    if block.tag == "hr":
        return "<hr/>"
    if block.tag in IMAGES:
        return f'<{block.tag} alt="{escape(block.text)}"{_written_attributes(block.attributes)}/>'
    if block.tag == "tr":
        return f"<tr>{''.join(_written_cells(block.spans))}</tr>"
    inner = _inline(block.spans)
    return inner if block.tag == "li" else f"<{block.tag}>{inner}</{block.tag}>"


def _written_cells(spans: tuple[Span, ...]) -> Iterable[str]:
    """The cells of a row."""
    starts = [index for index, span in enumerate(spans) if span.text == CELL]
    for start, end in zip(starts, [*starts[1:], len(spans)], strict=True):
        tag = "th" if spans[start].style else "td"
        yield f"<{tag}>{_inline(spans[start + 1 : end])}</{tag}>"


def _inline(spans: Sequence[Span]) -> str:
    """Text with its marks; one that several spans share is opened once."""
    parts: list[str] = []
    around: Style = ()
    for text, style in (*spans, Span("")):
        shared = _shared(around, style)
        parts += [f"</{mark.tag}>" for mark in reversed(around[shared:])]
        parts += [f"<{tag}{_written_attributes(names)}>" for tag, names in style[shared:]]
        parts.append(escape(text, quote=False).replace(BREAK, "<br/>"))
        around = style
    return "".join(parts)


def _written_attributes(attributes: tuple[tuple[str, str], ...]) -> str:
    """Attributes as a tag says them."""
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes)


def _shared(one: Sequence[object], other: Sequence[object]) -> int:
    """How many items two sequences begin with in common."""
    pairs = zip(one, other, strict=False)
    return next((rank for rank, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
