"""A page's version as named parts, each of a kind that says how it is read, aligned and rewritten."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from cms.differences.alignment import ALIKE, IDENTICAL_ONLY, SMALLEST_MOVE
from cms.differences.blocks import BREAK, IMAGES, WORD, Block, Span, received, settle
from cms.differences.markup import to_blocks, to_html


class Kind(StrEnum):
    """What a part holds: a line of plain text, rich text, labels, records, or an image."""

    LINE = "line"
    PROSE = "prose"
    CHOICE = "choice"
    ROWS = "rows"
    IMAGE = "image"


@dataclass(frozen=True)
class Record:
    """A source, a figure, a dated event: labelled texts, in the order in which they are read."""

    cells: tuple[tuple[str, str], ...]

    @cached_property
    def text(self) -> str:
        """All that it says."""
        return BREAK.join(text for _label, text in self.cells)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What it is recognized by when it has changed."""
        return tuple(WORD.findall(self.text.casefold())) or (self.text,)


class Image(NamedTuple):
    """A picture by its file's name or address, its alternative text and its caption."""

    source: str
    alternative: str = ""
    caption: str = ""


Item = Block | Record


@dataclass(frozen=True)
class Part:
    """One field of a version. `value` is what its kind asks for:

    a str for a line (plain text) and prose (HTML), a tuple of labels for a choice, a tuple of
    Record for rows, an Image or None for an image.
    """

    name: str
    label: str
    kind: Kind
    value: Any

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """What it is compared by."""
        return tuple(FORMS[self.kind].read(self.value))

    def rewritten(self, items: Sequence[Item]) -> "Part":
        """The same part made of these items; itself when they are its own."""
        if tuple(items) == self.items:
            return self
        return Part(self.name, self.label, self.kind, FORMS[self.kind].write(items))


class Form(NamedTuple):
    """How values of a kind are read as items and written back, and how their items are aligned."""

    read: Callable[[Any], Sequence[Item]]
    write: Callable[[Sequence[Any]], Any]
    alike: float = ALIKE
    smallest_move: int = SMALLEST_MOVE


def plain(text: str) -> tuple[Span, ...]:
    """Plain text as spans; its lines stay lines."""
    lines = text.splitlines()
    return settle(piece for line in lines for piece in (Span(received(line)), Span(BREAK)))


def cells_of(item: Item) -> list[tuple[str, tuple[Span, ...]]]:
    """What an item shows, by label; a block of text has one cell, without a label."""
    if isinstance(item, Record):
        return [(label, plain(text)) for label, text in item.cells]
    if item.tag in IMAGES:
        source = " ".join(value for _name, value in item.attributes)
        return [(_("Image"), plain(source)), (_("Texte de remplacement"), item.spans)]
    if item.tag == "hr":
        return [("", (Span("———"),))]
    return [("", item.spans)]


def _read_line(value: str) -> list[Item]:
    spans = plain(value or "")
    return [Block("p", spans)] if spans else []


def _read_choice(value: Sequence[str]) -> list[Item]:
    return [Block("li", plain(label), ("ul",)) for label in value or ()]


def _read_image(value: Image | None) -> list[Item]:
    if value is None:
        return []
    labels = _("Image"), _("Texte de remplacement"), _("Légende")
    return [Record(tuple(zip(labels, value, strict=True)))]


def _write_image(items: Sequence[Record]) -> Image | None:
    return Image(*(text for _label, text in items[0].cells)) if items else None


FORMS = {
    Kind.LINE: Form(_read_line, lambda items: BREAK.join(item.text for item in items), alike=0),
    Kind.PROSE: Form(lambda value: to_blocks(value or ""), to_html),
    Kind.CHOICE: Form(
        _read_choice,
        lambda items: tuple(item.text for item in items),
        alike=IDENTICAL_ONLY,
        smallest_move=0,
    ),
    Kind.ROWS: Form(lambda value: tuple(value or ()), tuple, smallest_move=1),
    Kind.IMAGE: Form(_read_image, _write_image, alike=0),
}
