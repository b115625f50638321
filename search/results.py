"""What a search found, as templates read it: no template ever sees an engine."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

from cms.typography import typeset
from search.query import MAX_PAGE, PAGE_SIZE

SHORT_LIST = 7
"""Up to so many values are seen at once; of more, one less, and the others on demand."""

LONG_LIST = 10
"""Of more values than that, a list can be filtered."""

MARK_START, MARK_END = "\ue000", "\ue001"
"""Private-use characters around found words. Documents and queries are cleaned of them, so that a
text can be escaped first and marked afterwards."""

MARKED_ELISION = re.compile(rf"(?<=\w)'(?=[{MARK_START}{MARK_END}]\w)")
"""An apostrophe that typography would not see between letters, for a sentinel stands there."""


@dataclass(frozen=True)
class Hit:
    """One found page; both texts are escaped HTML in which found words are marked."""

    page_id: int
    title_html: SafeString
    excerpt_html: SafeString
    """Empty when the words were found elsewhere than in running text, or when there are none."""


@dataclass(frozen=True)
class PassageHit:
    """One found passage; both texts are escaped HTML in which found words are marked."""

    page_id: int
    unit: str
    anchor: str
    heading_html: SafeString
    excerpt_html: SafeString
    heading: str = ""
    """The same without marks."""


@dataclass(frozen=True)
class PassageResults:
    """Some passages of the units asked, and how many each unit has."""

    total: int
    hits: tuple[PassageHit, ...]
    counts: Mapping[str, int]


@dataclass(frozen=True)
class SuggestedTitle:
    """A title, or the heading of a passage, that has the words being typed."""

    page_id: int
    unit: str
    anchor: str
    title: str


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet as the form shows it."""

    value: str
    label: str
    count: int
    selected: bool
    url: str = ""
    """Where giving it up leads, when it is chosen."""
    source: object | None = field(default=None, compare=False)
    """The vocabulary's own object, for its sign or position."""
    short_label: str = ""
    """Its name among its neighbors, where that is shorter."""
    family: str | Promise = ""
    """The heading it is listed under."""
    children: tuple["FacetValue", ...] = ()
    """What it contains, in a facet whose values are nested."""
    unfolded_anyway: bool = False
    """Whether its children are seen at once even when nothing is chosen among them."""

    @property
    def name(self) -> str:
        """How it is listed among its neighbors."""
        return self.short_label or self.label

    @cached_property
    def shown(self) -> tuple["FacetValue", ...]:
        """Those of its children that are seen as soon as it is unfolded."""
        return first_values(self.children)

    @cached_property
    def others(self) -> tuple["FacetValue", ...]:
        """Those of its children that are unfolded on demand."""
        shown = {value.value for value in self.shown}
        return tuple(value for value in self.children if value.value not in shown)

    @cached_property
    def is_telling(self) -> bool:
        """Whether it counts something, or something is chosen in it."""
        return bool(self.count) or any(value.selected for value in self.walk())

    @cached_property
    def holds_a_choice(self) -> bool:
        """Whether one of those it contains is chosen."""
        return any(value.selected for child in self.children for value in child.walk())

    @property
    def unfolded(self) -> bool:
        """Whether its children are seen at once."""
        return self.unfolded_anyway or self.selected or self.holds_a_choice

    def walk(self) -> Iterator["FacetValue"]:
        """Itself, then all that it contains."""
        yield self
        for child in self.children:
            yield from child.walk()


def first_values(
    values: tuple[FacetValue, ...], most_frequent: bool = True
) -> tuple[FacetValue, ...]:
    """Those seen at once, in their order: all of a short list, else some, and those with a choice.

    Of a long list, the most frequent ones or else the first ones that count something.
    """
    if len(values) <= SHORT_LIST:
        return values
    telling = [value for value in values if value.is_telling] or values
    if most_frequent:
        telling = sorted(telling, key=lambda value: -value.count)
    seen = {value.value for value in telling[: SHORT_LIST - 1]}
    return tuple(
        value for value in values if value.value in seen or value.selected or value.holds_a_choice
    )


@dataclass(frozen=True)
class FacetResult:
    """One facet as the form shows it."""

    parameter: str
    label: str | Promise
    values: tuple[FacetValue, ...]
    open: bool
    total: int = 0
    """How many values there are, listed here or not; 0 when they were not counted."""
    list_url: str = ""
    """The page of all values, when those listed here are not all."""

    @cached_property
    def shown(self) -> tuple[FacetValue, ...]:
        """Those seen at once."""
        return first_values(self.values, most_frequent=not self.is_nested)

    @cached_property
    def others(self) -> tuple[FacetValue, ...]:
        """Those that are unfolded on demand."""
        shown = {value.value for value in self.shown}
        return tuple(value for value in self.values if value.value not in shown)

    @cached_property
    def everything(self) -> tuple[FacetValue, ...]:
        """All listed values, nested ones included."""
        return tuple(value for top in self.values for value in top.walk())

    @cached_property
    def selected(self) -> tuple[FacetValue, ...]:
        """The chosen values."""
        return tuple(value for value in self.everything if value.selected)

    @property
    def is_nested(self) -> bool:
        """Whether some values stand under others."""
        return any(value.children for value in self.values)

    @property
    def is_long(self) -> bool:
        """Whether a reader would rather look a value up than read them all."""
        return bool(self.list_url) or len(self.everything) > LONG_LIST


@dataclass(frozen=True)
class SearchResults:
    """One page of results, and the counts of every facet by parameter, then value."""

    total: int
    hits: tuple[Hit, ...]
    counts: Mapping[str, Mapping[str, int]]
    page: int = 1

    @property
    def page_count(self) -> int:
        """How many pages can be read; at least one, even of nothing."""
        return page_count(self.total)


def page_count(total: int) -> int:
    """How many pages `total` results fill, within what may be read."""
    return min(max(-(-total // PAGE_SIZE), 1), MAX_PAGE)


def mark(fragment: str) -> SafeString:
    """Set a fragment in French typography, escape it, then turn its sentinels into `<mark>`."""
    escaped = html.escape(typeset(MARKED_ELISION.sub("’", fragment)))
    # Safe: everything was escaped in the line above, and a sentinel can only become this element.
    return mark_safe(escaped.replace(MARK_START, "<mark>").replace(MARK_END, "</mark>"))  # noqa: S308
