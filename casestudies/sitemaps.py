"""The part of the sitemap that is not pages: themes, and territories that have cases."""

from typing import Any

from django.contrib.sitemaps import Sitemap

from casestudies.models import Territory, Theme
from casestudies.views import territory_counts


class ThemesSitemap(Sitemap):
    """The stable themes."""

    def items(self) -> Any:
        """In their order."""
        return Theme.objects.reference()


class TerritoriesSitemap(Sitemap):
    """Territories that anyone can read a case of."""

    def items(self) -> Any:
        """By their name."""
        return Territory.objects.filter(pk__in=list(territory_counts(None))).order_by("search_key")
