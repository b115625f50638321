"""What the editor shows around a page. Only for the editor's templates."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.models import Page

from cms.models.versions import organisation_of

register = template.Library()


@register.simple_tag
def organisation_label(page: Page | None) -> SafeString:
    """The organization on whose pages `page` stands, as a label; nothing elsewhere."""
    organisation = organisation_of(page) if page is not None else None
    if organisation is None:
        return SafeString("")
    return format_html('<span class="desk-partner">{}</span>', organisation)
