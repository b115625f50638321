"""Addresses below a page that are about the page, and those of changes."""

from django.urls import reverse
from wagtail.models import Page


def path_of(page: Page) -> str:
    """The page's path as the addresses below want it: "" for the front page, else "guide/…/"."""
    address: str = page.get_url() or "/"
    return address.partition("://")[2].partition("/")[2] if "://" in address else address[1:]


def history_url(page: Page) -> str:
    """All versions of a page."""
    return reverse("cms_history:versions", args=[path_of(page)])


def version_url(page: Page, number: int) -> str:
    """One version, for good."""
    return reverse("cms_history:version", args=[path_of(page), number])


def comparison_url(page: Page, before: int, after: int) -> str:
    """What changed from one version to another."""
    return reverse("cms_history:comparison", args=[path_of(page), before, after])


def citation_url(page: Page) -> str:
    """How to cite a page."""
    return reverse("cms_history:citation", args=[path_of(page)])


def links_url(page: Page) -> str:
    """What links to a page."""
    return reverse("cms_history:links", args=[path_of(page)])


def recent_url(querystring: str = "") -> str:
    """Recent changes, narrowed or not."""
    return reverse("cms_history:recent") + (f"?{querystring}" if querystring else "")
