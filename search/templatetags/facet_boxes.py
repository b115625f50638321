"""The check boxes of a facet, nested and in families. Must not decide which values are shown.

Two hundred are on each page of the library: written by templates they would take longer than the
search.
"""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casestudies.templatetags.cards import domain_tile, scale
from cms.typography import number, typeset
from search.facets import Facet
from search.results import FacetResult, FacetValue

register = template.Library()


@register.simple_tag
def facet_values(facet: FacetResult) -> SafeString:
    """All listed values of a facet: those seen at once, then the others on demand."""
    return _safe(_Writer(facet).level(facet.shown, facet.others, facet.parameter))


@register.simple_tag
def facet_box(facet: FacetResult | Facet, value: FacetValue, prefix: str = "f") -> SafeString:
    """A value to choose, with its sign if it has one, and how many cases it has.

    `prefix` tells apart two boxes of the same value on one page.
    """
    return _safe([_Writer(facet, prefix).box(value)])


def _safe(pieces: Iterator[str] | Sequence[str]) -> SafeString:
    # Safe: the writer below escapes whatever is not its own markup.
    return mark_safe("".join(pieces))  # noqa: S308


class _Writer:
    """Writes values of one facet; every text is escaped where it is put."""

    def __init__(self, facet: FacetResult | Facet, prefix: str = "f") -> None:
        self.parameter = escape(facet.parameter)
        self.label = facet.label
        self.prefix = escape(prefix)
        self.case, self.cases = escape(_("fiche")), escape(_("fiches"))
        self.inside = _("Dans %(place)s")

    def level(
        self, values: Sequence[FacetValue], others: Sequence[FacetValue], place: str
    ) -> Iterator[str]:
        """Values that stand side by side, under their families; `place` makes ids unique."""
        place_id = escape(place)
        for rank, (family, members) in enumerate(groupby(values, lambda v: str(v.family)), 1):
            if family:
                family_id = f"family-{place_id}-{rank}"
                yield f'<p class="facet-family" id="{family_id}">{escape(family)}</p>'
                yield f'<ul class="facet-list" aria-labelledby="{family_id}">\n'
            else:
                yield '<ul class="facet-list">\n'
            for value in members:
                yield f"<li>{self.box(value)}"
                if value.children:
                    yield from self.branch(value)
                yield "</li>\n"
            yield "</ul>"
        if others:
            shown = ngettext("%(total)s autre", "Les %(total)s autres", len(others))
            more = escape(shown % {"total": len(others)})
            yield f'<details class="facet-more" id="more-{place_id}"><summary>{more}'
            yield f'<span class="visually-hidden"> ({escape(str(self.label))})</span></summary>\n'
            yield from self.level(others, (), f"{place}-more")
            yield "</details>"

    def branch(self, value: FacetValue) -> Iterator[str]:
        """What a value contains, folded unless something in it is chosen."""
        unfolded = " open" if value.unfolded else ""
        name = escape(self.inside % {"place": typeset(value.label)})
        yield f'<details class="branch" id="branch-{escape(value.value)}"{unfolded}>'
        yield f'<summary><span class="visually-hidden">{name}</span></summary>\n'
        yield from self.level(value.shown, value.others, value.value)
        yield "</details>"

    def box(self, value: FacetValue) -> str:
        """One check box."""
        empty = "" if value.count or value.selected else " is-empty"
        checked = " checked" if value.selected else ""
        identifier = escape(value.value)
        unit = self.cases if value.count > 1 else self.case
        return (
            f'<label class="facet-value{empty}"><input type="checkbox" form="library-form"'
            f' id="{self.prefix}-{self.parameter}-{identifier}" name="{self.parameter}"'
            f' value="{identifier}"{checked}>{sign(self.parameter, value.source)}'
            f'<span class="facet-name">{escape(typeset(value.name))}</span>'
            f'<span class="count">{number(value.count)}'
            f'<span class="visually-hidden"> {unit}</span></span></label>'
        )


def sign(parameter: str, source: Any) -> str:
    """The tile of a domain or the scale of a step; other values have none."""
    if source is None:
        return ""
    if parameter == "domaine":
        return domain_tile(source)
    return scale(source.position) if parameter == "etape" else ""
