"""Territories whose name is being typed: today's and former ones, by name, code or département.

Reads the database only; must not know an engine, nor addresses.
"""

import math
import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from casestudies.enums import TerritoryKind
from casestudies.models import CaseStudyPage, CaseTerritory, Territory, TerritoryFormerCode
from casestudies.reference.names import name_key
from cms.visibility import visible_to
from search.gazetteer import GAZETTEER, Row
from search.memory import Kept
from search.typed import Typed

CANDIDATES = 40
"""How many of the largest territories that match are compared; exact names always are."""
KEPT_SECONDS = 300
"""How long two lists are kept: territories with cases, which only move up, and former names."""

SCHEMES = ("dep", "insee", "siren")

_CODE = re.compile(r"(?:(insee|siren|dep|reg):)?([0-9]{2}[0-9]*|2[AB][0-9]{0,3})", re.I)


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
    key, told = typed.key, TOLD.value()
    rows = {row[0]: row for row in GAZETTEER.value().named(typed, CANDIDATES, inside=inside)}
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
    rows = typed.sift(FORMER.value(), 1)
    rows.sort(key=lambda row: (row[1] != key, len(row[1]), row))
    territories = shown().in_bulk([pk for _name, _key, pk in rows[:limit]])
    return [
        PlaceFound(territories[pk], name, former == key)
        for name, former, pk in rows[:limit]
        if pk in territories
    ]


def former_rows() -> list[tuple[str, str, int]]:
    """Name, name key and today's territory of every former commune that has a name."""
    rows = TerritoryFormerCode.objects.exclude(name="").values_list("name", "territory_id")
    return [(name, name_key(name), pk) for name, pk in rows]


def told_rows() -> dict[int, Row]:
    """The territories where cases that anyone may read took place, by primary key."""
    cases = visible_to(CaseStudyPage.objects.all()).values("pk")
    links = CaseTerritory.objects.filter(page_id__in=cases).values("territory_id")
    told = Territory.objects.filter(pk__in=links)
    return {row[0]: row for row in told.values_list("pk", "search_key", "population")}


FORMER = Kept("former-territories", KEPT_SECONDS, former_rows)
TOLD = Kept("told-territories", KEPT_SECONDS, told_rows)
