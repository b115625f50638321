"""Finds the links to other sites in a page as it was published. Must not read the database.

A published version is plain data: rich text, blocks as JSON, rows of child tables. All of it is
walked alike, so that a new field or block needs nothing here.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import islice
from typing import Any
from urllib.parse import urlsplit, urlunsplit

MAX_URL = 2000
MAX_LINKS = 300
"""Of one page."""
MAX_TEXT = 400_000
"""Longer texts are not read."""
MAX_WORDS = 200
NAMES = ("title", "label", "text", "term")
"""What an address beside them is called by, in a row or a block."""


@dataclass(frozen=True)
class Found:
    """A link, the field that holds it, and its words."""

    url: str
    field: str
    words: str = ""


def links_in(content: Mapping[str, Any], own_host: str) -> list[Found]:
    """The links of a version that leave this site, each once, in the order of its fields."""
    seen: dict[str, Found] = {}
    for field, value in content.items():
        for url, words in islice(walk(value), MAX_LINKS):
            clean = normal(url)
            if clean and urlsplit(clean).hostname != own_host and len(seen) < MAX_LINKS:
                seen.setdefault(clean, Found(clean, field, words))
    return list(seen.values())


def walk(value: Any, words: str = "") -> Iterator[tuple[str, str]]:
    """(address, words) of each link in `value`, whatever it is made of."""
    if isinstance(value, Mapping):
        named = next((str(value[name]) for name in NAMES if value.get(name)), words)
        for inner in value.values():
            yield from walk(inner, named)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner, words)
    elif isinstance(value, str) and len(value) <= MAX_TEXT:
        yield from in_text(value, words)


def in_text(text: str, words: str) -> Iterator[tuple[str, str]]:
    """Links of a string: blocks as JSON, an address alone, or HTML."""
    if text.startswith(("[{", "[[", '["')):
        try:
            yield from walk(json.loads(text), words)
        except (ValueError, RecursionError):
            return
    elif text.lower().startswith(("http://", "https://")):
        yield text, words
    elif "<a " in text:
        yield from anchors(text)


def anchors(html: str) -> Iterable[tuple[str, str]]:
    """(address, words) of each anchor of cleaned HTML."""
    reader = AnchorReader()
    reader.feed(html)
    reader.close()
    return reader.found


class AnchorReader(HTMLParser):
    """Keeps the anchors that it meets."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.href = ""
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An anchor begins."""
        if tag == "a":
            self.href, self.words = dict(attrs).get("href") or "", []

    def handle_data(self, data: str) -> None:
        """Its words, if one is open."""
        if self.href:
            self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        """An anchor ends."""
        if tag == "a" and self.href:
            self.found.append((self.href, "".join(self.words)))
            self.href = ""


def normal(url: str) -> str:
    """The address as it is asked for, without its fragment; "" for what is no web address."""
    url = url.strip()
    if len(url) > MAX_URL or any(ord(c) < 33 for c in url):
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host or len(host) > 253:
        return ""
    return urlunsplit(parts._replace(netloc=parts.netloc.lower(), fragment=""))
