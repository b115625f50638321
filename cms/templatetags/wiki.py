"""Template tags of the wiki: typography, long text, dates. The only place that marks text as safe."""

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from cms import prose as prose_module
from cms import typography
from cms.dates import show_partial_date
from cms.headings import with_anchors
from cms.prose import Reading

register = template.Library()


@register.filter
def typeset(value: Any) -> Any:
    """Plain text in French typography; text already marked up is left as it is."""
    if isinstance(value, SafeString):
        return value
    return typography.typeset(str(value or ""))


@register.filter
def excerpt(value: Any, length: int) -> str:
    """The beginning of a plain text, cut between two words."""
    text = str(value or "")
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(" ,;:.(«") + "…"


@register.filter
def spaced(value: Any) -> str:
    """A number with narrow spaces between thousands; "" for nothing."""
    if value is None or value == "":
        return ""
    return typography.number(float(value) if "." in str(value) else int(value))


@register.filter
def moment(value: Any) -> str:
    """A moment as `<time datetime>` wants it: in local time, without the fractions HTML refuses."""
    return timezone.localtime(value).isoformat(timespec="seconds") if value else ""


@register.filter
def host(url: Any) -> str:
    """The site that an address points to, without `www.`."""
    return (urlsplit(str(url)).hostname or str(url)).removeprefix("www.")


@register.filter
def partial_date(value: Any) -> str:
    """A date known to the year, month or day, as it is read."""
    return show_partial_date(str(value or ""))


@register.simple_tag(takes_context=True)
def prose(context: template.Context, html: Any) -> SafeString:
    """Rich text cleaned and made ready to read; shares the page's memory of defined terms."""
    reading = context.get("reading") or Reading(with_definitions=False)
    return _safe(with_anchors(prose_module.prose(str(html or ""), reading)))


@register.simple_tag(takes_context=True)
def prose_line(context: template.Context, text: Any) -> SafeString:
    """One line of plain text with its source calls and references, no definitions."""
    reading = context.get("reading") or Reading()
    quiet = Reading(source_count=reading.source_count, with_definitions=False)
    references = list(prose_module.known_references())
    return _safe(prose_module.text_node(str(text or ""), quiet, references, linkable=True))


@register.simple_tag
def constant(template_name: str) -> SafeString:
    """A part of pages that depends on nothing but the language, rendered once by each process."""
    return _constant(template_name, get_language() or "")


@lru_cache(maxsize=100)
def _constant(template_name: str, _language: str) -> SafeString:
    return render_to_string(template_name)


@register.simple_tag
@lru_cache(maxsize=1)
def sprite() -> str:
    """The address of the icons' file; a page asks for it sixty times."""
    return static("datacites/icons/sprite.svg")


def _safe(html: str) -> SafeString:
    """What `cms.prose` returns has passed the HTML door and escapes every word."""
    return mark_safe(html)  # noqa: S308 - cleaned by cms.sanitization, words escaped by cms.prose
