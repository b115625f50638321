"""Addresses about a page, for templates."""

from typing import Any

from django import template

from cms.history import addresses
from cms.models import User
from cms.presence import editors_of

register = template.Library()

register.simple_tag(addresses.history_url)
register.simple_tag(addresses.version_url)
register.simple_tag(addresses.comparison_url)
register.simple_tag(addresses.citation_url)
register.simple_tag(addresses.links_url)
register.simple_tag(addresses.recent_url)


@register.filter
def preceding(versions: dict[int, int], number: int) -> Any:
    """The number of the version before `number`, if the list knows it."""
    return versions.get(number)


@register.inclusion_tag("cms/history/edit_link.html", takes_context=True)
def edit_link(context: dict[str, Any], page: Any) -> dict[str, Any]:
    """For those who may edit `page`: the way to the editor, and who is there already."""
    user = getattr(context.get("request"), "user", None)
    if not isinstance(user, User) or not page.permissions_for_user(user).can_edit():
        return {}
    return {"page": page, "names": editors_of([page.pk], user).get(page.pk, [])}
