"""Counts of searches: gathered in memory, then added to the database in one transaction.

Must not know a request.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from search.models import SearchCount

MAX_BUFFERED = 2000
MAX_QUERIES_A_WEEK = 20_000
"""What a flood of invented words may write at most; beyond, searches are counted without words."""
KEPT_WEEKS = 56
"""The present one included: 392 days, never more than thirteen months."""
NAMELESS = ""
"""The key of searches whose words are not kept."""

Place = tuple[date, str]
"""A week and a key."""


@dataclass
class Tally:
    """What is to be added to one row."""

    text: str = ""
    searches: int = 0
    empty: int = 0
    clicked: int = 0
    clicks: int = 0
    first_three: int = 0
    positions: int = 0

    def add(self, other: "Tally") -> None:
        """Add another tally; the last words searched win."""
        if other.searches or not self.text:
            self.text = other.text
        for name in NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))


NUMBERS = tuple(field.name for field in fields(Tally) if field.name != "text")


class Buffer:
    """Tallies that wait to be written. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tallies: dict[Place, Tally] = {}
        self._entries = 0

    def add(self, week: date, key: str, tally: Tally) -> int:
        """Add one search or click; returns how many wait."""
        with self._lock:
            self._merge((week, key), tally)
            self._entries += 1
            return self._entries

    def take(self) -> dict[Place, Tally]:
        """Everything that waits; nothing waits afterwards."""
        with self._lock:
            taken, self._tallies, self._entries = self._tallies, {}, 0
            return taken

    def put_back(self, tallies: Mapping[Place, Tally]) -> None:
        """Have what could not be written wait again."""
        with self._lock:
            for place, tally in tallies.items():
                self._merge(place, tally)

    def _merge(self, place: Place, tally: Tally) -> None:
        if place not in self._tallies and len(self._tallies) >= MAX_BUFFERED:
            place, tally = (place[0], NAMELESS), nameless(tally)
        self._tallies.setdefault(place, Tally()).add(tally)


def nameless(tally: Tally) -> Tally:
    """The same numbers without words."""
    return Tally(**{name: getattr(tally, name) for name in NUMBERS})


def write(tallies: Mapping[Place, Tally]) -> None:
    """Add `tallies` to the database, all or none; other processes may do the same at the same time."""
    with transaction.atomic():
        # In one order for all: two processes never wait for one another.
        rows = sorted(_bounded(tallies).items())
        SearchCount.objects.bulk_create(
            [SearchCount(week=week, key=key, text=tally.text) for (week, key), tally in rows],
            ignore_conflicts=True,
        )
        for (week, key), tally in rows:
            values = {name: F(name) + getattr(tally, name) for name in NUMBERS}
            words = {"text": tally.text} if tally.searches else {}
            SearchCount.objects.filter(week=week, key=key).update(**values, **words)


def _bounded(tallies: Mapping[Place, Tally]) -> dict[Place, Tally]:
    """`tallies`, in which new words are nameless once a week has too many."""
    bounded: dict[Place, Tally] = {}
    room = {week: _room(week, tallies) for week, _ in tallies}
    for (week, key), tally in sorted(tallies.items()):
        if room[week] is None or key in (room[week] or ()) or key == NAMELESS:
            bounded.setdefault((week, key), Tally()).add(tally)
        else:
            bounded.setdefault((week, NAMELESS), Tally()).add(nameless(tally))
    return bounded


def _room(week: date, tallies: Mapping[Place, Tally]) -> set[str] | None:
    """The keys of `tallies` that the week has room for; None when it has room for all."""
    keys = sorted(key for other, key in tallies if other == week)
    stored = SearchCount.objects.filter(week=week)
    free = MAX_QUERIES_A_WEEK - stored.count()
    if free >= len(keys):
        return None
    known = set(stored.filter(key__in=keys).values_list("key", flat=True))
    new = [key for key in keys if key not in known]
    return known.union(new[: max(free, 0)])


def this_week() -> date:
    """The Monday of the present week."""
    today = timezone.localdate()
    return today - timedelta(days=today.weekday())


def oldest_kept() -> date:
    """The Monday of the first week that is kept."""
    return this_week() - timedelta(weeks=KEPT_WEEKS - 1)


def purge() -> int:
    """Forget what is older than thirteen months; returns how many rows went."""
    return SearchCount.objects.filter(week__lt=oldest_kept()).delete()[0]
