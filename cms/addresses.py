"""Addresses of this site as others must be given them."""

from django.conf import settings


def absolute(path: str) -> str:
    """The public address of a path of this site."""
    site: str = settings.SITE_URL
    return site.rstrip("/") + path
