"""Headings of a body, with the anchors that its contents list points to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify

from cms.sanitization import plain_text

H2 = re.compile(r"<h2>(.*?)</h2>", re.S)


@dataclass(frozen=True)
class Heading:
    """A second-level heading."""

    anchor: str
    text: str


def anchor_of(text: str) -> str:
    """The anchor of a heading; prefixed, so that no text can take an id of the page's own."""
    return f"s-{slugify(text)[:60]}"


def headings_of(body: Iterable[Any]) -> list[Heading]:
    """The second-level headings of a StreamField value, in order."""
    found = []
    for block in body:
        source = getattr(block.value, "source", None)
        if isinstance(source, str):
            for match in H2.finditer(source):
                text = plain_text(match.group(1))
                found.append(Heading(anchor_of(text), text))
    return found


def with_anchors(html: str) -> str:
    """Already cleaned `html` in which each second-level heading carries its anchor."""
    return H2.sub(lambda m: f'<h2 id="{anchor_of(plain_text(m.group(1)))}">{m.group(1)}</h2>', html)
