"""The names of all territories, held so that those being typed are found in a millisecond.

One text with a line for each territory, the largest first: a word is looked for as any text is, and
the search ends with the first few that match. It takes two megabytes, where rows would take twenty.
Must not know an engine, nor what is shown of a territory.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby

from django.db.models import F

from casestudies.models import Territory
from search.memory import Kept
from search.typed import Typed

KEPT_SECONDS = 300
UNKNOWN = -1
"""The population that nobody told."""
DEPARTEMENT = re.compile(r"2[ab]|[0-9]{1,3}")

Row = tuple[int, str, int | None]
"""Primary key, name key and population of a territory."""


class Gazetteer:
    """Territories in their order, each with its name's key, population and département."""

    def __init__(self, rows: Iterable[tuple[int, str, int | None, int | None, str]]) -> None:
        """`rows`: primary key, name's key, population, primary key of the département, own code."""
        self._keys, self._populations = array("L"), array("q")
        self._departements = array("q")
        names: list[str] = []
        self._named_departements: dict[int, tuple[str, str]] = {}
        for pk, name, population, departement, code in rows:
            self._keys.append(pk)
            self._populations.append(UNKNOWN if population is None else population)
            self._departements.append(UNKNOWN if departement is None else departement)
            names.append(name)
            if code.startswith("dep:"):
                self._named_departements[pk] = f" {name}", code.removeprefix("dep:").lower()
        # Each word of a name follows a space, even the first.
        self._text = "".join(f" {name}\n" for name in names)
        self._starts = array("L", [0])
        for name in names:
            self._starts.append(self._starts[-1] + len(name) + 2)

    def named(self, typed: Typed, limit: int, *, inside: bool = False) -> list[Row]:
        """All that bear exactly the name typed, then the first `limit` of which it is the beginning.

        The first word is in the name; others too, or they say which département. With `inside`,
        words are looked for anywhere in names.
        """
        found = dict.fromkeys(self._bearing(typed.key))
        first, *others = typed.words
        numbers = (
            number
            for number in self._having(first, inside)
            if all(self._has(number, word, inside) for word in others)
        )
        for number, _again in zip(numbers, range(limit), strict=False):
            found[number] = None
        return [self._row(number) for number in found]

    def _bearing(self, key: str) -> Iterator[int]:
        """The lines of exactly this name."""
        return (
            number for number in self._lines(f" {key}\n") if len(self._name(number)) == len(key) + 1
        )

    def _having(self, word: tuple[str, ...], inside: bool) -> Iterator[int]:
        """The lines that have `word`, however it is read, each once and in order."""
        before = "" if inside else " "
        numbers = merge(*(self._lines(before + reading) for reading in word))
        return (number for number, _same in groupby(numbers))

    def _lines(self, part: str) -> Iterator[int]:
        """The lines that hold `part`, each once and in order."""
        position = self._text.find(part)
        while position >= 0:
            number = bisect_right(self._starts, position) - 1
            yield number
            position = self._text.find(part, self._starts[number + 1])

    def _has(self, number: int, word: tuple[str, ...], inside: bool) -> bool:
        """Whether a line has `word`, or is in the département that it names."""
        name = self._name(number)
        where, code = self._named_departements.get(self._departements[number], ("", ""))
        return any(
            (reading if inside else f" {reading}") in name
            or f" {reading}" in where
            or (bool(code) and bool(DEPARTEMENT.fullmatch(reading)) and code.startswith(reading))
            for reading in word
        )

    def _name(self, number: int) -> str:
        """The name of a line, after its space."""
        return self._text[self._starts[number] : self._starts[number + 1] - 1]

    def _row(self, number: int) -> Row:
        population = self._populations[number]
        known = None if population == UNKNOWN else population
        return self._keys[number], self._name(number)[1:], known


def _read() -> Gazetteer:
    ordered = Territory.objects.order_by(F("population").desc(nulls_last=True), "pk")
    columns = ("pk", "search_key", "population", "departement_id", "code")
    return Gazetteer(ordered.values_list(*columns).iterator())


GAZETTEER = Kept("gazetteer", KEPT_SECONDS, _read)
