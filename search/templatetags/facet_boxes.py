"""The check box of one facet value. Must not decide which values are shown.

Two hundred are on each page of the library: one template for each would take longer than the search.
"""

from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cms.typography import number, typeset
from search.facets import Facet
from search.results import FacetResult, FacetValue

register = template.Library()

BOX = (
    '<label class="facet-value{empty}"><input type="checkbox" form="library-form"'
    ' id="{prefix}-{parameter}-{value}" name="{parameter}" value="{value}"{checked}>{sign}'
    '<span class="facet-name">{name}</span><span class="count">{count}'
    '<span class="visually-hidden"> {unit}</span></span></label>'
)


@register.simple_tag
def facet_box(facet: FacetResult | Facet, value: FacetValue, prefix: str = "f") -> SafeString:
    """A value to choose, with its sign if it has one, and how many cases it has.

    `prefix` tells apart two boxes of the same value on one page.
    """
    return format_html(
        BOX,
        empty="" if value.count or value.selected else " is-empty",
        prefix=prefix,
        parameter=facet.parameter,
        value=value.value,
        checked=" checked" if value.selected else "",
        sign=sign(facet.parameter, value.source),
        name=typeset(value.name),
        count=number(value.count),
        unit=_("fiches") if value.count > 1 else _("fiche"),
    )


def sign(parameter: str, source: Any) -> str:
    """The tile of a domain or the scale of a step; other values have none."""
    if source is None:
        return ""
    if parameter == "domaine":
        return tile(source.family, source.identifier)
    return scale(source.position) if parameter == "etape" else ""


@lru_cache(maxsize=100)
def tile(family: str, identifier: str) -> SafeString:
    """The tile of a domain, drawn once per process."""
    domain = {"family": family, "identifier": identifier}
    return render_to_string("casestudies/includes/domain_tile.html", {"domain": domain})


@lru_cache(maxsize=10)
def scale(position: int) -> SafeString:
    """The scale of a step, drawn once per process."""
    return render_to_string("casestudies/includes/scale.html", {"position": position})
