"""Long text as readers see it: cleaned, typeset, with definitions, source calls and references.

Works on the words between tags of already cleaned HTML; never adds a tag to an attribute, a link
or a heading.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape, unescape

from django.templatetags.static import static
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.rich_text import expand_db_html

from cms.definitions import Definition, definitions
from cms.sanitization import clean_for_display
from cms.typography import typeset

TOKEN = re.compile(r'(<(?:[^<>"]|"[^"]*")*>)')
TAG_NAME = re.compile(r"</?\s*([a-zA-Z0-9]+)")
CLOSED_TO_LINKS = frozenset({"a", "button", "h2", "h3", "h4", "sup", "code", "caption", "th"})
SOURCE_CALLS = re.compile(r"(?:[ \u00a0\u202f]*\[\d{1,3}\])+")
CALL_NUMBER = re.compile(r"\[(\d{1,3})\]")
DIVERGENCE = re.compile(r"<p>(\s*<(strong|b)>\s*Les sources divergent\b[^<]*</\2>.*?)</p>", re.S)
WORD_JOINER = "\N{WORD JOINER}"


@dataclass
class Reading:
    """What has already been said on the page being rendered: a term is defined only once."""

    source_count: int = 0
    defined: set[str] = field(default_factory=set)
    with_definitions: bool = True


def prose(html: str, reading: Reading | None = None) -> str:
    """HTML of a rich-text field made ready for a reader.

    `[3]` becomes a call to the third source when the page has one, glossary terms open their
    definition at their first occurrence, "REX-06" becomes a link, and a paragraph that opens with
    "Les sources divergent" is marked as such.
    """
    reading = reading or Reading(with_definitions=False)
    cleaned = clean_for_display(expand_db_html(html))
    cleaned = DIVERGENCE.sub(
        rf'<div class="diverge" role="note">{icon("fork")}<p>\1</p></div>', cleaned
    )
    references = list(known_references())
    open_tags: list[str] = []
    pieces: list[str] = []
    for token in TOKEN.split(cleaned):
        if token.startswith("<") and (name := TAG_NAME.match(token)):
            follow(open_tags, token, name.group(1).lower())
            pieces.append(token)
        elif token:
            linkable = not CLOSED_TO_LINKS.intersection(open_tags)
            pieces.append(text_node(unescape(token), reading, references, linkable))
    return "".join(pieces)


def icon(name: str) -> str:
    """A sign of the site's sprite; decorative, the words beside it say the same."""
    address = static("datacites/icons/sprite.svg") + "#" + name
    return (
        f'<svg class="icon" aria-hidden="true" focusable="false"><use href="{address}"></use></svg>'
    )


def follow(open_tags: list[str], token: str, name: str) -> None:
    """Keep the list of open tags in step with one more tag."""
    if token.startswith("</"):
        if name in open_tags:
            while open_tags.pop() != name:
                pass
    elif not token.endswith("/>") and name not in {"br", "hr", "img", "wbr"}:
        open_tags.append(name)


@dataclass(frozen=True)
class Reference:
    """A way of naming a page in running text, offered by a room through the `prose_reference` hook."""

    pattern: re.Pattern[str]
    address: Callable[[str], str | None]


def known_references() -> Iterable[Reference]:
    """References that the rooms above know how to resolve."""
    for hook in hooks.get_hooks("prose_reference"):
        yield hook()


def text_node(text: str, reading: Reading, references: list[Reference], linkable: bool) -> str:
    """One run of words as HTML, typeset as a whole: an apostrophe needs both of its neighbors."""
    text = typeset(text)
    parts: list[str] = []
    position = 0
    for call in SOURCE_CALLS.finditer(text):
        numbers = [int(n) for n in CALL_NUMBER.findall(call.group())]
        if not linkable or not all(1 <= n <= reading.source_count for n in numbers):
            continue
        parts.append(words(text[position : call.start()], reading, references, linkable))
        parts.append(source_calls(numbers))
        position = call.end()
    parts.append(words(text[position:], reading, references, linkable))
    return "".join(parts)


def source_calls(numbers: list[int]) -> str:
    """Superscript links to numbered sources, joined to the word before them."""
    spoken = f'<span class="visually-hidden">{escape(_("Source"))} </span>'
    links = " ".join(f'<a href="#source-{n}">{spoken}[{n}]</a>' for n in numbers)
    return f'{WORD_JOINER}<sup class="source-call">{links}</sup>'


def words(text: str, reading: Reading, references: list[Reference], linkable: bool) -> str:
    """Words with their references and definitions."""
    if not text:
        return ""
    if not linkable:
        return escape(text, quote=False)
    marks = [*reference_marks(text, references)]
    if reading.with_definitions:
        marks += definition_marks(text, reading)
    pieces: list[str] = []
    position = 0
    for start, end, html in sorted(marks):
        if start < position:
            continue
        pieces += [escape(text[position:start], quote=False), html]
        position = end
    pieces.append(escape(text[position:], quote=False))
    return "".join(pieces)


def reference_marks(text: str, references: list[Reference]) -> Iterable[tuple[int, int, str]]:
    """Where `text` names a page that exists."""
    for reference in references:
        for match in reference.pattern.finditer(text):
            if address := reference.address(match.group()):
                yield (
                    match.start(),
                    match.end(),
                    f'<a href="{escape(address)}">{escape(match.group())}</a>',
                )


def definition_marks(text: str, reading: Reading) -> list[tuple[int, int, str]]:
    """The first occurrence on the page of each glossary term found in `text`."""
    found = []
    for start, end, definition in definitions().occurrences(text):
        if definition.slug not in reading.defined:
            reading.defined.add(definition.slug)
            found.append((start, end, term(text[start:end], definition)))
    return found


def term(word: str, definition: Definition) -> str:
    """A word that opens its definition by click, touch or keyboard, without any script."""
    identifier = f"def-{definition.slug}"
    return (
        f'<button type="button" class="term" popovertarget="{identifier}">'
        f"{escape(word)}</button>"
        f'<span popover class="definition" id="{identifier}" role="note">'
        f'<strong class="definition-term">{escape(typeset(definition.term))}</strong>'
        f'<span class="definition-text">{escape(typeset(definition.text))}</span>'
        f'<a href="{escape(definition.address)}">{escape(_("Voir dans le glossaire"))}</a>'
        f'<button type="button" class="definition-close" popovertarget="{identifier}" '
        f'popovertargetaction="hide" aria-label="{escape(_("Fermer la définition"))}">{icon("cross")}</button></span>'
    )
