"""The case: a case study or an experience report, told in sections that keep the same order."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalManyToManyField
from wagtail.fields import StreamField
from wagtail.search import index

from casestudies.cards import Card, read_cards
from casestudies.completeness import Completeness, completeness_of
from casestudies.enums import Kind, Licence, Reliability, Status, Step
from casestudies.forms import CaseStudyForm
from casestudies.models.territories import Territory
from casestudies.models.vocabularies import Capacity, Domain, SharingModel, Theme
from casestudies.panels import case_edit_handler
from cms.blocks import EvidenceStreamBlock
from cms.dates import parse_partial_date, show_partial_date, validate_partial_date
from cms.models import BasePage, PartnerPage
from cms.models.fields import CleanRichTextField
from cms.models.sources import only_web
from cms.prose import Reading

SECTIONS: tuple[tuple[str, Any], ...] = (
    ("context", _("Contexte")),
    ("approach", _("Démarche")),
    ("data", _("Données")),
    ("governance", _("Gouvernance")),
    ("results", _("Résultats et limites")),
    ("lessons", _("Enseignements")),
)
"""Field and heading of each section, in the order in which a case is read."""


class CaseStudyPage(BasePage):
    """What a collectivity did with urban data, what came of it, and at what cost."""

    number = models.PositiveIntegerField(
        _("numéro"), null=True, blank=True, unique=True, editable=False
    )
    kind = models.CharField(
        _("nature"), max_length=20, choices=Kind.choices, default=Kind.EXPERIENCE_REPORT
    )
    language_code = models.CharField(_("langue"), max_length=5, default="fr", editable=False)

    themes = ParentalManyToManyField(
        Theme,
        blank=True,
        verbose_name=_("thèmes"),
        related_name="cases",
        limit_choices_to={"referential__is_reference": True},
    )
    domains = ParentalManyToManyField(
        Domain, blank=True, verbose_name=_("domaines"), related_name="cases"
    )
    capacities = ParentalManyToManyField(
        Capacity, blank=True, verbose_name=_("capacités"), related_name="cases"
    )
    sharing_models = ParentalManyToManyField(
        SharingModel, blank=True, verbose_name=_("modèles de partage"), related_name="cases"
    )
    step = models.CharField(_("étape"), max_length=12, choices=Step.choices, blank=True)
    status = models.CharField(
        _("statut du projet"), max_length=16, choices=Status.choices, blank=True
    )
    tags = ClusterTaggableManager(
        through="casestudies.CaseTag",
        blank=True,
        verbose_name=_("mots-clés"),
        help_text=_("Séparés par des virgules. Les mots-clés existants sont proposés."),
    )

    started = models.CharField(
        _("début"),
        max_length=10,
        blank=True,
        validators=[validate_partial_date],
        help_text=_("AAAA, AAAA-MM ou AAAA-MM-JJ."),
    )
    ended = models.CharField(
        _("fin"),
        max_length=10,
        blank=True,
        validators=[validate_partial_date],
        help_text=_("Vide si le projet continue."),
    )
    cost_amount = models.DecimalField(
        _("coût"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    cost_currency = models.CharField(
        _("monnaie"),
        max_length=3,
        blank=True,
        choices=[("EUR", "€"), ("CHF", "CHF")],
        default="EUR",
    )
    cost_perimeter = models.CharField(_("ce que ce coût comprend"), max_length=300, blank=True)
    cost_source = models.URLField(
        _("source du coût"), max_length=500, blank=True, validators=[only_web]
    )

    context = CleanRichTextField(
        _("contexte"),
        blank=True,
        help_text=_("D'où êtes-vous partis ? Quel problème fallait-il résoudre, pour qui ?"),
    )
    approach = CleanRichTextField(
        _("démarche"),
        blank=True,
        help_text=_("Ce que vous avez fait, dans l'ordre où vous le raconteriez à une collègue."),
    )
    data = CleanRichTextField(
        _("données"),
        blank=True,
        help_text=_("Quelles données, d'où viennent-elles, qui peut s'en servir ?"),
    )
    governance = CleanRichTextField(
        _("gouvernance"),
        blank=True,
        help_text=_("Qui porte, qui décide, avec quels contrats ou conventions ?"),
    )
    results = CleanRichTextField(
        _("résultats et limites"),
        blank=True,
        help_text=_(
            "Ce qui a changé, ce qui n'a pas marché. Un échec raconté sert à tout le monde."
        ),
    )
    lessons = CleanRichTextField(
        _("enseignements"),
        blank=True,
        help_text=_("Une liste numérotée : ce que vous diriez à qui veut s'y mettre."),
    )
    extras = StreamField(
        EvidenceStreamBlock(), blank=True, verbose_name=_("illustrations et documents")
    )

    done = models.CharField(_("fait"), max_length=300, blank=True)
    gained = models.CharField(_("gagné"), max_length=300, blank=True)
    unsolved = models.CharField(_("pas résolu"), max_length=300, blank=True)

    licence = models.CharField(
        _("licence"), max_length=12, choices=Licence.choices, default=Licence.LICENCE_OUVERTE
    )
    reliability = models.CharField(
        _("fiabilité des sources"), max_length=1, choices=Reliability.choices, blank=True
    )
    is_validated = models.BooleanField(
        _("confirmé par son organisation"),
        default=True,
        help_text=_("Décoché : la page dit qu'elle est rédigée d'après des sources publiques."),
    )

    parent_page_types: ClassVar[list[str]] = ["cms.PartnerPage"]
    subpage_types: ClassVar[list[str]] = []
    open_lines: ClassVar[tuple[str, ...]] = (*BasePage.open_lines, "done", "gained", "unsolved")
    card_template: ClassVar[str] = "casestudies/includes/case_card.html"
    base_form_class = CaseStudyForm
    exclude_fields_in_copy: ClassVar[list[str]] = ["number"]
    edit_handler = case_edit_handler()
    search_fields = [*BasePage.search_fields, index.FilterField("number")]

    class Meta:
        verbose_name = _("retour d'expérience")
        verbose_name_plural = _("retours d'expérience")

    def with_content_json(self, content: dict[str, Any]) -> "CaseStudyPage":
        """A revision never takes the permanent number away: drafts are older than it."""
        case: CaseStudyPage = super().with_content_json(content)
        case.number = self.number
        return case

    @property
    def reference(self) -> str:
        """ "REX-06"; "" until the case has been published once."""
        return f"REX-{self.number:02d}" if self.number else ""

    @property
    def step_position(self) -> int:
        """1 to 4; 0 when the step is not told."""
        return Step(self.step).position if self.step else 0

    @cached_property
    def organisation(self) -> PartnerPage:
        """The partner that publishes the case."""
        return PartnerPage.objects.get(path=self.path[: -self.steplen])

    @property
    def territories(self) -> list[Territory]:
        """Where it took place, main territory first."""
        return [link.territory for link in self.case_territories.all()]

    @cached_property
    def card(self) -> Card:
        """What its card shows of other tables; lists read it for all their pages at once."""
        return Card.of(self.domains.all(), self.territories)

    @property
    def period(self) -> str:
        """ "2015 à aujourd'hui", "2018 à 2019", "" when nothing is known."""
        if not self.started:
            return show_partial_date(self.ended) if self.ended else ""
        start = show_partial_date(self.started)
        if not self.ended:
            return _("depuis %(start)s") % {"start": start}
        if self.ended == self.started:
            return start
        return _("%(start)s à %(end)s") % {"start": start, "end": show_partial_date(self.ended)}

    @classmethod
    def prepare_cards(cls, pages: Sequence["CaseStudyPage"]) -> None:
        """Attach its card to each of `pages`, and its organization where no place stands for it."""
        cards = read_cards([page.pk for page in pages], cls.domains.through)
        for page in pages:
            page.__dict__["card"] = cards[page.pk]
        cls.attach_organisations([page for page in pages if not cards[page.pk].places])

    @classmethod
    def attach_organisations(cls, pages: Sequence["CaseStudyPage"]) -> None:
        """Read the partner above each of `pages`, in one query."""
        if not pages:
            return
        parents = {page.path[: -page.steplen] for page in pages}
        partners = {
            partner.path: partner for partner in PartnerPage.objects.filter(path__in=parents)
        }
        for page in pages:
            if partner := partners.get(page.path[: -page.steplen]):
                page.__dict__["organisation"] = partner

    def sections(self) -> list[tuple[str, Any, str]]:
        """(field, heading, HTML) of the sections that have been written."""
        return [
            (name, label, getattr(self, name)) for name, label in SECTIONS if getattr(self, name)
        ]

    def completeness(self) -> Completeness:
        """How much of it has been told, and what would help readers most."""
        return completeness_of(self)

    def reading(self) -> Reading:
        """Calls such as [3] lead to this case's sources."""
        return Reading(source_count=len(self.sources.all()))

    def clean(self) -> None:
        """A project cannot end before it starts."""
        super().clean()
        try:
            started, ended = parse_partial_date(self.started), parse_partial_date(self.ended)
        except ValueError:
            return
        known = min(started[1], ended[1])
        if ended[0].timetuple()[:known] < started[0].timetuple()[:known]:
            raise ValidationError({"ended": _("La fin vient avant le début.")})

    def breadcrumbs(self, request: HttpRequest) -> list[dict[str, str | None]]:
        """Through the directory and the organization, without reading them again."""
        if not self.pk:
            return []
        organisation = self.organisation.get_url(request) or ""
        directory = organisation.rstrip("/").rpartition("/")[0] + "/"
        return [
            {"label": str(_("Accueil")), "url": "/"},
            {"label": str(_("Partenaires")), "url": directory},
            {"label": self.organisation.title, "url": organisation},
            {"label": self.title, "url": None},
        ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The case with all its page shows, read in a bounded number of queries."""
        from casestudies.case_view import case_context  # noqa: PLC0415 - reads this model

        parts = case_context(self, request)
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | parts
