"""Which page and which versions of it an address may show to its reader."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageQuerySet, Site

from cms.models import BasePage
from cms.models.versions import PublishedVersion, VersionQuerySet
from cms.visibility import is_open, visible_to


class Moved(Http404):
    """The page that was there is elsewhere, where its reader may open it; leads there (`moving.py`)."""

    def __init__(self, page: BasePage) -> None:
        super().__init__()
        self.page = page


def readable_page(request: HttpRequest, path: str) -> BasePage:
    """The live page at `path`, as its reader may open it. Raises `Http404` for any other.

    A page that was there and moved is found too: a reader is led to its new address by `Moved`, a form
    that was filled in meanwhile is for it as it is, because a redirection would lose what was typed.
    """
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    there = Page.objects.filter(url_path=site.root_page.url_path + path)
    page = _readable(there, request.user)
    if page is None and not there.exists():
        page = _readable(Page.objects.filter(pk__in=_moved_from(site, path)), request.user)
        if page and request.method in {"GET", "HEAD"}:
            raise Moved(page)
    if page is None:
        raise Http404
    return page


def _readable(pages: PageQuerySet, user: Any) -> BasePage | None:
    found = visible_to(pages, user).first()
    page = found.specific if found else None
    return page if isinstance(page, BasePage) else None


def _moved_from(site: Site, path: str) -> QuerySet[Redirect]:
    """The page that moved from `path`.

    What Wagtail writes by itself when a page moves leads to the same page; what an editor writes may
    lead to any, to which what is said of the first does not belong.
    """
    old_path = Redirect.normalise_path(f"/{path}")
    moves = Redirect.objects.filter(site=site, old_path=old_path, automatically_created=True)
    pages: QuerySet[Redirect] = moves.values("redirect_page")
    return pages


def versions_of(page: Page) -> VersionQuerySet:
    """The versions of a page that those who may read it now may read.

    What was published behind a restriction stays there: it is listed while the page is still closed
    to others, and no longer once the page is open.
    """
    versions: Any = PublishedVersion.objects.filter(page_id=page.pk)
    if is_open(page):
        versions = versions.public()
    ordered: VersionQuerySet = versions.order_by("-number")
    return ordered
