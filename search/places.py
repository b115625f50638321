"""Recognizes territories among searched words: "éclairage Poitiers" asks for a subject and a place.

Reads the reference of territories; must not know an engine.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.core.cache import cache
from django.db.models import Max

from casestudies.enums import TerritoryKind
from casestudies.models import CaseTerritory, ReferenceLoad, Territory
from casestudies.reference.names import name_key, short_name
from search.analysis import is_stop_word
from search.lexicon import is_french
from search.meaning import Form, Place, Wording
from search.memory import FRESH_FOR
from search.synonyms import telling_words

MAX_NAME_WORDS = 8
MAX_CANDIDATES = 120
MAX_OTHERS = 3
KNOWN_POPULATION = 10_000
"""A commune of that many inhabitants is recognized however it is written."""
LARGE_POPULATION = 30_000
COMPARABLE = 3
STAMP = "search:names"
"""Where the cache keeps by what the names were read, for as long as it may be taken for true."""
ARTICLES = frozenset({"l", "la", "le", "les"})

ALIASES = {
    "grand lyon": "siren:200046977",
    "grand paris": "siren:200054781",
    "mel": "siren:200093201",
    "ondijon": "siren:242100410",
}
"""Names in everyday use that the official file does not have."""

_WORDS_TOO = """
ain aisne allier anglet angle ardennes aube bourg cannes centre cher creuse die eu eure gare ham indre
landes lens loire lot manche marche marne mer meuse nord oise orange orne port pont rue salon savoie
sens somme tours var vif ville vire vosges yonne
"""
WORDS_TOO = frozenset(_WORDS_TOO.split())
"""Names that are common words as well: a capital tells the place."""


@dataclass(frozen=True)
class FoundPlace:
    """A territory recognized among words."""

    start: int
    end: int
    """The words of the run that name it, `end` excluded."""
    territory: Territory
    others: tuple[Territory, ...] = ()
    """Other territories of the same name."""

    @property
    def place(self) -> Place:
        """What engines search."""
        meant = [self.territory, *filter(self._is_as_likely, self.others)]
        around = [container for place in meant for container in (place.epci, place.ept)]
        return Place(
            codes=tuple(place.code for place in meant),
            around=tuple(dict.fromkeys(place.code for place in around if place)),
            wordings=(naming(self.territory),),
        )

    def _is_as_likely(self, other: Territory) -> bool:
        """Two communes of one name and of comparable size: nothing tells which one was meant."""
        if not self.territory.kind == other.kind == TerritoryKind.COMMUNE:
            return False
        return (other.population or 0) * COMPARABLE >= (self.territory.population or 0)


def naming(territory: Territory) -> Wording:
    """How texts name a territory."""
    words = telling_words(short_name(territory.name))
    return Wording(words, Form.NEAR if len(words) > 1 else Form.TOGETHER)


def recognize(typed: Sequence[str]) -> list[FoundPlace]:
    """The territories that a run of words names, in order, the longest names first."""
    spans = _spans(typed)
    if not spans:
        return []
    named = _named({key for _start, _end, key in spans})
    found: list[FoundPlace] = []
    taken: set[int] = set()
    for start, end, key in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if taken.isdisjoint(range(start, end)):
            known = [t for t in named.get(key, ()) if _is_meant(t, typed[start:end])]
            if known:
                found.append(FoundPlace(start, end, known[0], tuple(known[1 : MAX_OTHERS + 1])))
                taken.update(range(start, end))
    return sorted(found, key=lambda place: place.start)


def _spans(typed: Sequence[str]) -> list[tuple[int, int, str]]:
    """Parts of the run that may be a name: they neither begin nor end with a word that tells nothing."""
    keys = [name_key(word) for word in typed]
    spans = []
    for start in range(len(keys)):
        for end in range(start + 1, min(start + MAX_NAME_WORDS, len(keys)) + 1):
            inner = keys[start:end]
            begins = not is_stop_word(inner[0]) or (inner[0] in ARTICLES and len(inner) > 1)
            if begins and not is_stop_word(inner[-1]) and len(" ".join(inner)) > 1:
                spans.append((start, end, name_key(" ".join(inner))))
    return spans[:MAX_CANDIDATES]


def _named(keys: Iterable[str]) -> dict[str, list[Territory]]:
    """Territories by the key that names them, those with cases and the largest first."""
    names = _names()
    keys = {key for key in keys if names.holds(key)}
    if not keys:
        return {}
    larger = {key: names.containers.get(key, ()) for key in keys}
    elided = {f"l {key}": key for key in keys}
    communes = Territory.objects.filter(search_key__in=[*keys, *elided], kind=TerritoryKind.COMMUNE)
    ids = {pk for found in larger.values() for pk in found}
    rows = [*communes.with_ancestors(), *Territory.objects.with_ancestors().filter(pk__in=ids)]
    told = set(
        CaseTerritory.objects.filter(territory__in=rows).values_list("territory_id", flat=True)
    )
    named: dict[str, list[Territory]] = {}
    for territory in sorted(rows, key=lambda t: _rank(t, told)):
        if territory.kind == TerritoryKind.COMMUNE:
            written = territory.search_key
            named.setdefault(elided.get(written, written), []).append(territory)
        for key, found in larger.items():
            if territory.pk in found:
                named.setdefault(key, []).append(territory)
    return named


def _rank(territory: Territory, told: set[int]) -> tuple[bool, bool, int]:
    """Small communes that nobody told of last, a town before the intercommunality named after it."""
    population = territory.population or 0
    is_commune = territory.kind == TerritoryKind.COMMUNE
    is_obscure = is_commune and population < KNOWN_POPULATION and territory.pk not in told
    return (
        is_obscure,
        territory.kind in {TerritoryKind.EPCI, TerritoryKind.EPT},
        -population,
    )


@dataclass(frozen=True)
class Names:
    """Every name of a territory."""

    containers: Mapping[str, Sequence[int]]
    """Those of territories larger than a commune, with the territories that go by each."""
    communes: frozenset[str]

    def holds(self, key: str) -> bool:
        """Whether any territory goes by this name."""
        return key in self.containers or key in self.communes or f"l {key}" in self.communes


def _names() -> Names:
    """The names of all territories; few enough to be kept in memory, where most words end.

    Read again after the reference was loaded, a territory added, or, by this process, changed.
    """
    stamp: str | None = cache.get(STAMP)
    if stamp is None:
        digests = ReferenceLoad.objects.order_by("name").values_list("digest", flat=True)
        last = Territory.objects.aggregate(last=Max("pk"))["last"]
        stamp = f"{''.join(digests)} {last}"
        cache.set(STAMP, stamp, FRESH_FOR)
    return _read_names(stamp)


def forget_names() -> None:
    """Read the names again at the next search."""
    cache.delete(STAMP)
    _read_names.cache_clear()


@lru_cache(maxsize=1)
def _read_names(_stamp: str) -> Names:
    found: dict[str, list[int]] = {}
    larger = Territory.objects.exclude(kind__in=(TerritoryKind.COMMUNE, TerritoryKind.COUNTRY))
    codes: dict[str, int] = {}
    for pk, code, name in larger.values_list("pk", "code", "name"):
        codes[code] = pk
        for key in {name_key(name), name_key(short_name(name))}:
            found.setdefault(key, []).append(pk)
    for alias, code in ALIASES.items():
        if code in codes:
            found.setdefault(alias, []).append(codes[code])
    communes = Territory.objects.filter(kind=TerritoryKind.COMMUNE).order_by()
    return Names(found, frozenset(communes.values_list("search_key", flat=True)))


def _is_meant(territory: Territory, typed: Sequence[str]) -> bool:
    """Whether words that happen to be a territory's name were meant for it."""
    words = [name_key(word) for word in typed]
    telling = [word for word in words if word not in ARTICLES and not is_stop_word(word)]
    if len(telling) > 1:
        return True
    word = telling[0]
    is_capital = any(part[:1].isupper() and not part.isupper() for part in typed)
    if word in WORDS_TOO:
        return is_capital
    population = territory.population or 0
    if territory.kind != TerritoryKind.COMMUNE:
        return True
    if len(words) > 1:
        return population >= LARGE_POPULATION or is_capital or not is_french(word)
    if population >= KNOWN_POPULATION:
        return True
    return is_capital and not is_french(word)
