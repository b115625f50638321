"""What a case is made of besides its text: places, partners, obstacles, events, figures, sources."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, PageChooserPanel
from wagtail.models import Orderable

from casestudies.enums import EventKind, IndicatorNature, PartnerRole
from casestudies.models.territories import Territory
from casestudies.models.vocabularies import Capacity, Obstacle
from cms.dates import show_partial_date, validate_partial_date
from cms.models import AbstractSource
from cms.models.sources import only_web

CASE = "casestudies.CaseStudyPage"


class CaseTerritory(Orderable):
    """A territory where the case took place; the first is the main one."""

    page = ParentalKey(CASE, on_delete=models.CASCADE, related_name="case_territories")
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="case_links", verbose_name=_("territoire")
    )

    panels: ClassVar = [FieldPanel("territory")]

    class Meta(Orderable.Meta):
        verbose_name = _("territoire du cas")
        verbose_name_plural = _("territoires")


class CasePartner(Orderable):
    """Another organization that took part, and how."""

    page = ParentalKey(CASE, on_delete=models.CASCADE, related_name="case_partners")
    partner = models.ForeignKey(
        "cms.PartnerPage", on_delete=models.CASCADE, related_name="+", verbose_name=_("partenaire")
    )
    role = models.CharField(
        _("rôle"), max_length=12, choices=PartnerRole.choices, default=PartnerRole.PARTNER
    )

    panels: ClassVar = [PageChooserPanel("partner", "cms.PartnerPage"), FieldPanel("role")]

    class Meta(Orderable.Meta):
        verbose_name = _("partenaire du cas")
        verbose_name_plural = _("partenaires")


class CaseObstacle(Orderable):
    """An obstacle that was met, what was seen of it and what was done about it."""

    page = ParentalKey(CASE, on_delete=models.CASCADE, related_name="case_obstacles")
    obstacle = models.ForeignKey(
        Obstacle, on_delete=models.PROTECT, related_name="+", verbose_name=_("obstacle")
    )
    observed = models.TextField(
        _("constaté"),
        max_length=600,
        blank=True,
        help_text=_("Ce qui s'est passé, sans nommer de personne."),
    )
    response = models.TextField(
        _("réponse"),
        max_length=600,
        blank=True,
        help_text=_("Ce que vous avez fait. Laissez vide s'il n'y a pas eu de réponse."),
    )

    panels: ClassVar = [FieldPanel("obstacle"), FieldPanel("observed"), FieldPanel("response")]

    class Meta(Orderable.Meta):
        verbose_name = _("obstacle du cas")
        verbose_name_plural = _("obstacles")


class CaseEvent(Orderable):
    """A moment of the account, dated or placed by a phrase."""

    page = ParentalKey(CASE, on_delete=models.CASCADE, related_name="events")
    date = models.CharField(
        _("date"),
        max_length=10,
        blank=True,
        validators=[validate_partial_date],
        help_text=_("AAAA, AAAA-MM ou AAAA-MM-JJ."),
    )
    when = models.CharField(
        _("ou quand"),
        max_length=60,
        blank=True,
        help_text=_("Si la date n'est pas connue : « Avant l'ouverture »."),
    )
    kind = models.CharField(
        _("nature"), max_length=12, choices=EventKind.choices, default=EventKind.MILESTONE
    )
    text = models.TextField(_("ce qui s'est passé"), max_length=600)
    capacity = models.ForeignKey(
        Capacity,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("capacité mobilisée"),
    )
    obstacle = models.ForeignKey(
        Obstacle,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("obstacle rencontré"),
    )

    panels: ClassVar = [
        FieldRowPanel([FieldPanel("date"), FieldPanel("when"), FieldPanel("kind")]),
        FieldPanel("text"),
        FieldRowPanel([FieldPanel("capacity"), FieldPanel("obstacle")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("moment")
        verbose_name_plural = _("chronologie")

    @property
    def shown_date(self) -> str:
        """The date as it is read, or the phrase that stands for it."""
        return show_partial_date(self.date) if self.date else self.when


class CaseIndicator(Orderable):
    """A figure, with its nature and source."""

    page = ParentalKey(CASE, on_delete=models.CASCADE, related_name="indicators")
    label = models.CharField(_("indicateur"), max_length=200)
    value = models.CharField(_("valeur"), max_length=60)
    unit = models.CharField(_("unité"), max_length=60, blank=True)
    nature = models.CharField(
        _("nature"),
        max_length=10,
        choices=IndicatorNature.choices,
        default=IndicatorNature.MEASURED,
    )
    source_url = models.URLField(
        _("adresse de la source"), max_length=500, blank=True, validators=[only_web]
    )

    panels: ClassVar = [
        FieldPanel("label"),
        FieldRowPanel([FieldPanel("value"), FieldPanel("unit"), FieldPanel("nature")]),
        FieldPanel("source_url"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("indicateur")
        verbose_name_plural = _("indicateurs")


class CaseSource(AbstractSource):
    """A source of the case, called in its text by its rank."""

    page = ParentalKey(CASE, on_delete=models.CASCADE, related_name="sources")

    class Meta(AbstractSource.Meta):
        verbose_name = _("source du cas")
        verbose_name_plural = _("sources")
