"""Recent changes of all pages, as a list and as an Atom feed; rooms above add ways to narrow them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.models import Page

from cms.addresses import absolute
from cms.atom import Feed, respond, xml_text
from cms.history.addresses import comparison_url, history_url, recent_url
from cms.models import PartnerPage
from cms.models.versions import PublishedVersion, VersionQuerySet
from cms.pagination import numbered
from cms.visibility import visible_to

PER_PAGE = 50
ENTRIES = 40
MAX_VALUE = 100

Narrow = Callable[[str], Any]


@dataclass(frozen=True)
class ChangeFilter:
    """One way to narrow recent changes, offered by a room through the `recent_changes_filter` hook."""

    parameter: str
    label: str
    choices: Callable[[Any], Sequence[tuple[str, str]]]
    """(value, label) of each choice that a reader has."""
    pages: Narrow
    """Ids of the pages that a value is about, as a queryset or a collection."""
    chosen: str = ""

    def offered(self, user: Any) -> list[tuple[str, str, bool]]:
        """(value, label, whether it is chosen) of each choice."""
        return [(value, label, value == self.chosen) for value, label in self.choices(user)]


def by_partner() -> ChangeFilter:
    """Changes of the pages of one organization, its own included."""

    def choices(user: Any) -> Sequence[tuple[str, str]]:
        partners = visible_to(PartnerPage.objects.order_by("title"), user)
        return list(partners.values_list("slug", "title"))

    def pages(slug: str) -> Any:
        paths = list(PartnerPage.objects.filter(slug=slug).values_list("path", flat=True)[:1])
        below = Page.objects.filter(path__startswith=paths[0]) if paths else Page.objects.none()
        return below.values("pk")

    return ChangeFilter("partenaire", _("Partenaire"), choices, pages)


def filters(request: HttpRequest) -> list[ChangeFilter]:
    """Every filter, with what the address chooses in it."""
    offered = [by_partner(), *(hook() for hook in hooks.get_hooks("recent_changes_filter"))]
    return [
        replace(each, chosen=request.GET.get(each.parameter, "").strip()[:MAX_VALUE])
        for each in offered
    ]


def changes_of(user: Any, narrowing: Iterable[ChangeFilter]) -> VersionQuerySet:
    """Versions that everyone could read of pages that `user` may read now, the latest first."""
    found: Any = PublishedVersion.objects.shown().filter(
        page__in=visible_to(Page.objects.all(), user).values("pk")
    )
    for each in narrowing:
        if each.chosen:
            found = found.filter(page__in=each.pages(each.chosen))
    ordered: VersionQuerySet = (
        found.defer("content").select_related("page", "author").order_by("-published_at", "-pk")
    )
    return ordered


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """The list, day by day."""
    narrowing = filters(request)
    shown = Paginator(changes_of(request.user, narrowing), PER_PAGE).get_page(
        request.GET.get("page")
    )

    def address(number: int) -> str:
        return recent_url(querystring_of(narrowing, number))

    context = {
        "filters": [(each, each.offered(request.user)) for each in narrowing],
        "is_narrowed": any(each.chosen for each in narrowing),
        "versions": shown,
        "pages": numbered(shown.number, shown.paginator.num_pages, address),
        "feed_url": feed_url(narrowing),
        "breadcrumbs": [
            {"label": _("Accueil"), "url": "/"},
            {"label": _("Modifications récentes"), "url": None},
        ],
    }
    return render(request, "cms/history/recent.html", context)


# --- Feed


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The last changes that anyone may read, whoever asks."""
    narrowing = filters(request)
    versions = list(changes_of(None, narrowing)[:ENTRIES])
    return respond(request, build(narrowing, versions))


def build(narrowing: Iterable[ChangeFilter], versions: Iterable[PublishedVersion]) -> Feed:
    """The feed of `versions`; every address in it is absolute."""
    narrowing = list(narrowing)
    address = absolute(feed_url(narrowing))
    built = Feed(
        title=f"{_('Modifications récentes')} – {settings.SITE_NAME}",
        link=absolute(recent_url(querystring_of(narrowing))),
        description="",
        language="fr",
        feed_url=address,
        feed_guid=address,
    )
    for version in versions:
        page = version.page
        change = (
            comparison_url(page, version.number - 1, version.number)
            if version.number > 1
            else history_url(page)
        )
        built.add_item(
            title=xml_text(version.title),
            link=absolute(change),
            description=xml_text(version.summary or str(_("Nouvelle version"))),
            unique_id=f"urn:uuid:{page.translation_key}#{version.number}",
            author_name=xml_text(version.author_name or version.organisation_name) or None,
            pubdate=version.published_at,
            updateddate=version.published_at,
        )
    return built


def feed_url(narrowing: Iterable[ChangeFilter]) -> str:
    """The address of the feed of the same changes."""
    querystring = querystring_of(narrowing)
    address = reverse("cms_history:recent_feed")
    return f"{address}?{querystring}" if querystring else address


def querystring_of(narrowing: Iterable[ChangeFilter], page: int = 1) -> str:
    """The choices, and the page of the list, as addresses carry them."""
    chosen = [(each.parameter, each.chosen) for each in narrowing if each.chosen]
    return urlencode([*chosen, *([("page", str(page))] if page > 1 else [])])
