"""Entering by the themes of a barometer: an edition's theme leads to the stable themes that cases carry.

Reads referentials and their weighted correspondences; must not know an engine, and never presents
what a barometer states, only the titles it gave to its themes.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from casestudies.models import ThemeCorrespondence
from search.facets import BY_PARAMETER
from search.meaning import Leaning
from search.memory import Memory

SEPARATOR = ":"


@dataclass(frozen=True)
class Target:
    """A stable theme, and how far the edition's theme is about it."""

    identifier: str
    label: str
    url: str
    weight: float

    @property
    def shown_weight(self) -> str:
        """ "0,5": no more decimals than there are."""
        return f"{self.weight:g}".replace(".", ",")


@dataclass(frozen=True)
class Entry:
    """One theme of an edition, by which a reader may enter the library."""

    key: str
    """Its name in the URL: the referential's, then its own."""
    label: str
    edition: str
    publisher: str
    source_url: str
    is_complete: bool
    """Whether all themes of its edition are known."""
    targets: tuple[Target, ...]
    """The closest first."""

    @property
    def leanings(self) -> tuple[Leaning, ...]:
        """What cases must be filed under, one at least, and how much each counts."""
        field = BY_PARAMETER["theme"].field
        return tuple(Leaning(field, target.identifier, target.weight) for target in self.targets)


def all_entries() -> tuple[Entry, ...]:
    """Every theme of every edition that leads somewhere, the latest edition first."""
    return MEMORY.value()


def find_entry(key: str) -> Entry | None:
    """The entry that an address names; None when no edition has it, or it leads nowhere."""
    referential, separator, theme = key.partition(SEPARATOR)
    if not separator:
        return None
    rows = _correspondences().filter(source__referential__slug=referential)
    return next(iter(_entries(rows.filter(source__identifier=theme))), None)


def by_edition(entries: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    """The entries of each edition, in their order."""
    editions: dict[str, list[Entry]] = {}
    for entry in entries:
        editions.setdefault(entry.edition, []).append(entry)
    return list(editions.items())


def _correspondences() -> QuerySet[ThemeCorrespondence]:
    """Those that lead from an edition to a stable theme; one of no weight says they have nothing in common."""
    rows = ThemeCorrespondence.objects.filter(
        source__referential__is_reference=False,
        target__referential__is_reference=True,
        weight__gt=0,
    )
    return rows.select_related("source__referential", "target").order_by(
        "-source__referential__edition",
        "source__referential__slug",
        "source__order",
        "source__pk",
        "-weight",
        "target__order",
    )


def _entries(rows: Iterable[ThemeCorrespondence]) -> tuple[Entry, ...]:
    targets: dict[str, list[Target]] = {}
    sources = {}
    for row in rows:
        key = f"{row.source.referential.slug}{SEPARATOR}{row.source.identifier}"
        sources[key] = row.source
        theme = row.target
        target = Target(theme.identifier, theme.label, theme.get_absolute_url(), float(row.weight))
        targets.setdefault(key, []).append(target)
    return tuple(
        Entry(
            key=key,
            label=source.label,
            edition=str(source.referential),
            publisher=source.referential.publisher,
            source_url=source.referential.source_url,
            is_complete=source.referential.is_complete,
            targets=tuple(targets[key]),
        )
        for key, source in sources.items()
    )


MEMORY = Memory("entries", read=lambda: _entries(_correspondences()), make=lambda read: read)
