"""The one door for contributed HTML: nh3 first, bleach second, both by the same allow-list.

nh3 parses as a browser does and is fast on hostile input; bleach (html5lib) is an independent parser
that only ever sees what nh3 let through and the length limit allows. Nothing else in the project
imports either. Text that never was HTML needs no cleaning: templates escape it.
"""

import hashlib
import re
from dataclasses import dataclass

import bleach
import nh3
from django.core.cache import cache

MAX_LENGTH = 200_000
"""Characters of HTML in one field; the slow parser is never given more."""

PROTOCOLS = frozenset({"http", "https", "mailto", "tel"})


SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")


@dataclass(frozen=True)
class Policy:
    """Which tags may stay and which attributes each of them may keep."""

    name: str
    tags: frozenset[str]
    attributes: dict[str, frozenset[str]]


TEXT_TAGS = frozenset(
    [
        "p",
        "br",
        "h2",
        "h3",
        "h4",
        "ul",
        "ol",
        "li",
        "strong",
        "b",
        "em",
        "i",
        "a",
        "blockquote",
        "sup",
        "sub",
        "q",
        "cite",
        "abbr",
        "code",
        "hr",
    ]
)
TABLE_TAGS = frozenset(["table", "caption", "thead", "tbody", "tr", "th", "td"])

STORED = Policy(
    name="stored",
    tags=TEXT_TAGS,
    attributes={"a": frozenset({"href", "linktype", "id"}), "abbr": frozenset({"title"})},
)
"""What a rich-text column may hold: Wagtail writes internal links as `<a linktype id>`."""

RENDERED = Policy(
    name="rendered",
    tags=TEXT_TAGS | TABLE_TAGS,
    attributes={
        "a": frozenset({"href"}),
        "abbr": frozenset({"title"}),
        "th": frozenset({"scope"}),
    },
)
"""What may reach a reader, once internal links have been resolved to addresses."""


class HtmlTooLong(ValueError):
    """The HTML of one field is longer than MAX_LENGTH characters."""


def clean(html: str, policy: Policy = STORED) -> str:
    """HTML in which only what `policy` allows is left; the words of what is removed are kept.

    Raises HtmlTooLong above MAX_LENGTH characters. Scripts and styles go with their content.
    """
    if not html:
        return ""
    if len(html) > MAX_LENGTH:
        raise HtmlTooLong(f"{len(html)} characters, at most {MAX_LENGTH}")
    once = _first(html, policy)
    twice = bleach.clean(
        once,
        tags=policy.tags,
        attributes={tag: sorted(names) for tag, names in policy.attributes.items()},
        protocols=PROTOCOLS,
        strip=True,
        strip_comments=True,
    )
    # Wagtail's editor reads its stored text as XHTML: an open <br> would swallow what follows.
    return str(twice).replace("<br>", "<br/>")


def _first(html: str, policy: Policy) -> str:
    """What the first parser lets through."""
    return nh3.clean(
        html,
        tags=set(policy.tags),
        # Without a word about "*", it would let `title` and `lang` through on any tag.
        attributes={"*": set(), **{tag: set(names) for tag, names in policy.attributes.items()}},
        attribute_filter=_kept,
        url_schemes=set(PROTOCOLS),
        link_rel=None,
        strip_comments=True,
    )


def _kept(tag: str, name: str, value: str) -> str | None:
    """An attribute's value, or None for one that could pass for something else.

    An `id` is a page's or a file's number: a word would name an object of the page's scripts. An
    address that is a forbidden scheme but for its blanks is none that anybody wrote.
    """
    if tag == "a" and name == "id" and not value.isdecimal():
        return None
    if name == "href":
        scheme = SCHEME.match("".join(value.split()))
        if scheme and scheme[1].lower() not in PROTOCOLS:
            return None
    return value


def clean_for_display(html: str) -> str:
    """HTML from any origin made fit for a reader's page.

    Cleaned by nh3 alone, whatever wrote the row, and remembered by content: pages are read far more
    often than they change. Longer texts than MAX_LENGTH are cleaned too, never refused.
    """
    if not html:
        return ""
    key = "clean:" + hashlib.sha256(f"{RENDERED.name}\x00{html}".encode()).hexdigest()
    cached = cache.get(key)
    if isinstance(cached, str):
        return cached
    cleaned = _first(html, RENDERED)
    cache.set(key, cleaned, 24 * 3600)
    return cleaned


def plain_text(html: str) -> str:
    """The words of an HTML fragment, blocks separated by a space, ready to be escaped or indexed."""
    spaced = html.replace("</p>", "</p> ").replace("</li>", "</li> ").replace("<br", " <br")
    spaced = spaced.replace("</h3>", "</h3> ").replace("</h4>", "</h4> ").replace("</td>", "</td> ")
    bare = nh3.clean(spaced, tags=set(), strip_comments=True)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&amp;", "&")):
        bare = bare.replace(entity, character)
    return " ".join(bare.split())
