"""What a reader asked, read from a URL and written back to one. Never raises, whatever the URL holds.

Must not know an engine, nor read the database.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from urllib.parse import urlencode

from django.http import QueryDict

from search.analysis import visible_text
from search.facets import BY_PARAMETER, FACETS, MAX_VALUES_COUNTED
from search.meaning import Leaning

MAX_TEXT = 200
MAX_VALUE = 100
MAX_VALUES = 20
PAGE_SIZE = 20
MAX_PAGE = 500
"""Ten thousand results: beyond that an engine pays for every page before the one shown."""


class Sort(StrEnum):
    """The orders a reader may choose; the values are those of the URL."""

    RELEVANCE = "pertinence"
    RECENT = "recent"
    TITLE = "titre"


@dataclass(frozen=True)
class SearchQuery:
    """A search: text, chosen facet values, order and page."""

    text: str = ""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Chosen values by facet parameter; facets without a choice are absent."""
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    entry: str = ""
    """A theme of another edition through which the reader came in, as `edition:theme`."""
    leanings: tuple[Leaning, ...] = ()
    """The themes that `entry` leads to, once it has been recognized."""
    counted: int = MAX_VALUES_COUNTED
    """How many values of each facet are counted, the most frequent ones; none at 0."""
    ignored: tuple[str, ...] = ()
    """What the URL asked and could not be honored, as `parameter=value`."""

    @classmethod
    def from_querydict(cls, data: QueryDict) -> "SearchQuery":
        """Read what can be read; the rest is dropped, and reported in `ignored`."""
        ignored: list[str] = []
        typed = clean_text(data.get("q", ""))
        if len(typed) > MAX_TEXT:
            ignored.append(f"q={typed[MAX_TEXT : MAX_TEXT + 30]}…")
        values = {}
        for facet in FACETS:
            chosen = dict.fromkeys(clean_text(value) for value in data.getlist(facet.parameter))
            chosen.pop("", None)
            kept = [value for value in chosen if len(value) <= MAX_VALUE][:MAX_VALUES]
            dropped = [value for value in chosen if value not in kept]
            ignored += [f"{facet.parameter}={value[:30]}" for value in dropped[:MAX_VALUES]]
            if kept:
                values[facet.parameter] = tuple(kept)
        wanted = data.get("tri", Sort.RELEVANCE)
        sort = Sort(wanted) if wanted in list(Sort) else Sort.RELEVANCE
        page = read_page(data.get("page", "1"))
        entry = clean_text(data.get("entree", ""))[:MAX_VALUE]
        return cls(typed[:MAX_TEXT].strip(), values, sort, page, entry, ignored=tuple(ignored))

    @property
    def is_empty(self) -> bool:
        """Whether nothing narrows the library."""
        return not self.text and not self.values and not self.entry

    def chosen(self, parameter: str) -> tuple[str, ...]:
        """The values chosen in one facet."""
        return self.values.get(parameter, ())

    def with_value(self, parameter: str, value: str) -> "SearchQuery":
        """The same search, one value more, from its first page."""
        chosen = dict.fromkeys((*self.chosen(parameter), value))
        return replace(self, values={**self.values, parameter: tuple(chosen)}, page=1)

    def without_value(self, parameter: str, value: str) -> "SearchQuery":
        """The same search, one value less, from its first page."""
        kept = tuple(chosen for chosen in self.chosen(parameter) if chosen != value)
        values = {**self.values, parameter: kept}
        return replace(self, values={name: kept for name, kept in values.items() if kept}, page=1)

    def without_facets(self) -> "SearchQuery":
        """The same words, nothing chosen."""
        return replace(self, values={}, entry="", leanings=(), page=1)

    def without_entry(self) -> "SearchQuery":
        """The same search, not through another edition's theme."""
        return replace(self, entry="", leanings=(), page=1)

    def with_text(self, text: str) -> "SearchQuery":
        """The same choices, other words."""
        return replace(self, text=text, page=1)

    def renamed(self, parameter: str, names: Mapping[str, str]) -> "SearchQuery":
        """The same search, in which values of one facet go by other names."""
        chosen = dict.fromkeys(names.get(value, value) for value in self.chosen(parameter))
        return replace(self, values={**self.values, parameter: tuple(chosen)})

    def keeping(self, known: Mapping[str, Collection[str]]) -> "SearchQuery":
        """Drop, and report, the values that no vocabulary knows."""
        values = {}
        ignored = list(self.ignored)
        for parameter, chosen in self.values.items():
            kept = tuple(value for value in chosen if value in known[parameter])
            ignored += [f"{parameter}={value[:30]}" for value in chosen if value not in kept]
            if kept:
                values[parameter] = kept
        return replace(self, values=values, ignored=tuple(ignored))

    def to_querystring(self, **changes: object) -> str:
        """The URL's query of this search, or of this search with other `text`, `sort` or `page`."""
        query = replace(self, **changes) if changes else self  # type: ignore[arg-type]
        pairs: list[tuple[str, str]] = [("q", query.text)] if query.text else []
        for parameter in BY_PARAMETER:
            pairs += [(parameter, value) for value in query.chosen(parameter)]
        if query.entry:
            pairs.append(("entree", query.entry))
        if query.sort is not Sort.RELEVANCE:
            pairs.append(("tri", query.sort.value))
        if query.page > 1:
            pairs.append(("page", str(query.page)))
        return urlencode(pairs)


def clean_text(text: str) -> str:
    """What is left of typed text once cleaned; bounded before anything walks through it."""
    return visible_text(text[: MAX_TEXT * 5].replace("\x00", " "))


def read_page(text: str) -> int:
    """A page number between the first and the last possible; anything else is the first."""
    text = text.strip()
    if not text.isdecimal():
        return 1
    return MAX_PAGE if len(text) > 6 else min(max(int(text), 1), MAX_PAGE)
