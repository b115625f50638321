"""Territories of France and Geneva, with their codes, population and nesting."""

from collections.abc import Collection
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from casestudies.enums import PopulationBand, TerritoryKind

CODE_PATTERN = (
    r"(?:insee:[0-9AB]{5}|siren:\d{9}|dep:[0-9AB]{2,3}|reg:\d{2,3}|iso:[A-Z]{2}(?:-[A-Z0-9]{1,3})?)"
)

NATURES = {
    "CC": _("Communauté de communes"),
    "CA": _("Communauté d'agglomération"),
    "CU": _("Communauté urbaine"),
    "METRO": _("Métropole"),
    "MET69": _("Métropole à statut particulier"),
    "EPT": _("Établissement public territorial"),
}

CONTAINERS = ("epci", "ept", "departement", "region")
"""What leads from a territory to those that contain it."""


def nature_label(kind: str, nature: str) -> Any:
    """What a territory of that level and nature is called: "Commune", "Communauté urbaine"…"""
    return NATURES.get(nature) or TerritoryKind(kind).label


class TerritoryQuerySet(models.QuerySet["Territory"]):
    """Territories with what is shown of them."""

    def with_ancestors(self) -> "TerritoryQuerySet":
        """Joined with every territory that contains them, in the same query."""
        return self.select_related(*CONTAINERS)


class Territory(models.Model):
    """A place that governs itself, named by an official code.

    The code is `insee:86194` (commune), `siren:200069854` (EPCI, EPT), `dep:86`, `reg:75` or
    `iso:CH-GE`. The nearest container of each level is kept, so that a case of a commune is found
    under its EPCI, département and region.
    """

    code = models.CharField(_("code"), max_length=20, unique=True)
    kind = models.CharField(
        _("niveau"), max_length=12, choices=TerritoryKind.choices, db_index=True
    )
    name = models.CharField(_("nom"), max_length=150)
    search_key = models.CharField(
        _("nom sans accents"), max_length=150, db_index=True, editable=False
    )
    nature = models.CharField(_("nature"), max_length=6, blank=True)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    epci = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("intercommunalité"),
    )
    ept = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("établissement public territorial"),
    )
    departement = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("département"),
    )
    region = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("région"),
    )
    latitude = models.DecimalField(
        _("latitude"), max_digits=8, decimal_places=5, null=True, blank=True
    )
    longitude = models.DecimalField(
        _("longitude"), max_digits=8, decimal_places=5, null=True, blank=True
    )

    case_count: int
    """How many cases a reader finds there; set by listings, never stored."""

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("territoire")
        verbose_name_plural = _("territoires")
        ordering = ["search_key", "code"]

    def __str__(self) -> str:
        if self.kind == TerritoryKind.COMMUNE and self.departement_id:
            return f"{self.name} ({self.departement_number})"
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("casestudies:territory", args=[self.code])

    def ancestors(self) -> list["Territory"]:
        """The territories that contain it, nearest first."""
        containers = (self.ept, self.epci, self.departement, self.region)
        return [container for container in containers if container is not None]

    @property
    def shown_code(self) -> Any:
        """Its official code as people write it: "Code Insee 86194", "SIREN 200 069 854"."""
        scheme, _colon, code = self.code.partition(":")
        if scheme == "siren":
            return f"SIREN {code[:3]} {code[3:6]} {code[6:]}"
        if scheme == "iso":
            return f"ISO 3166 {code}"
        return _("Code Insee %(code)s") % {"code": code}

    @property
    def departement_number(self) -> str:
        """ "86", for telling homonyms apart."""
        return self.departement.code.partition(":")[2] if self.departement else ""

    @property
    def population_band(self) -> str:
        """The band of its population, or "" when that is unknown."""
        band = PopulationBand.of(self.population)
        return band.value if band else ""

    @property
    def nature_label(self) -> Any:
        """ "Commune", "Communauté urbaine", "Région"…"""
        return nature_label(self.kind, self.nature)


class TerritoryFormerCode(models.Model):
    """A code that was in use before a merger, leading to today's territory."""

    code = models.CharField(_("ancien code"), max_length=20, unique=True)
    name = models.CharField(_("ancien nom"), max_length=150, blank=True)
    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="former_codes")

    class Meta:
        verbose_name = _("ancien code")
        verbose_name_plural = _("anciens codes")

    def __str__(self) -> str:
        return f"{self.name} ({self.code})".strip()


class ReferenceLoad(models.Model):
    """Which reference file was loaded last, so that loading it again costs nothing."""

    name = models.CharField(max_length=60, unique=True)
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


def resolve_territory(code: str) -> Territory | None:
    """The territory that `code` names, today's or a former one."""
    return resolve_territories([code]).get(code)


def resolve_territories(codes: Collection[str]) -> dict[str, Territory]:
    """The territories of many codes, in two queries at most."""
    current = Territory.objects.with_ancestors().filter(code__in=codes)
    found = {territory.code: territory for territory in current}
    former = TerritoryFormerCode.objects.filter(code__in=set(codes) - found.keys())
    joined = former.select_related(*(f"territory__{level}" for level in CONTAINERS))
    return found | {each.code: each.territory for each in joined}
