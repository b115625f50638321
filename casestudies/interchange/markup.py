"""The HTML of a case on its way in and out: cleaned by the wiki's one door, internal links made portable.

It must not clean by rules of its own.
"""

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

from django.conf import settings
from wagtail.rich_text import expand_db_html

from cms.sanitization import STORED, clean, plain_text

FOREIGN: Final = replace(
    STORED, name="foreign", attributes={"a": frozenset({"href"}), "abbr": frozenset({"title"})}
)
"""What an imported text may hold: page numbers of another site mean nothing here."""
EDITOR_ATTRIBUTES: Final = frozenset({"data-block-key"})
"""Marks that the editor leaves and that nobody misses."""
SOURCE_CALL: Final = re.compile(r"\[(\d{1,3})\]")
ROOTED_LINK: Final = re.compile(r'(<a\b[^>]*?\bhref=")(/[^"]*)(")')


class _Inventory(HTMLParser):
    """Counts the tags and attributes of a fragment."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and its attributes."""
        self.found[f"<{tag}>"] += 1
        for name, _value in attrs:
            if name not in EDITOR_ATTRIBUTES:
                self.found[f"<{tag} {name}>"] += 1

    def handle_comment(self, data: str) -> None:
        """Note a comment."""
        self.found["<!-- -->"] += 1

    def unknown_decl(self, data: str) -> None:
        """Note a declaration, such as those that Word leaves."""
        self.found["<! >"] += 1


def inventory(html: str) -> Counter[str]:
    """The tags and attributes of `html`, with how many times each stands in it."""
    parser = _Inventory()
    try:
        parser.feed(html)
        parser.close()
    except AssertionError:
        # The standard parser gives up on some broken declarations.
        parser.found["<! >"] += 1
    return parser.found


def cleaned(html: str) -> tuple[str, list[str]]:
    """`html` as it is kept, and what had to be taken out of it.

    Raises HtmlTooLong. Cleaning again what is returned changes nothing.
    """
    kept = html
    for _round in range(3):
        before, kept = kept, clean(kept, FOREIGN).strip()
        if kept == before:
            break
    removed = inventory(html) - inventory(kept)
    return kept, sorted(removed)


def has_words(html: str) -> bool:
    """Whether a reader would see anything."""
    return bool(plain_text(html).strip())


def source_calls(text: str) -> set[int]:
    """The numbers called in a text, HTML or not: {1, 3} for "ouvre en 2017 [1] [3]"."""
    return {int(number) for number in SOURCE_CALL.findall(text)}


def portable(html: str) -> str:
    """Stored HTML as it leaves the site: a link to a page of ours becomes a whole address."""
    if "linktype=" not in html:
        return html
    site = settings.SITE_URL
    expanded = ROOTED_LINK.sub(
        lambda match: f"{match.group(1)}{urljoin(site, match.group(2))}{match.group(3)}",
        expand_db_html(html),
    )
    return clean(expanded, FOREIGN)
