"""What every process keeps in memory of slowly changing rows, and looks at again a second later.

So an edit needs no restart, and reading the same vocabularies for each page costs nothing. Knows
neither the rows nor what is made of them.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, Generic, TypeVar

from django.core.cache import cache

FRESH_FOR = 1
"""Seconds for which what another process wrote may be missed."""

Material = TypeVar("Material")
Made = TypeVar("Made")


class Memory(Generic[Material, Made]):
    """One value per process, made of material that all processes share; replaced whole.

    A stamp of the material, its `repr`, lives in the cache for a second. A process whose own stamp
    differs, or that finds none, reads again: with a shared cache one process a second, else each.
    """

    def __init__(
        self, name: str, read: Callable[[], Material], make: Callable[[Material], Made]
    ) -> None:
        self.key = f"search:{name}"
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

    def forget(self, **kwargs: Any) -> None:
        """Read again at the next use; a receiver of changes of the rows."""
        cache.delete(self.key)
