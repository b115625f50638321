"""Running text as plain text with a few marks (CommonMark), and back: for whoever has no script.

What the marks cannot say (tables, superscripts, abbreviations) is written without them; a change is
merged into the text it started from, so that whatever was not touched keeps all it had.
"""

import re
from collections.abc import Iterable

from markdown_it import MarkdownIt

from cms.differences import Kind, Part, apply
from cms.differences.blocks import BREAK, CELL, Block, Span
from cms.differences.markup import to_blocks
from cms.differences.markup import to_html as written
from cms.sanitization import HtmlTooLong, clean

SPECIAL = re.compile(r"([\\`*_\[\]<>&~|])")
AT_START = re.compile(r"^(#{1,6}|[-+=]+|\d{1,9}[.)])(?=\s|$)")
MAX_PLAIN = 100_000
"""Characters of plain text that are read; the reader takes a second for as many hostile ones."""
INDENT = "    "
_READER = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable(
    ["image", "code", "fence"]
)


def to_plain(html: str) -> str:
    """Running text with marks."""
    lines: list[str] = []
    inside: tuple[str, ...] = ()
    ranks: list[int] = []
    for block in to_blocks(html):
        if block.tag != "li":
            lines += ["", _prefixed(block)]
            inside, ranks = (), []
            continue
        if not ranks:
            lines.append("")
        # Marks know no item of a list within a list that has no item around it.
        depth = min(len(block.lists), len(ranks) + 1)
        goes_on = depth <= len(ranks) and block.lists == inside[: len(block.lists)]
        ranks = [*ranks[: depth - 1], ranks[depth - 1] + 1 if goes_on else 1]
        mark = f"{ranks[-1]}." if block.lists[-1] == "ol" else "-"
        lines.append(f"{INDENT * (depth - 1)}{mark} {_inline(block.spans, INDENT * depth)}")
        inside = block.lists
    return "\n".join(lines).strip("\n")


def to_html(text: str) -> str:
    """What a plain text with marks says; cleaned. Raises `HtmlTooLong`."""
    if len(text) > MAX_PLAIN:
        raise HtmlTooLong(f"{len(text)} characters of plain text, at most {MAX_PLAIN}")
    return written(to_blocks(clean(_READER.render(text))))


def rewritten(html: str, shown: str, received: str) -> str:
    """`html` with what was changed in its plain form: `shown` to a visitor, `received` from them.

    Raises `HtmlTooLong`.
    """
    if _lines(shown) == _lines(received):
        return html
    base, theirs = to_html(shown), to_html(received)
    return str(_merged(base, html, theirs))


def settled(html: str, received: str) -> str:
    """`html`, whenever `received` from an editor differs from it by nothing that readers see."""
    if to_blocks(html) == to_blocks(received):
        return html
    return received


def _merged(base: str, ours: str, theirs: str) -> str:
    one, other, third = ([Part("text", "", Kind.PROSE, each)] for each in (base, ours, theirs))
    merge = apply(one, other, third)
    if merge.conflicts or not merge.parts:
        return theirs
    value: str = merge.parts[0].value
    return value


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n")]


def _prefixed(block: Block) -> str:
    """A block that is no item of a list."""
    if block.tag == "hr":
        return "---"
    if block.tag in {"h2", "h3", "h4"}:
        return "#" * int(block.tag[1]) + " " + _inline(block.spans, " ").replace("\n", " ")
    if block.tag == "blockquote":
        return "> " + _inline(block.spans, "> ")
    return _inline(block.spans, "")


def _inline(spans: Iterable[Span], indent: str) -> str:
    listed = [span for span in spans if span.text != CELL]
    text = ""
    for span, following in zip(listed, [*listed[1:], Span("")], strict=True):
        text += _span(span, text[-1:], following.text[:1])
    text = AT_START.sub(lambda found: _escaped_start(found[1]), text)
    return text.replace(BREAK, f"\\\n{indent}")


def _escaped_start(mark: str) -> str:
    return mark[:-1] + "\\" + mark[-1] if mark[0].isdigit() else "\\" + mark


def _span(span: Span, before: str, after: str) -> str:
    """A run of text between its marks, which never enclose spaces at its ends.

    `before` and `after` are the characters around it. Emphasis that CommonMark would not read there
    is left out: what is not touched keeps it.
    """
    core = span.text.strip()
    if not core:
        return span.text
    leading = span.text[: len(span.text) - len(span.text.lstrip())]
    trailing = span.text[len(span.text.rstrip()) :]
    written = SPECIAL.sub(r"\\\1", core)
    tags = {mark.tag for mark in span.style}
    before = "[" if span.target else leading or before
    after = "]" if span.target else trailing or after
    if _may_touch(before, core[0]) and _may_touch(after, core[-1]):
        written = f"**{written}**" if "b" in tags else written
        written = f"*{written}*" if "i" in tags else written
    if span.target:
        written = f"[{written}](<{span.target.replace('>', '%3E').replace('<', '%3C')}>)"
    return leading + written + trailing


def _may_touch(outside: str, inside: str) -> bool:
    """Whether emphasis can begin or end between two characters."""
    if outside == "*":
        return False
    return inside.isalnum() or not outside[-1:].isalnum()
