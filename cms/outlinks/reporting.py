"""Broken links as those who can mend them see them: everyone the ones of pages they may edit."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.dashboard import Desk, organisations_of
from cms.outlinks.models import PageLink

PER_PAGE = 50
LISTED = 5


def broken_for(user: Any) -> QuerySet[PageLink]:
    """The broken links of published pages that `user` may edit, the longest broken first."""
    pages = policy_registry.get_by_type(Page).instances_user_has_permission_for(user, "change")
    return (
        PageLink.objects.filter(
            link__broken_since__isnull=False, page__in=pages.live().values("pk")
        )
        .select_related("link", "page")
        .order_by("link__failing_since", "link", "page__title")
    )


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """All of them, a page at a time."""
    shown = Paginator(broken_for(request.user), PER_PAGE).get_page(request.GET.get("p"))
    organisations = organisations_of([place.page for place in shown])
    title = _("Liens à réparer")
    context = {
        "places": shown,
        "items": [(place, organisations.get(place.page_id, "")) for place in shown],
        "page_title": title,
        "header_title": title,
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Mon espace")},
            {"url": "", "label": title},
        ],
    }
    return TemplateResponse(request, "cms/outlinks/report.html", context)


class LinksPanel(Component):
    """The desk's panel, after the pages to be confirmed; nothing where all links lead somewhere."""

    order = 1.7
    template_name = "cms/outlinks/desk.html"

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @cached_property
    def places(self) -> list[PageLink]:
        """One more than is listed."""
        return list(broken_for(self.desk.user)[: LISTED + 1])

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        """The first of them."""
        return {"places": self.places[:LISTED], "has_more": len(self.places) > LISTED}
