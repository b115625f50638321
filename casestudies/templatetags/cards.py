"""The small parts that every card of a case repeats, drawn once per process and language.

A page of results shows twenty cards: a template for each of their parts would take longer than the
search.
"""

from collections.abc import Mapping
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from casestudies.cards import CardDomain, CardPlace
from casestudies.enums import Reliability, Status, Step
from casestudies.models import CaseStudyPage, Domain
from cms.templatetags.wiki import excerpt
from cms.typography import number, typeset

register = template.Library()

EXCERPT = 220
"""Characters of a summary that a card shows."""

CARD = """<article class="card">
<div class="card-top">
<ul class="card-domains">{}</ul>
{}</div>
<h3 class="card-title"><a href="{}">{}</a></h3>
<p class="card-place">{}</p>
<p class="card-excerpt">{}</p>
{}
</article>"""
NUMBER = '<span class="card-number">{}</span>\n'


@register.simple_tag
def domain_tile(domain: Domain | CardDomain, size: str = "") -> SafeString:
    """The colored tile of a domain; `size` is "medium" or nothing."""
    return _tile(domain.family, domain.identifier, size)


@register.simple_tag
def scale(position: int) -> SafeString:
    """How far along the four steps, as a drawing."""
    return _scale(position)


@register.simple_tag
def case_card(page: CaseStudyPage, highlight: Mapping[str, SafeString] | None = None) -> SafeString:
    """A case in a list; `highlight` has its title and an excerpt with the words that were found."""
    marked, card = highlight or {}, page.card
    domains = format_html_join(
        "", "<li>{}{}</li>", ((domain_tile(one), typeset(one.label)) for one in card.domains)
    )
    reference = typeset(page.reference)
    return format_html(
        CARD,
        domains or format_html("<li>{}</li>", typeset(str(page.get_kind_display()))),
        format_html(NUMBER, reference) if reference else "",
        page.get_url() or "",
        marked.get("title") or typeset(page.title),
        place_line(card.places[0]) if card.places else typeset(page.organisation.title),
        marked.get("excerpt") or typeset(excerpt(page.summary, EXCERPT)),
        card_foot(page),
    )


@register.simple_tag
def place_line(place: CardPlace) -> SafeString:
    """ "Poitiers · commune · 89 916 hab. · Nouvelle-Aquitaine"."""
    return _place_line(place, get_language() or "")


@register.simple_tag
def card_foot(page: CaseStudyPage) -> SafeString:
    """Status, step and reliability of a case."""
    return _foot(page.status, page.step, page.reliability, get_language() or "")


@lru_cache(maxsize=2000)
def _place_line(place: CardPlace, _language: str) -> SafeString:
    parts = [typeset(place.name), typeset(str(place.nature_label).lower())]
    if place.population:
        parts.append(_("%(population)s hab.") % {"population": number(place.population)})
    if place.region:
        parts.append(typeset(place.region))
    return format_html("{}", " · ".join(parts))


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
