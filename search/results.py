"""What a search found, as templates read it: no template ever sees an engine."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

from cms.typography import typeset
from search.query import MAX_PAGE, PAGE_SIZE

SHORT_LIST = 7

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


@dataclass(frozen=True)
class FacetResult:
    """One facet as the form shows it."""

    parameter: str
    label: str | Promise
    values: tuple[FacetValue, ...]
    open: bool

    @property
    def shown(self) -> tuple[FacetValue, ...]:
        """Those seen at once: all of a short list, else those that count something or are chosen."""
        if len(self.values) <= SHORT_LIST:
            return self.values
        telling = [value for value in self.values if value.count or value.selected]
        first = telling[: SHORT_LIST - 1]
        chosen_later = [value for value in telling[SHORT_LIST - 1 :] if value.selected]
        return tuple(first + chosen_later) or self.values[: SHORT_LIST - 1]

    @property
    def others(self) -> tuple[FacetValue, ...]:
        """Those that are unfolded on demand."""
        shown = {value.value for value in self.shown}
        return tuple(value for value in self.values if value.value not in shown)

    @property
    def selected(self) -> tuple[FacetValue, ...]:
        """The chosen values."""
        return tuple(value for value in self.values if value.selected)


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
