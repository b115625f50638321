"""How a search was understood, as its page says it: each guess with an address that undoes it.

Knows neither engine nor how guesses are made.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from casestudies.models import Territory
from search.labels import library_url, territory_label
from search.query import SearchQuery
from search.understanding import Correction, Understood, UnderstoodPlace

MAX_WIDER = 3
"""How many containing territories are tried, one search each, when nothing is found."""

Count = Callable[[SearchQuery], int]


@dataclass(frozen=True)
class Link:
    """Another search."""

    label: str
    url: str


@dataclass(frozen=True)
class CountedLink(Link):
    """Another search, and how many cases it finds."""

    count: int


@dataclass(frozen=True)
class Suggestion:
    """Words that were not searched but may have been meant."""

    text: str
    url: str


@dataclass(frozen=True)
class ShownPlace:
    """A territory read in the typed words."""

    label: str
    without_url: str
    """The same search without the words that name it."""
    literal_url: str
    """The same search with these words taken for words."""
    others: tuple[Link, ...]
    """Territories of the same name, each with the search it would give."""


@dataclass(frozen=True)
class Interpretation:
    """What `understood.html`, `corrections.html` and `ways_out.html` show, as `understood`."""

    places: tuple[ShownPlace, ...] = ()
    corrections: tuple[Correction, ...] = ()
    literal_url: str = ""
    """The search of misspelled words exactly as they were typed."""
    did_you_mean: Suggestion | None = None
    wider: tuple[CountedLink, ...] = ()
    """Where something is found around a place where nothing is."""


def interpretation(understood: Understood, wider: tuple[CountedLink, ...] = ()) -> Interpretation:
    """What the page says of how its search was understood."""
    query = understood.query
    proposal = understood.proposal
    return Interpretation(
        places=tuple(_shown(query, place) for place in understood.places),
        corrections=understood.corrections,
        literal_url=(
            library_url(query.with_text(understood.literal_text)) if understood.corrections else ""
        ),
        did_you_mean=(
            Suggestion(proposal, library_url(query.with_text(proposal))) if proposal else None
        ),
        wider=wider,
    )


def _shown(query: SearchQuery, place: UnderstoodPlace) -> ShownPlace:
    without = query.with_text(place.text_without)
    return ShownPlace(
        label=territory_label(place.territory),
        without_url=library_url(without),
        literal_url=library_url(query.with_text(place.text_literal)),
        others=tuple(_link(without, other) for other in place.others),
    )


def _link(without: SearchQuery, territory: Territory) -> Link:
    chosen = without.with_value("territoire", territory.code)
    return Link(territory_label(territory), library_url(chosen))


def wider(understood: Understood, count: Count) -> tuple[CountedLink, ...]:
    """The same search in what contains the place where it found nothing, the nearest first.

    The last, without a label, is everywhere.
    """
    found = []
    for territory, without in list(_containers(understood))[:MAX_WIDER]:
        if total := count(without.with_value("territoire", territory.code)):
            link = _link(without, territory)
            found.append(CountedLink(link.label, link.url, total))
    for place in understood.places[:1]:
        anywhere = understood.query.with_text(place.text_without)
        if place.text_without and (total := count(anywhere)):
            found.append(CountedLink("", library_url(anywhere), total))
    return tuple(found)


def _containers(understood: Understood) -> Iterator[tuple[Territory, SearchQuery]]:
    """What contains the place named in the text or, without one, the only territory chosen."""
    query = understood.query
    for place in understood.places[:1]:
        without = query.with_text(place.text_without)
        yield from ((above, without) for above in place.territory.ancestors())
    chosen = query.chosen("territoire")
    if not understood.places and len(chosen) == 1:
        without = query.without_value("territoire", chosen[0])
        for territory in Territory.objects.with_ancestors().filter(code=chosen[0]):
            yield from ((above, without) for above in territory.ancestors())
