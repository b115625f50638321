"""Discussions in templates: the way to that of a page, and the words of a message."""

from typing import Any

from django import template
from django.utils.safestring import SafeString
from wagtail.models import Page

from cms.discussions.addresses import discussion_url
from cms.discussions.body import render
from cms.discussions.models import Post, Thread
from cms.models import User

register = template.Library()


@register.filter
def words(post: Post) -> SafeString:
    """The HTML of a message."""
    return render(post.body, post.handles)


@register.filter
def quoted(quote: str) -> SafeString:
    """The HTML of a cited passage."""
    return render(quote)


@register.inclusion_tag("cms/discussions/link.html", takes_context=True)
def discussion_link(context: template.Context, page: Page, is_reading: bool) -> dict[str, Any]:
    """The way to the discussion of `page`, for those who have an account; nobody else costs a query."""
    if not isinstance(context.get("user"), User):
        return {}
    return {
        "url": discussion_url(page),
        "total": Thread.objects.open().filter(page=page.pk).count(),
        "is_reading": is_reading,
    }
