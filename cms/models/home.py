"""The front page: what this is, and the ways in that the rooms above register."""

from typing import Any, ClassVar

from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from cms.models.base import BasePage
from cms.models.guide import GuideChapterPage
from cms.models.versions import PublishedVersion
from cms.visibility import visible_to

CHANGES = 3


class HomePage(BasePage):
    """Says in one screen what the site is; sections come through the `home_section` hook.

    What another application keeps about every page is read with it: the `read_with_page` hook,
    `fn() -> str`, names the one-to-one relation.
    """

    headline = models.CharField(
        _("accroche"), max_length=120, default="Comment les autres s'y sont pris"
    )
    invitation = models.TextField(_("qui écrit ici"), max_length=600, blank=True)

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    confirm_within_months: ClassVar[int | None] = None
    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("headline"),
        FieldPanel("invitation"),
    ]

    class Meta:
        verbose_name = _("accueil")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find the page of an address in one query, where Wagtail asks two of each level.

        No page type of this site routes below itself, so that an address is a `url_path`.
        """
        if not path_components:
            return super().route(request, path_components)
        url_path = self.url_path + "/".join(path_components) + "/"
        relations = [hook() for hook in hooks.get_hooks("read_with_page")]
        pages = Page.objects.live().filter(url_path=url_path, path__startswith=self.path)
        # Without a name Django would follow every relation.
        page = (pages.select_related(*relations) if relations else pages).first()
        if page is None:
            raise Http404
        specific = page.specific
        for name in relations:
            if hasattr(page, name):
                setattr(specific, name, getattr(page, name))
        return RouteResult(specific)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The page with the sections that each room contributes, in their order."""
        context = super().get_context(request, *args, **kwargs)
        sections = sorted(
            (hook() for hook in hooks.get_hooks("home_section")), key=lambda s: s.order
        )
        contents = [
            {"place": section.place, "template": section.template, **section.context(request)}
            for section in sections
        ]
        context["hero_sections"] = [section for section in contents if section["place"] == "hero"]
        context["sections"] = [section for section in contents if section["place"] != "hero"]
        context["chapters"] = (
            visible_to(GuideChapterPage.objects.all(), request.user)
            .order_by("number")
            .defer("body")
        )
        context["changes"] = recent_changes(request.user)
        return context


def recent_changes(user: Any) -> list[PublishedVersion]:
    """The last changes of pages that `user` may read now, one for each page."""
    visible = visible_to(Page.objects.all(), user).values("pk")
    versions = PublishedVersion.objects.shown().filter(page__in=visible).exclude(number=1)
    latest = versions.select_related("page").defer("content")[: 4 * CHANGES]
    by_page = {version.page_id: version for version in reversed(latest)}
    return sorted(by_page.values(), key=lambda version: version.published_at, reverse=True)[
        :CHANGES
    ]
