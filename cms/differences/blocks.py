"""A text as a sequence of blocks, each in runs of one style: what a difference is told in."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

BREAK = "\n"
CELL = "\t"
"""What stands in a block's text for a line break, and where a cell of a table's row begins."""

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
IMAGES = frozenset({"img", "embed"})
CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")
UNEVEN_SPACES = re.compile(r"[^\S ]\s*| \s+")
NO_BREAK_SPACE = re.compile("[\u00a0\u202f]")
WORD = re.compile(r"\w+")
FILE_WEIGHT = 5
"""Words that an image's file counts for: enough to recognize it, and to see it move."""
ACCENTED = re.compile("\\w[\u0300-\u036f]+")
MAX_ACCENTS = 30
"""On one letter; ordering more of them takes the square of their number."""


class Mark(NamedTuple):
    """An inline element around words: bold, a link with its target."""

    tag: str
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def target(self) -> str:
        """Where a link leads: its address, or what Wagtail knows a page or file by."""
        named = dict(self.attributes)
        return named.get("href") or " ".join(filter(None, map(named.get, ("linktype", "id"))))


Style = tuple[Mark, ...]
"""The marks around words, outermost first, in the order of NESTING."""


class Span(NamedTuple):
    """A run of text in one style."""

    text: str
    style: Style = ()

    @property
    def target(self) -> str:
        """Where it leads when it is a link."""
        return next((mark.target for mark in self.style if mark.tag == "a"), "")

    @property
    def unseen(self) -> str:
        """What its words do not show: where it leads, else « what it stands for »."""
        titles = (dict(mark.attributes).get("title") for mark in self.style if mark.tag == "abbr")
        title = next(titles, None)
        return self.target or (f"« {title} »" if title else "")


@dataclass(frozen=True)
class Block:
    """A paragraph, heading, list item, quote, row of a table, image or rule.

    `lists` holds the lists that an item is in, outermost first. An image's text is its alternative.
    """

    tag: str
    spans: tuple[Span, ...] = ()
    lists: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    @cached_property
    def text(self) -> str:
        """Its text, whatever its style."""
        return "".join(span.text for span in self.spans)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What it is recognized by when it has changed; an image by its file too."""
        named = tuple(value for _name, value in self.attributes)
        return (named * FILE_WEIGHT + tuple(WORD.findall(self.text.casefold()))) or (
            self.text or self.tag,
        )


def received(text: str) -> str:
    """Text whose spaces are single and which holds no character that a page cannot show.

    Two spaces side by side are one to a browser; a no-break one is kept.
    """
    return UNEVEN_SPACES.sub(lambda found: _one_space(found.group()), CONTROLS.sub("", text))


def _one_space(spaces: str) -> str:
    """The space that a run of them amounts to."""
    kept = NO_BREAK_SPACE.search(spaces)
    return kept.group() if kept else " "


def _composed(found: re.Match[str]) -> str:
    """A letter and its accents, as one character where there is one."""
    text = found.group()
    return text if len(text) > MAX_ACCENTS else unicodedata.normalize("NFC", text)


def _gap(spaces: str) -> str:
    """What a run of spaces and line breaks between two words amounts to."""
    return BREAK * spaces.count(BREAK) or (_one_space(spaces) if spaces else "")


def settle(pieces: Iterable[Span]) -> tuple[Span, ...]:
    """The one way of writing `pieces`: no space at the ends, neighbors of one style joined.

    Spaces between two styles take the marks that both share, so that whether a space is bold, which
    nobody sees, is no difference. Accents join their letter.
    """
    texts: list[list[str]] = []
    styles: list[Style] = []
    gap = ""
    for text, style in pieces:
        if text == CELL:
            texts.append([CELL])
            styles.append(style)
            gap = ""
            continue
        core = text.strip()
        if not core:
            gap += text
            continue
        before = styles[-1] if texts and texts[-1] != [CELL] else None
        gap += text[: len(text) - len(text.lstrip())]
        gap = _gap(gap) if before is not None else ""
        if before == style:
            texts[-1] += [gap, core]
        else:
            shared = tuple(mark for mark in before or () if mark in style)
            if before == shared:
                texts[-1].append(gap)
            elif gap and shared != style:
                texts.append([gap])
                styles.append(shared)
            else:
                core = gap + core
            texts.append([core])
            styles.append(style)
        gap = text[len(text.rstrip()) :]
    return tuple(
        Span(ACCENTED.sub(_composed, "".join(parts)), style)
        for parts, style in zip(texts, styles, strict=True)
    )
