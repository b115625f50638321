"""Texts to compare: parts made in a line, rich text of any shape, and documents edited at random."""

from collections.abc import Iterable
from typing import NamedTuple

from hypothesis import strategies as st

from cms.differences import Kind, Part, Record

TAGS = [
    "p", "h2", "h3", "ul", "ol", "li", "blockquote", "b", "strong", "i", "em", "a", "abbr", "q", "code", "sub",
    "sup", "table", "tr", "td", "th", "caption", "div", "span", "br", "hr", "img", "embed", "script",
]  # fmt: skip
ATTRIBUTES = {
    "a": [' href="https://a.fr/?a=1&amp;b=2"', ' linktype="page" id="12"', ""],
    "abbr": [' title="d\'&quot;essai&quot;"', ""],
    "img": [' src="a.png" alt="Une &lt;carte&gt;"', ' src="b.png"', ""],
    "embed": [' embedtype="image" id="3" alt="Un plan" format="left"'],
}
TEXTS = [
    "le", "l'eau", "l’air", "Poitiers", "20 000", "3,5", "CO", "e", "\u0301", "é", "&#769;", ",", ".", "…",
    " ", "  ", "\u00a0", "\u202f", "\u2003", "\n", "\t", "\x00", "\x85", "\u2028", "\u202e", "&amp;lt;", "&nbsp;",
    "<", ">", '"', "&", "&#0;", "🇫🇷", "👨‍👩‍👧", "rendez-vous", "\u0338", "\ud800",
]  # fmt: skip


def opening(tag: str) -> st.SearchStrategy[str]:
    return st.sampled_from(ATTRIBUTES.get(tag, [""])).map(lambda rest: f"<{tag}{rest}>")


rich_text = st.lists(
    st.one_of(
        st.sampled_from(TAGS).flatmap(opening),
        st.sampled_from(TAGS).map(lambda tag: f"</{tag}>"),
        st.sampled_from(TEXTS),
        st.text(max_size=6),
    ),
    max_size=25,
).map("".join)
"""Tags in any order, closed or not, around words of any kind."""


def line(text: str) -> list[Part]:
    return [Part("title", "Titre", Kind.LINE, text)]


def prose(html: str) -> list[Part]:
    return [Part("body", "Texte", Kind.PROSE, html)]


def choice(*labels: str) -> list[Part]:
    return [Part("themes", "Thèmes", Kind.CHOICE, labels)]


def rows(*records: dict[str, str]) -> list[Part]:
    return [Part("sources", "Sources", Kind.ROWS, tuple(Record(tuple(r.items())) for r in records))]


def items(parts: Iterable[Part]) -> list[tuple[object, ...]]:
    return [part.items for part in parts]


class Paragraph(NamedTuple):
    tag: str
    words: tuple[str, ...]


class Edit(NamedTuple):
    act: str
    place: int
    other: int


Document = list[Paragraph]

words = st.sampled_from(["le", "la", "de", "ville", "données", "capteurs", "agents", "ouvre", "."])
paragraphs = st.builds(
    Paragraph,
    st.sampled_from(["p", "p", "h3", "li", "blockquote"]),
    st.lists(words, min_size=1, max_size=12).map(tuple),
)
documents = st.lists(paragraphs, max_size=7)
edits = st.lists(
    st.builds(
        Edit,
        st.sampled_from(["insert", "remove", "move", "write", "erase", "replace", "recast"]),
        st.integers(0, 99),
        st.integers(0, 99),
    ),
    max_size=4,
)


def edited(document: Document, changes: list[Edit], fresh: str) -> Document:
    """A document rewritten; each word that is new is met nowhere else and begins with `fresh`."""
    result = list(document)
    for rank, (act, wanted, other) in enumerate(changes):
        word = f"{fresh}{rank}"
        if act == "insert":
            result.insert(wanted % (len(result) + 1), Paragraph("p", (word, "est", "nouveau")))
            continue
        if not result:
            continue
        place = wanted % len(result)
        if act == "remove":
            del result[place]
        elif act == "move":
            result.insert(other % len(result), result.pop(place))
        else:
            result[place] = rewritten(result[place], act, other, word)
    return result


def rewritten(paragraph: Paragraph, act: str, other: int, word: str) -> Paragraph:
    """A paragraph in which one word changed, or that became a heading."""
    if act == "recast":
        return paragraph._replace(tag="h2")
    found = list(paragraph.words)
    place = other % len(found)
    if act == "write":
        found.insert(place, word)
    elif act == "replace" or len(found) == 1:
        found[place] = word
    else:
        del found[place]
    return paragraph._replace(words=tuple(found))


def html(document: Document) -> str:
    """The document as the editor writes it."""
    written = []
    for tag, found in document:
        text = " ".join(found)
        written.append(f"<ul><li>{text}</li></ul>" if tag == "li" else f"<{tag}>{text}</{tag}>")
    return "".join(written)
