"""Which page and which versions of it an address may show to its reader."""

from typing import Any

from django.http import Http404, HttpRequest
from wagtail.models import Page, Site

from cms.models import BasePage
from cms.models.versions import PublishedVersion, VersionQuerySet
from cms.visibility import is_open, visible_to


def readable_page(request: HttpRequest, path: str) -> BasePage:
    """The live page at `path`, as its reader may open it. Raises `Http404` for any other."""
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    url_path = site.root_page.url_path + path
    found = visible_to(Page.objects.filter(url_path=url_path), request.user).first()
    page = found.specific if found else None
    if not isinstance(page, BasePage):
        raise Http404
    return page


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
