"""Partners: organizations that publish. Each owns a subtree, a group of members and a collection.

The page creates its group and collection and keeps them in step with its title; members of the
group may add and change pages below it, and nothing else.
"""

from collections import Counter
from typing import Any, ClassVar

from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Collection, Page

from cms.models.base import BasePage, with_cards
from cms.models.fields import CleanRichTextField
from cms.models.sources import only_web
from cms.visibility import visible_to


class PartnerKind(models.TextChoices):
    """What sort of organization a partner is; values are identifiers of the vocabulary."""

    COMMUNE = "commune", _("Commune")
    EPCI = "epci", _("Intercommunalité (EPCI)")
    EPT = "ept", _("Établissement public territorial")
    DEPARTEMENT = "departement", _("Département")
    REGION = "region", _("Région")
    SYNDICAT = "syndicat", _("Syndicat ou opérateur public de services numériques")
    STATE = "etat", _("État ou opérateur national")
    CANTON = "canton", _("Collectivité étrangère")
    COMPANY = "entreprise", _("Entreprise")
    ASSOCIATION = "association", _("Association ou réseau")
    RESEARCH = "recherche", _("Recherche")
    CITIZENS = "citoyens", _("Citoyens")


class PartnerIndexPage(BasePage):
    """The directory of partners."""

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = ["cms.PartnerPage"]
    confirm_within_months: ClassVar[int | None] = None

    class Meta:
        verbose_name = _("annuaire des partenaires")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Partners: those of the collective's first hour, then the others, with how much they tell."""
        context = super().get_context(request, *args, **kwargs)
        partners = list(
            visible_to(PartnerPage.objects.child_of(self), request.user).order_by("title")
        )
        counts = live_children_by_parent(partners, request.user)
        taken = participation_counts([partner.pk for partner in partners], request.user)
        for partner in partners:
            partner.page_count = counts.get(partner.path, 0)
            partner.participation_count = taken[partner.pk]
        context["founders"] = [partner for partner in partners if partner.is_founder]
        context["others"] = [partner for partner in partners if not partner.is_founder]
        return context


def participation_counts(partners: list[int], user: Any) -> Counter[int]:
    """In how many readable pages of others each of `partners` took part.

    Which pages those are is said by the rooms above, through the `partner_participation` hook: a
    callable from partner ids to the ids of pages, by partner.
    """
    taken: dict[int, set[int]] = {}
    for hook in hooks.get_hooks("partner_participation"):
        for partner, pages in hook(partners).items():
            taken.setdefault(partner, set()).update(pages)
    every = set().union(*taken.values()) if taken else set()
    readable = set(visible_to(Page.objects.filter(pk__in=every), user).values_list("pk", flat=True))
    return Counter({partner: len(pages & readable) for partner, pages in taken.items()})


def live_children_by_parent(parents: list[Any], user: Any) -> dict[str, int]:
    """How many readable pages stand directly below each of `parents`, in one query."""
    if not parents:
        return {}
    depth = parents[0].depth + 1
    root = parents[0].path[: -Page.steplen]
    paths = visible_to(Page.objects.filter(path__startswith=root, depth=depth), user)
    counts: dict[str, int] = {}
    for path in paths.values_list("path", flat=True):
        counts[path[: -Page.steplen]] = counts.get(path[: -Page.steplen], 0) + 1
    return counts


class PartnerPage(BasePage):
    """An organization, its description and, below it, what it publishes."""

    kind = models.CharField(
        _("nature"), max_length=20, choices=PartnerKind.choices, default=PartnerKind.COMMUNE
    )
    territory_code = models.CharField(
        _("code du territoire"),
        max_length=20,
        blank=True,
        help_text=_("insee:86194, siren:200069854, dep:86, reg:75 ou iso:CH-GE."),
    )
    website = models.URLField(_("site"), blank=True, validators=[only_web])
    description = CleanRichTextField(_("présentation"), blank=True)
    is_founder = models.BooleanField(_("membre du collectif DataCités"), default=False)
    group = models.OneToOneField(
        Group,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="partner",
    )
    collection = models.OneToOneField(
        Collection,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="partner",
    )

    parent_page_types: ClassVar[list[str]] = ["cms.PartnerIndexPage"]
    card_template: ClassVar[str] = "cms/includes/partner_card.html"
    confirm_within_months: ClassVar[int | None] = 24
    exclude_fields_in_copy: ClassVar[list[str]] = ["group", "collection"]
    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("kind"), FieldPanel("territory_code")]),
        FieldPanel("website"),
        FieldPanel("description"),
        FieldPanel("is_founder", permission="superuser"),
        FieldPanel("change_summary"),
    ]

    class Meta:
        verbose_name = _("partenaire")
        verbose_name_plural = _("partenaires")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The partner with what it publishes, newest first."""
        context = super().get_context(request, *args, **kwargs)
        pages = with_cards(visible_to(self.get_children(), request.user).specific())
        context["pages"] = sorted(
            pages,
            key=lambda page: (page.first_published_at is not None, page.first_published_at),
            reverse=True,
        )
        taken = [
            pk
            for hook in hooks.get_hooks("partner_participation")
            for pk in hook([self.pk])[self.pk]
        ]
        elsewhere = visible_to(Page.objects.filter(pk__in=taken), request.user).specific()
        context["participations"] = with_cards(elsewhere)
        return context
