"""The glossary: terms kept by moderators, one page that lists them all."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from cms.definitions import Definition
from cms.models.base import BasePage
from cms.models.fields import CleanRichTextField


class GlossaryTerm(index.Indexed, models.Model):
    """A word of the trade, as it is explained in the glossary and under the word itself."""

    term = models.CharField(_("terme"), max_length=120, unique=True)
    slug = models.SlugField(_("identifiant"), max_length=120, unique=True, blank=True)
    acronym = models.CharField(_("sigle"), max_length=20, blank=True)
    variants = models.TextField(
        _("autres formes"),
        blank=True,
        help_text=_(
            "Une par ligne : pluriel, synonyme, forme abrégée. Elles sont reconnues dans les textes."
        ),
    )
    definition = models.TextField(
        _("définition"), max_length=400, help_text=_("Une ou deux phrases, sans mise en forme.")
    )
    more = CleanRichTextField(_("pour aller plus loin"), blank=True)
    source_urls = models.TextField(_("sources"), blank=True, help_text=_("Une adresse par ligne."))
    related = models.ManyToManyField("self", blank=True, verbose_name=_("termes voisins"))

    panels = [
        FieldPanel("term"),
        FieldPanel("acronym"),
        FieldPanel("definition"),
        FieldPanel("more"),
        FieldPanel("variants"),
        FieldPanel("source_urls"),
        FieldPanel("related"),
    ]
    search_fields = [
        index.SearchField("term"),
        index.AutocompleteField("term"),
        index.SearchField("definition"),
    ]

    class Meta:
        verbose_name = _("terme du glossaire")
        verbose_name_plural = _("termes du glossaire")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.term

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The identifier is made once and stays: addresses point to it."""
        self.slug = self.slug or slugify(self.term)[:120]
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Two terms that differ only by case or accents would share an address."""
        super().clean()
        others = GlossaryTerm.objects.exclude(pk=self.pk).filter(
            slug=self.slug or slugify(self.term)[:120]
        )
        if twin := others.first():
            raise ValidationError(
                {"term": _("Le glossaire a déjà « %(term)s ».") % {"term": twin.term}}
            )

    def forms(self) -> tuple[str, ...]:
        """Every form under which the term is recognized in running text."""
        written = [self.term, self.acronym, *self.variants.splitlines()]
        return tuple(dict.fromkeys(form.strip() for form in written if form.strip()))

    def as_definition(self) -> Definition:
        """The term as it is shown under a word."""
        return Definition(slug=self.slug, term=self.term, text=self.definition, forms=self.forms())

    @property
    def sources(self) -> list[str]:
        """Its sources' addresses; only web addresses are shown."""
        lines = (line.strip() for line in self.source_urls.splitlines())
        return [line for line in lines if line.startswith(("http://", "https://"))]

    @property
    def initial(self) -> str:
        """The letter it stands under."""
        return self.slug[:1].upper()


class GlossaryPage(BasePage):
    """The list of all terms by letter."""

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    confirm_within_months: ClassVar[int | None] = None

    class Meta:
        verbose_name = _("glossaire")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """All terms, grouped by their first letter."""
        context = super().get_context(request, *args, **kwargs)
        letters: dict[str, list[GlossaryTerm]] = {}
        for term in GlossaryTerm.objects.prefetch_related("related"):
            letters.setdefault(term.initial, []).append(term)
        context["letters"] = sorted(letters.items())
        context["term_count"] = sum(len(terms) for terms in letters.values())
        return context
