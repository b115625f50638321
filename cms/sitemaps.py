"""The sitemap: what anyone may read, with the date readers last saw it change."""

from typing import Any

from django.contrib.sitemaps import Sitemap
from wagtail.models import Page, Site

from cms.visibility import visible_to


class VisiblePagesSitemap(Sitemap):
    """Every page that needs no account; dates are those of publication, never of drafts."""

    limit = 5000

    def items(self) -> Any:
        """Pages of the default site that anyone may read."""
        site = Site.objects.select_related("root_page").get(is_default_site=True)
        return visible_to(Page.objects.descendant_of(site.root_page, inclusive=True)).order_by(
            "path"
        )

    def location(self, item: Page) -> str:
        """The address on this site."""
        return item.get_url() or "/"

    def lastmod(self, item: Page) -> Any:
        """When it was last published."""
        return item.last_published_at
