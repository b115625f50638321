"""The small parts that every card of a case repeats, drawn once per process and language.

A page of results shows twenty cards: a template for each of their parts would take longer than the
search.
"""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from casestudies.enums import Reliability, Status, Step
from casestudies.models import CaseStudyPage, Domain, Territory
from cms.typography import number, typeset

register = template.Library()


@register.simple_tag
def domain_tile(domain: Domain, size: str = "") -> SafeString:
    """The colored tile of a domain; `size` is "medium" or nothing."""
    return _tile(domain.family, domain.identifier, size)


@register.simple_tag
def scale(position: int) -> SafeString:
    """How far along the four steps, as a drawing."""
    return _scale(position)


@register.simple_tag
def place_line(place: Territory) -> SafeString:
    """ "Poitiers · commune · 89 916 hab. · Nouvelle-Aquitaine"."""
    parts = [typeset(place.name), typeset(str(place.nature_label).lower())]
    if place.population:
        parts.append(_("%(population)s hab.") % {"population": number(place.population)})
    if place.region:
        parts.append(typeset(place.region.name))
    return format_html("{}", " · ".join(parts))


@register.simple_tag
def card_foot(page: CaseStudyPage) -> SafeString:
    """Status, step and reliability of a case."""
    return _foot(page.status, page.step, page.reliability, get_language() or "")


@lru_cache(maxsize=200)
def _tile(family: str, identifier: str, size: str) -> SafeString:
    domain = {"family": family, "identifier": identifier}
    template_name = "casestudies/includes/domain_tile.html"
    return render_to_string(template_name, {"domain": domain, "size": size})


@lru_cache(maxsize=10)
def _scale(position: int) -> SafeString:
    return render_to_string("casestudies/includes/scale.html", {"position": position})


@lru_cache(maxsize=500)
def _foot(status: str, step: str, reliability: str, _language: str) -> SafeString:
    told = {
        "status": Status(status) if status in Status else None,
        "step": Step(step) if step in Step else None,
        "reliability": Reliability(reliability) if reliability in Reliability else None,
    }
    return render_to_string("casestudies/includes/card_foot.html", told)
