"""Addresses about a page, for templates."""

from typing import Any

from django import template

from cms.history import addresses

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
