"""Every value of one facet for one search: by initial letter, or those that a typed filter keeps.

Reads names from the database, must not know an engine by name.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from casestudies.models import Territory
from casestudies.reference.names import name_key
from search import labels
from search.analysis import fold
from search.facets import Facet, Order
from search.query import SearchQuery
from search.results import FacetValue

SHEET = 300
"""How many values one sheet of the list shows."""

OTHER_INITIAL = "#"


@dataclass(frozen=True)
class Section:
    """The values of one sheet that begin with one letter."""

    letter: str
    values: tuple[FacetValue, ...]

    @property
    def anchor(self) -> str:
        """Its name in the page's address."""
        return anchor(self.letter)


@dataclass(frozen=True)
class FacetList:
    """Names of all values, in alphabetical order, and what each counts."""

    facet: Facet
    names: tuple[tuple[str, str], ...]
    """Values with their names."""
    counted: Mapping[str, int]

    @property
    def sheet_count(self) -> int:
        """How many sheets there are, at least one."""
        return max(-(-len(self.names) // SHEET), 1)

    @property
    def letters(self) -> list[tuple[str, int, str]]:
        """Each initial letter, the sheet on which it first stands, and its anchor there."""
        first: dict[str, int] = {}
        for position, (_value, name) in enumerate(self.names):
            first.setdefault(initial(name), position // SHEET + 1)
        return [(letter, sheet, anchor(letter)) for letter, sheet in first.items()]

    def sections(self, query: SearchQuery, sheet: int) -> list[Section]:
        """One sheet, by initial letter."""
        shown = self.names[(sheet - 1) * SHEET : sheet * SHEET]
        return [
            Section(letter, tuple(self.value(query, value, name) for value, name in group))
            for letter, group in groupby(shown, key=lambda entry: initial(entry[1]))
        ]

    def most_frequent(self, query: SearchQuery, limit: int) -> list[FacetValue]:
        """The values that count the most."""
        first = sorted(self.names, key=lambda entry: -self.counted.get(entry[0], 0))[:limit]
        return [self.value(query, value, name) for value, name in first]

    def value(self, query: SearchQuery, value: str, name: str) -> FacetValue:
        """A value with the address that chooses it or, when it is chosen, gives it up."""
        parameter = self.facet.parameter
        shown = labels.facet_value(query, self.facet, value, (name, None), self.counted)
        if shown.selected:
            return shown
        return replace(shown, url=labels.library_url(query.with_value(parameter, value)))


def facet_list(
    query: SearchQuery,
    facet: Facet,
    counted: Mapping[str, int],
    closed: Mapping[str, labels.Labels],
    asked: str = "",
) -> FacetList:
    """Every value of `facet` that exists, counts something or is chosen, and has all words `asked`."""
    names = names_of(query, facet, counted, closed, asked)
    ordered = sorted(names.items(), key=lambda entry: (fold(entry[1]), entry[0]))
    return FacetList(facet, tuple(ordered), counted)


def names_of(
    query: SearchQuery,
    facet: Facet,
    counted: Mapping[str, int],
    closed: Mapping[str, labels.Labels],
    asked: str,
) -> dict[str, str]:
    """The name of each value to list."""
    if facet.order is Order.VOCABULARY:
        named = closed[facet.parameter]
    else:
        values = {*counted, *query.chosen(facet.parameter)}
        if facet.hierarchical and asked:
            values = places_among(values, asked)
        named = labels.open_labels(facet.parameter, values)
    names = {value: label[0] for value, label in named.items()}
    if not asked or facet.hierarchical:
        return names
    words = name_key(asked).split()
    return {value: name for value, name in names.items() if has_all(words, name)}


def has_all(words: Iterable[str], name: str) -> bool:
    """Whether a name holds every one of some folded words, be it inside another."""
    key = name_key(name)
    return all(word in key for word in words)


def places_among(codes: Collection[str], asked: str) -> set[str]:
    """The territories among `codes` whose name has all words of `asked`, whatever their number."""
    found = Territory.objects.order_by()
    for word in name_key(asked).split():
        found = found.filter(search_key__contains=word)
    named: Iterable[str] = found.values_list("code", flat=True)
    return {code for code in named if code in codes}


def initial(name: str) -> str:
    """The capital under which a name is listed."""
    first = fold(name[:1]).upper()[:1]
    return first if "A" <= first <= "Z" else OTHER_INITIAL


def anchor(letter: str) -> str:
    """The name of a letter's section in the page's address."""
    return letter.lower() if letter != OTHER_INITIAL else "autres"
