"""The words of a message: cleaned as they come in, shown with their links, quotes and mentions.

A message is plain text. Nothing in it is ever markup: each piece is escaped as it is shown. Knows no
model.
"""

import re
import unicodedata
from collections.abc import Collection
from itertools import groupby
from urllib.parse import urlsplit

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

OPENING_LIMIT = 80
_JOINERS = "\u200c\u200d"
"""Invisible, but scripts and emoji are written with them."""
_UNWRITTEN = {"Cc", "Cf", "Cs"}
"""Control, formatting (writing direction included) and surrogate signs."""
_PIECE = re.compile(
    r"(?<!\w)(?P<url>[Hh][Tt]{2}[Pp][Ss]?://[^\s<>\"`«»“”]+)"
    r"|(?<![\w@/.+-])@(?P<handle>[A-Za-z0-9_](?:[A-Za-z0-9_]|[.-](?=[A-Za-z0-9_]))*)"
)
_PARAGRAPHS = re.compile(r"\n{2,}")
_PAIRS = {")": "(", "]": "[", "}": "{"}


def clean_text(text: str) -> str:
    """`text` as it is kept: lines, words, and no sign that hides or reverses others."""
    lined = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    kept = "".join(
        sign
        for sign in lined.replace("\u2029", "\n\n").replace("\t", " ")
        if sign == "\n" or sign in _JOINERS or unicodedata.category(sign) not in _UNWRITTEN
    )
    return _PARAGRAPHS.sub("\n\n", kept).strip()


def clean_line(text: str) -> str:
    """The same on one line."""
    return " ".join(clean_text(text).split())


def first_words(body: str) -> str:
    """What a message begins with, apart from what it quotes: names a thread without title."""
    said = " ".join(" ".join(line for line in body.split("\n") if line[:1] != ">").split())
    if len(said) <= OPENING_LIMIT:
        return said
    return said[:OPENING_LIMIT].rsplit(" ", 1)[0].rstrip(" ,;:.(«") + "…"


def handles_in(body: str) -> list[str]:
    """The handles that a message calls, in order and once; those of quoted lines were called before."""
    said = "\n".join(line for line in body.split("\n") if line[:1] != ">")
    found = (match["handle"] for match in _PIECE.finditer(said) if match["handle"])
    return list(dict.fromkeys(handle.lower() for handle in found))


def render(body: str, handles: Collection[str] = ()) -> SafeString:
    """The HTML of a message; `handles` are those that it did call."""
    blocks = []
    for is_quoted, lines in groupby(body.split("\n"), key=lambda line: line[:1] == ">"):
        if is_quoted:
            text = "\n".join(line[1:].removeprefix(" ") for line in lines)
            blocks.append(format_html("<blockquote>{}</blockquote>", _paragraphs(text, handles)))
        else:
            blocks.append(_paragraphs("\n".join(lines), handles))
    return format_html_join("\n", "{}", ((block,) for block in blocks if block))


def _paragraphs(text: str, handles: Collection[str]) -> SafeString:
    paragraphs = (part.strip("\n") for part in _PARAGRAPHS.split(text))
    return format_html_join(
        "\n", '<p dir="auto">{}</p>', ((_lines(part, handles),) for part in paragraphs if part)
    )


def _lines(paragraph: str, handles: Collection[str]) -> SafeString:
    *before, last = (_pieces(line, handles) for line in paragraph.split("\n"))
    return format_html("{}{}", format_html_join("", "{}<br>", ((line,) for line in before)), last)


def _pieces(line: str, handles: Collection[str]) -> SafeString:
    """The words of a line between its links and mentions, and these."""
    pieces: list[str] = []
    end = 0
    for match in _PIECE.finditer(line):
        shown = _link(match["url"]) if match["url"] else _mention(match["handle"], handles)
        pieces += [line[end : match.start()], shown]
        end = match.end()
    return format_html_join("", "{}", ((piece,) for piece in [*pieces, line[end:]]))


def _link(found: str) -> str:
    url = found
    while url[-1] in ".,;:!?…'’*_" or (
        url[-1] in _PAIRS and url.count(url[-1]) > url.count(_PAIRS[url[-1]])
    ):
        url = url[:-1]
    if not _leads_where_it_says(url):
        return found
    return format_html(
        '<a href="{}" rel="nofollow ugc noopener">{}</a>{}', url, url, found[len(url) :]
    )


def _leads_where_it_says(url: str) -> bool:
    """Whether an address has a host, and nothing before it that could be taken for one."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def _mention(handle: str, handles: Collection[str]) -> str:
    if handle.lower() not in handles:
        return f"@{handle}"
    return format_html('<span class="mention">@{}</span>', handle)
