"""Vocabularies that moderators keep: themes by referential, domains, capacities, obstacles, models.

Themes come from barometers that change with every edition: each belongs to a referential, and
weighted correspondences lead from an edition's themes to the stable ones that cases carry.
"""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from casestudies.enums import DomainFamily


class Term(models.Model):
    """A value of a vocabulary, with a stable identifier and a label that may change."""

    identifier = models.SlugField(_("identifiant"), max_length=60, unique=True)
    label = models.CharField(_("libellé"), max_length=150)
    description = models.TextField(_("description"), blank=True)
    order = models.PositiveSmallIntegerField(_("ordre"), default=0)

    may_be_deleted = False
    """Cases carry it and addresses name it: its label changes, it is not removed."""

    panels = [
        FieldPanel("label"),
        FieldPanel("identifier"),
        FieldPanel("description"),
        FieldPanel("order"),
    ]

    class Meta:
        abstract = True
        ordering = ["order", "label"]

    def __str__(self) -> str:
        return self.label


class Domain(Term):
    """A field of application: mobility, energy, waste…"""

    short_label = models.CharField(_("libellé court"), max_length=40)
    family = models.CharField(_("famille"), max_length=12, choices=DomainFamily.choices)
    case_count: int
    """How many cases a reader finds there; set by listings, never stored."""

    panels = [
        FieldPanel("label"),
        FieldRowPanel([FieldPanel("short_label"), FieldPanel("family")]),
        *Term.panels[1:],
    ]

    class Meta(Term.Meta):
        verbose_name = _("domaine")
        verbose_name_plural = _("domaines")


class Capacity(Term):
    """What a collectivity needs to be able to do: politically, in management, technically."""

    class Meta(Term.Meta):
        verbose_name = _("capacité")
        verbose_name_plural = _("capacités")


class Obstacle(Term):
    """What stands in the way."""

    class Meta(Term.Meta):
        verbose_name = _("obstacle")
        verbose_name_plural = _("obstacles")


class SharingModel(Term):
    """A way of sharing data between organizations."""

    class Meta(Term.Meta):
        verbose_name = _("modèle de partage")
        verbose_name_plural = _("modèles de partage")


class Referential(models.Model):
    """A list of themes published by someone at some time."""

    slug = models.SlugField(_("identifiant"), max_length=60, unique=True)
    title = models.CharField(_("titre"), max_length=150)
    publisher = models.CharField(_("éditeur"), max_length=150)
    edition = models.CharField(_("édition"), max_length=20, blank=True)
    source_url = models.URLField(_("adresse de la source"), max_length=500, blank=True)
    is_complete = models.BooleanField(_("liste complète"), default=True)
    is_reference = models.BooleanField(_("thèmes portés par les cas"), default=False)
    respondents = models.PositiveIntegerField(_("répondants"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("référentiel")
        verbose_name_plural = _("référentiels")
        ordering = ["-is_reference", "-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_reference"],
                condition=models.Q(is_reference=True),
                name="one_reference_referential",
            )
        ]

    def __str__(self) -> str:
        return self.title if self.edition in self.title else f"{self.title} {self.edition}"


class ThemeQuerySet(models.QuerySet["Theme"]):
    """Themes of one or several referentials."""

    def reference(self) -> "ThemeQuerySet":
        """The stable themes, those that cases carry."""
        return self.filter(referential__is_reference=True)


class Theme(models.Model):
    """A theme of digital maturity in one referential."""

    referential = models.ForeignKey(
        Referential, on_delete=models.PROTECT, related_name="themes", verbose_name=_("référentiel")
    )
    identifier = models.SlugField(_("identifiant"), max_length=80)
    label = models.CharField(_("libellé"), max_length=150)
    description = models.TextField(_("description"), blank=True)
    order = models.PositiveSmallIntegerField(_("ordre"), default=0)

    case_count: int
    """How many cases a reader finds there; set by listings, never stored."""

    may_be_deleted = False

    objects = ThemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("thème")
        verbose_name_plural = _("thèmes")
        ordering = ["referential", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["referential", "identifier"], name="one_theme_per_identifier"
            )
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """Its page; only stable themes have one."""
        return reverse("casestudies:theme", args=[self.identifier])


class ThemeCorrespondence(models.Model):
    """How far a theme of an edition is about one of the stable themes."""

    source = models.ForeignKey(
        Theme,
        on_delete=models.CASCADE,
        related_name="correspondences",
        verbose_name=_("thème de l'édition"),
    )
    target = models.ForeignKey(
        Theme,
        on_delete=models.CASCADE,
        related_name="corresponding",
        verbose_name=_("thème DataCités"),
    )
    weight = models.DecimalField(
        _("poids"),
        max_digits=3,
        decimal_places=2,
        default=1,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("1 : même sujet ; 0,5 : à moitié ; 0,1 : à peine."),
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("correspondance")
        verbose_name_plural = _("correspondances")
        constraints = [
            models.UniqueConstraint(fields=["source", "target"], name="one_correspondence")
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target} ({self.weight})"


def label_choices(model: Any) -> list[tuple[str, str]]:
    """(identifier, label) of each value of a vocabulary, in its order."""
    return list(model.objects.values_list("identifier", "label"))
