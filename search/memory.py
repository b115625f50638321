"""What every process keeps in memory of slowly changing rows, and looks at again a little later.

So an edit needs no restart, and reading the same vocabularies and names for each page costs nothing.
Knows neither the rows nor what is made of them.
"""

import uuid
from collections.abc import Callable, Hashable, Iterable, Mapping
from hashlib import sha256
from typing import Any, Generic, TypeVar

from django.core.cache import cache

FRESH_FOR = 1
"""Seconds for which what another process wrote may be missed."""
NAMES_FRESH_FOR = 60
"""The same of names that are read by the hundred and change once in a year."""
MOST_NAMES = 10_000
"""Beyond that, a process forgets what it knew."""

Key = TypeVar("Key", bound=Hashable)
Named = TypeVar("Named")
Material = TypeVar("Material")
Made = TypeVar("Made")


class Remembered:
    """Something in the memory of a process, by the name of the token in the cache that vouches for it."""

    def __init__(self, name: str) -> None:
        self.key = f"search:{name}"

    def forget(self, **kwargs: Any) -> None:
        """Read again at the next use, in every process that shares the cache; a receiver of changes."""
        cache.delete(self.key)


class Memory(Remembered, Generic[Material, Made]):
    """One value per process, made of material that all processes share; replaced whole.

    A stamp of the material, its `repr`, lives in the cache for a second. A process whose own stamp
    differs, or that finds none, reads again: with a shared cache one process a second, else each.
    """

    def __init__(
        self, name: str, read: Callable[[], Material], make: Callable[[Material], Made]
    ) -> None:
        super().__init__(name)
        self.read = read
        self.make = make
        self._kept: tuple[str, Made] | None = None

    def value(self) -> Made:
        """The value now; the very same object for as long as nothing changed. Not to be modified."""
        kept = self._kept
        if kept is not None and cache.get(self.key) == kept[0]:
            return kept[1]
        material = self.read()
        stamp = sha256(repr(material).encode()).hexdigest()
        if kept is None or stamp != kept[0]:
            kept = self._kept = (stamp, self.make(material))
        cache.set(self.key, stamp, FRESH_FOR)
        return kept[1]


def current(key: str, seconds: int) -> str:
    """A token that all processes share, and that changes after `seconds`."""
    token: str | None = cache.get(key)
    if token is None:
        token = uuid.uuid4().hex
        cache.set(key, token, seconds)
    return token


class Kept(Remembered, Generic[Made]):
    """One value per process, read again after a while, for not everything tells that it changed.

    In the process rather than in the cache, which would unpack thousands of rows at each letter typed.
    """

    def __init__(self, name: str, seconds: int, read: Callable[[], Made]) -> None:
        super().__init__(name)
        self.seconds = seconds
        self.read = read
        self._kept: tuple[str, Made] | None = None

    def value(self) -> Made:
        """The value, at most `seconds` old. Not to be modified."""
        token = current(self.key, self.seconds)
        kept = self._kept
        if kept is None or kept[0] != token:
            kept = self._kept = (token, self.read())
        return kept[1]


class Names(Remembered, Generic[Key, Named]):
    """What was read of rows by their key, kept by each process for a minute; absent ones too.

    A page of the library asks two hundred names: from a cache outside the process, or packed in one
    inside it, they would take longer than the search.
    """

    def __init__(self, name: str, read: Callable[[list[Key]], Mapping[Key, Named]]) -> None:
        super().__init__(name)
        self.read = read
        self._minute = ""
        self._known: dict[Key, Named | None] = {}

    def of(self, keys: Iterable[Key]) -> dict[Key, Named]:
        """Those of `keys` that exist, with what was read of them; in the order of `keys`."""
        minute = current(self.key, NAMES_FRESH_FOR)
        if minute != self._minute or len(self._known) > MOST_NAMES:
            self._minute, self._known = minute, {}
        known, wanted = self._known, list(keys)
        if missing := [key for key in wanted if key not in known]:
            read = self.read(missing)
            known.update({key: read.get(key) for key in missing})
        found = ((key, known[key]) for key in wanted)
        return {key: named for key, named in found if named is not None}
