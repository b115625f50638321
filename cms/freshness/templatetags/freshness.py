"""How fresh a page is, for its readers."""

from typing import Any

from django import template
from wagtail.models import Page

from cms.freshness.links import confirm_url
from cms.freshness.models import Freshness

register = template.Library()
register.simple_tag(confirm_url)


@register.inclusion_tag("cms/freshness/mark.html")
def freshness(page: Page) -> dict[str, Any]:
    """Who confirmed `page` and when, or that nobody did in time; nothing where nobody has to.

    Costs nothing on a page that was found by its address (the `read_with_page` hook), else a query.
    """
    if not getattr(page, "confirm_within_months", None):
        return {}
    try:
        state = page.freshness
    except Freshness.DoesNotExist:
        return {}
    return {"page": page, "state": state, "since": state.confirmed_at or page.last_published_at}
