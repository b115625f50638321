"""The guide: chapters in order, each with the pages and sources it leans on."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, PageChooserPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page

from cms.blocks import BodyStreamBlock
from cms.headings import Heading, headings_of
from cms.models.base import BasePage, with_cards
from cms.models.sources import AbstractSource
from cms.prose import Reading
from cms.visibility import visible_to


class GuideIndexPage(BasePage):
    """The guide's cover: its chapters in order."""

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = ["cms.GuideChapterPage"]
    confirm_within_months: ClassVar[int | None] = None

    class Meta:
        verbose_name = _("guide")

    def chapters(self, user: Any = None) -> Any:
        """Chapters a reader may open, in order."""
        return visible_to(GuideChapterPage.objects.child_of(self), user).order_by("number")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The cover with its chapters."""
        context = super().get_context(request, *args, **kwargs)
        context["chapters"] = self.chapters(request.user)
        return context


class GuideChapterPage(BasePage):
    """A chapter that answers one question, with exercises to do as a team."""

    number = models.PositiveSmallIntegerField(_("numéro"))
    minutes = models.PositiveSmallIntegerField(_("minutes de lecture"), default=10)
    body = StreamField(BodyStreamBlock(), verbose_name=_("texte"), blank=True)

    parent_page_types: ClassVar[list[str]] = ["cms.GuideIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    card_template: ClassVar[str] = "cms/includes/chapter_card.html"
    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("number"), FieldPanel("minutes")]),
        FieldPanel("body"),
        InlinePanel(
            "references", label=_("page"), heading=_("Pages sur lesquelles le chapitre s'appuie")
        ),
        InlinePanel(
            "sources", label=_("source"), heading=_("Sources, dans l'ordre de leur appel [1], [2]…")
        ),
        FieldPanel("change_summary"),
    ]

    class Meta:
        verbose_name = _("chapitre du guide")
        verbose_name_plural = _("chapitres du guide")

    def reading(self) -> Reading:
        """Calls such as [3] lead to this chapter's sources."""
        return Reading(source_count=len(self.sources.all()))

    def headings(self) -> list[Heading]:
        """Its contents list."""
        return headings_of(self.body)

    def leaned_on(self, user: Any = None) -> list[Page]:
        """The pages it leans on that a reader may open, in the editor's order."""
        order = [reference.page_id for reference in self.references.all()]
        pages = with_cards(visible_to(Page.objects.filter(pk__in=order), user).specific())
        return sorted(pages, key=lambda page: order.index(page.pk))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The chapter with its contents list, neighbors and references."""
        context = super().get_context(request, *args, **kwargs)
        chapters = list(self.get_parent().specific.chapters(request.user).defer("body"))
        rank = next((i for i, chapter in enumerate(chapters) if chapter.pk == self.pk), None)
        context.update(
            chapters=chapters,
            headings=self.headings(),
            previous=chapters[rank - 1] if rank else None,
            following=chapters[rank + 1] if rank is not None and rank + 1 < len(chapters) else None,
            leaned_on=self.leaned_on(request.user),
            chapter_sources=self.sources.all(),
        )
        return context


class ChapterReference(Orderable):
    """A page that a chapter leans on."""

    chapter = ParentalKey(GuideChapterPage, on_delete=models.CASCADE, related_name="references")
    page = models.ForeignKey(
        Page, on_delete=models.CASCADE, related_name="+", verbose_name=_("page")
    )

    panels = [PageChooserPanel("page")]

    class Meta(Orderable.Meta):
        verbose_name = _("page citée")
        verbose_name_plural = _("pages sur lesquelles le chapitre s'appuie")


class ChapterSource(AbstractSource):
    """A source of a chapter."""

    chapter = ParentalKey(GuideChapterPage, on_delete=models.CASCADE, related_name="sources")

    class Meta(AbstractSource.Meta):
        verbose_name = _("source du chapitre")
        verbose_name_plural = _("sources")
