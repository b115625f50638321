"""Territories whose name is being typed: today's and former ones, by name, code or département.

Reads the database only; must not know an engine, nor addresses.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from casestudies.enums import TerritoryKind
from casestudies.models import CaseStudyPage, CaseTerritory, Territory, TerritoryFormerCode
from casestudies.reference.names import name_key
from cms.visibility import visible_to
from search.typed import Typed

CANDIDATES = 40
"""How many of the largest territories that match are compared; exact names always are."""
KEPT_SECONDS = 300
"""How long two lists are kept: territories with cases, which only move up, and former names."""

SCHEMES = ("dep", "insee", "siren")

_CODE = re.compile(r"(?:(insee|siren|dep|reg):)?([0-9]{2}[0-9]*|2[AB][0-9]{0,3})", re.I)
_DEPARTEMENT = re.compile(r"2[ab]|[0-9]{1,3}")

Row = tuple[int, str, int | None]
"""Primary key, name key and population of a territory."""


@dataclass(frozen=True)
class PlaceFound:
    """A territory, and the former name that led to it if it is not by its own."""

    territory: Territory
    former_name: str = ""
    is_exact: bool = False
    """Whether its whole name, or its code, was typed."""

    @property
    def name(self) -> str:
        """The name that was typed."""
        return self.former_name or self.territory.name

    @property
    def kind(self) -> Any:
        """ "Commune", "Communauté urbaine", "Région"…, or that it is no more."""
        return _("Ancienne commune") if self.former_name else self.territory.nature_label

    @property
    def detail(self) -> str:
        """The département that tells a commune from its homonyms, or what the place belongs to now."""
        place = self.territory
        above = place.region if place.kind == TerritoryKind.DEPARTEMENT else place.departement
        within = above.name if above else ""
        if not self.former_name:
            return within
        today = _("aujourd'hui %(name)s") % {"name": place.name}
        return f"{today}, {within}" if within else today


def places(typed: Typed, limit: int, *, inside: bool = False) -> list[PlaceFound]:
    """At most `limit` territories: the one named exactly, then large ones and those with cases.

    Former ones follow when there is room. With `inside`, words are looked for inside today's names.
    """
    if code := _CODE.fullmatch(typed.text.replace(" ", "")):
        return by_code(code, limit)
    key, told = typed.key, {row[0]: row for row in told_rows()}
    rows = best(named(typed, inside=inside), typed)
    rows |= {row[0]: row for row in typed.sift(told.values(), 1)}

    def rank(row: Row) -> tuple[bool, float, str, int]:
        """Ten times the inhabitants weigh one, cases one and a half, a name that begins so two."""
        pk, name, population = row
        begins = name.startswith(typed.words[0])
        weight = math.log10((population or 0) + 1) + 1.5 * (pk in told) + 2 * begins
        return name != key, -weight, name, pk

    chosen = [row[0] for row in sorted(rows.values(), key=rank)[:limit]]
    territories = shown().in_bulk(chosen)
    found = [
        PlaceFound(territories[pk], is_exact=rows[pk][1] == key)
        for pk in chosen
        if pk in territories
    ]
    return found if inside else found + formerly(typed, limit - len(found))


def shown() -> QuerySet[Territory]:
    """Territories with what tells homonyms apart."""
    return Territory.objects.select_related("departement", "region")


def named(typed: Typed, *, inside: bool = False) -> Q:
    """The first word is in the name; others too, or they say which département."""
    wanted = Q()
    for rank, word in enumerate(typed.words):
        one = Q()
        for reading in word:
            one |= in_name("search_key", reading, inside=inside)
            if rank:
                one |= in_name("departement__search_key", reading)
                if _DEPARTEMENT.fullmatch(reading):
                    one |= Q(departement__code__startswith=f"dep:{reading.upper()}")
        wanted &= one
    return wanted


def in_name(field: str, word: str, *, inside: bool = False) -> Q:
    """Whether a word of the name in `field` begins with `word`."""
    if inside:
        return Q(**{f"{field}__contains": word})
    return Q(**{f"{field}__startswith": word}) | Q(**{f"{field}__contains": f" {word}"})


def best(wanted: Q, typed: Typed) -> dict[int, Row]:
    """The largest territories among those `wanted`, and those that bear exactly the name typed."""
    exact = Case(
        When(search_key=typed.key, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    order = (exact, F("population").desc(nulls_last=True), "pk")
    rows = Territory.objects.filter(wanted).order_by(*order)
    return {row[0]: row for row in rows.values_list("pk", "search_key", "population")[:CANDIDATES]}


def by_code(code: re.Match[str], limit: int) -> list[PlaceFound]:
    """The territory of an official code, then those whose code begins so, large ones first."""
    scheme, number = code[1], code[2].upper()
    codes = [f"{one}:{number}" for one in ([scheme.lower()] if scheme else SCHEMES)]
    begun = Q()
    for one in codes:
        begun |= Q(code__startswith=one)
    whole = Case(When(code__in=codes, then=Value(0)), default=Value(1), output_field=IntegerField())
    territories = shown().filter(begun)
    ordered = territories.order_by(whole, F("population").desc(nulls_last=True), "pk")[:limit]
    found = [PlaceFound(one, is_exact=one.code in codes) for one in ordered]
    if found:
        return found
    former = TerritoryFormerCode.objects.filter(code__in=codes).values_list("name", "territory_id")
    return [PlaceFound(shown().get(pk=pk), name, True) for name, pk in former]


def formerly(typed: Typed, limit: int) -> list[PlaceFound]:
    """Today's territories of at most `limit` former communes whose name is typed."""
    if limit <= 0:
        return []
    key = typed.key
    rows = typed.sift(former_rows(), 1)
    rows.sort(key=lambda row: (row[1] != key, len(row[1]), row))
    territories = shown().in_bulk([pk for _name, _key, pk in rows[:limit]])
    return [
        PlaceFound(territories[pk], name, former == key)
        for name, former, pk in rows[:limit]
        if pk in territories
    ]


def former_rows() -> list[tuple[str, str, int]]:
    """Name, name key and today's territory of every former commune that has a name."""

    def read() -> list[tuple[str, str, int]]:
        named = TerritoryFormerCode.objects.exclude(name="")
        rows = named.values_list("name", "territory_id")
        return [(name, name_key(name), pk) for name, pk in rows]

    return kept("search:former-territories", read)


def told_rows() -> list[Row]:
    """The territories where cases that anyone may read took place."""

    def read() -> list[Row]:
        cases = visible_to(CaseStudyPage.objects.all()).values("pk")
        links = CaseTerritory.objects.filter(page_id__in=cases).values("territory_id")
        told = Territory.objects.filter(pk__in=links)
        return list(told.values_list("pk", "search_key", "population"))

    return kept("search:told-territories", read)


def kept(name: str, read: Callable[[], list[Any]], seconds: int = KEPT_SECONDS) -> list[Any]:
    """What `read` gives, kept for a while: a letter typed must not read it all again."""
    rows: list[Any] | None = cache.get(name)
    if rows is None:
        rows = read()
        cache.set(name, rows, seconds)
    return rows
