"""What every page of the wiki has in common. Thin: nothing here asks what kind of page it is."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.models import Page
from wagtail.search import index

from cms.prose import Reading

SUMMARY_LIMIT = 500
RESERVED_SLUGS = frozenset(
    {
        "historique",
        "pages-liees",
        "citer",
        "discussion",
        "proposer",
        "suivre",
        "confirmer",
        "contributions",
    }
)
"""Last parts of addresses that are about a page; a page called so could not be reached."""
HOME_DEPTH = 2
"""Depth of the front page in Wagtail's tree."""


class BasePageForm(WagtailAdminPageForm):
    """Asks again, at each round of changes, what changes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        page = self.instance
        if "change_summary" in self.fields and page.live and not page.has_unpublished_changes:
            self.initial["change_summary"] = ""


class BasePage(Page):
    """A page with a summary, whose every publication is one transaction.

    A page type names its `card_template`, which listings include with `page`.
    """

    summary = models.TextField(
        _("résumé"),
        max_length=SUMMARY_LIMIT,
        blank=True,
        help_text=_(
            "Deux ou trois phrases, sans mise en forme : elles ouvrent la page et la présentent dans les listes."
        ),
    )
    change_summary = models.CharField(
        _("ce qui change"),
        max_length=200,
        blank=True,
        help_text=_("En une phrase, pour la relecture et pour l'historique public."),
    )

    card_template: ClassVar[str] = "cms/includes/page_card.html"
    confirm_within_months: ClassVar[int | None] = 12
    """How long it is taken for exact after a publication; None where nobody has to confirm it."""
    base_form_class = BasePageForm

    open_lines: ClassVar[tuple[str, ...]] = ("title", "summary")
    """Short texts that anyone may propose to change; running text always may."""

    content_panels: ClassVar[list[Any]] = [TitleFieldPanel("title"), FieldPanel("summary")]
    promote_panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")],
            heading=_("Adresse et partage"),
        ),
        FieldPanel("show_in_menus"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary")]

    class Meta:
        abstract = True

    @transaction.atomic
    def publish(self, *args: Any, **kwargs: Any) -> Any:
        """Publish a revision: page, public version and what follows are one transaction."""
        return super().publish(*args, **kwargs)

    @transaction.atomic
    def unpublish(self, *args: Any, **kwargs: Any) -> Any:
        """Withdraw the page, in one transaction with what follows from it."""
        return super().unpublish(*args, **kwargs)

    def clean(self) -> None:
        """Control characters have no place in what readers see in lists."""
        super().clean()
        if self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": _("Cette adresse est prise par le site.")})
        if any(ord(c) < 32 for c in self.title):
            raise ValidationError(
                {"title": _("Le titre tient sur une ligne, sans caractère de contrôle.")}
            )

    @classmethod
    def prepare_cards(cls, pages: Sequence[Any]) -> None:
        """Fetch what the cards of `pages`, all of this type, show; nothing by default."""

    has_history = True
    """What base.html asks of a page: it has versions, links, a way to be cited."""

    @property
    def reference(self) -> str:
        """The number by which it is named, where its kind has one."""
        return ""

    def get_licence_display(self) -> str:
        """Under what terms it may be used again; what the site itself writes is under its own."""
        return str(_("Licence Ouverte 2.0 (Etalab)"))

    @property
    def updated_on(self) -> Any:
        """When readers last saw it change."""
        return self.last_published_at or self.latest_revision_created_at

    def reading(self) -> Reading:
        """A fresh memory of what this page has already defined, for one rendering."""
        return Reading()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The page's own context, with the memory its long texts share."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["reading"] = self.reading()
        context["breadcrumbs"] = self.breadcrumbs(request)
        return context

    def breadcrumbs(self, request: HttpRequest) -> list[dict[str, str | None]]:
        """The way from the front page to this one; nothing on the front page itself."""
        if self.depth <= HOME_DEPTH or not self.pk:
            return []
        above = (
            self.get_ancestors().filter(depth__gte=HOME_DEPTH).only("title", "url_path", "depth")
        )
        crumbs: list[dict[str, str | None]] = [
            {
                "label": str(_("Accueil")) if page.depth == HOME_DEPTH else page.title,
                "url": page.get_url(request),
            }
            for page in above
        ]
        return [*crumbs, {"label": self.title, "url": None}]


def with_cards(pages: Iterable[Page]) -> list[Page]:
    """`pages` (specific) with all that their cards show, type by type."""
    found = list(pages)
    for kind in {type(page) for page in found}:
        if issubclass(kind, BasePage):
            kind.prepare_cards([page for page in found if type(page) is kind])
    return found
