"""Facets with their check boxes, nested and in families. Must not decide which values are shown.

Two hundred boxes are on each page of the library: written by templates they would take longer than
the search.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from casestudies.templatetags.cards import domain_tile, scale
from cms.typography import number, typeset
from search.editions import Entry
from search.facets import Facet
from search.results import FacetResult, FacetValue

register = template.Library()


@register.simple_tag
def facet_group(facet: FacetResult) -> SafeString:
    """A facet that unfolds: its name, what filters its list if that is long, and its values."""
    return _safe(_Writer(facet).group(facet))


@register.simple_tag
def facet_box(facet: FacetResult | Facet, value: FacetValue, prefix: str = "f") -> SafeString:
    """A value to choose, with its sign if it has one, and how many cases it has.

    `prefix` tells apart two boxes of the same value on one page.
    """
    return _safe([_Writer(facet, prefix).box(value)])


@register.simple_tag
def entry_options(editions: Sequence[tuple[str, Sequence[Entry]]], chosen: str) -> SafeString:
    """The themes of each edition, as options."""
    return _safe(
        f'<optgroup label="{escape(typeset(edition))}">'
        + "".join(
            f'<option value="{escape(entry.key)}"{" selected" if entry.key == chosen else ""}>'
            f"{escape(typeset(entry.label))}</option>"
            for entry in entries
        )
        + "</optgroup>\n"
        for edition, entries in editions
    )


def _safe(pieces: Iterator[str] | Sequence[str]) -> SafeString:
    # Safe: whatever is not markup of this module is escaped where it is put.
    return mark_safe("".join(pieces))  # noqa: S308


@dataclass(frozen=True)
class _Words:
    """What the writer says of its own, escaped."""

    case: str
    cases: str
    filter: str
    colon: str
    none: str
    one: str
    many: str
    whole: str
    whole_of: str

    @classmethod
    @lru_cache(maxsize=8)
    def of(cls, _language: str) -> "_Words":
        """The words of the language in use."""
        words = (
            _("fiche"), _("fiches"), _("Filtrer la liste"), _(" : "), _("Aucune valeur"),
            _("Une valeur"), _("{n} valeurs"), _("Toute la liste"), _("Toute la liste (%(total)s)"),
        )  # fmt: skip
        return cls(*map(escape, words))


class _Writer:
    """Writes one facet; every text is escaped where it is put."""

    def __init__(self, facet: FacetResult | Facet, prefix: str = "f") -> None:
        self.parameter = escape(facet.parameter)
        self.label = escape(str(facet.label))
        self.prefix = escape(prefix)
        self.words = _Words.of(get_language() or "")

    def group(self, facet: FacetResult) -> Iterator[str]:
        """The whole facet."""
        yield f'<details class="facet" id="facet-{self.parameter}"{" open" if facet.open else ""}>\n'
        yield f"<summary><span>{self.label}{chosen_count(len(facet.selected))}</span></summary>\n"
        yield f'<fieldset><legend class="visually-hidden">{self.label}</legend>\n'
        list_url = escape(facet.list_url)
        if facet.is_long:
            yield self.filter(list_url)
        nested = " is-nested" if facet.is_nested else ""
        yield f'<div class="facet-values{nested}">'
        yield from self.level(facet.shown, facet.others, facet.parameter)
        yield "</div>\n"
        if list_url:
            whole = self.words.whole_of if facet.total else self.words.whole
            yield f'<p class="facet-all"><a href="{list_url}">{whole % {"total": number(facet.total)}}'
            yield f'<span class="visually-hidden">{self.words.colon}{self.label}</span></a></p>\n'
        yield "</fieldset>\n</details>\n"

    def filter(self, list_url: str) -> str:
        """Shown by js/library.js, which finds its sentences here; a cut list is asked from its page."""
        words = self.words
        asking = matches = ""
        if list_url:
            asking = (
                f' name="filtre" data-hx-get="{list_url}" data-hx-trigger="input changed delay:200ms"'
                f' data-hx-target="#matches-{self.parameter}" data-hx-swap="innerHTML"'
                ' data-hx-sync="this:replace"'
            )
            matches = f'<div class="facet-matches" id="matches-{self.parameter}" hidden></div>'
        return (
            f'<div class="facet-filter" data-facet-filter hidden>\n<label for="filter-{self.parameter}">'
            f'{words.filter}<span class="visually-hidden">{words.colon}{self.label}</span></label>\n'
            f'<input type="search" id="filter-{self.parameter}" maxlength="100" autocomplete="off"'
            f' spellcheck="false"{asking}>\n<p class="facet-left" role="status"'
            f' data-none="{words.none}" data-one="{words.one}" data-many="{words.many}"></p>\n'
            f"</div>{matches}\n"
        )

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
            yield f'<span class="visually-hidden"> ({self.label})</span></summary>\n'
            yield from self.level(others, (), f"{place}-more")
            yield "</details>"

    def branch(self, value: FacetValue) -> Iterator[str]:
        """What a value contains, folded unless something in it is chosen."""
        unfolded = " open" if value.unfolded else ""
        name = escape(_("Dans %(place)s") % {"place": typeset(value.label)})
        yield f'<details class="branch" id="branch-{escape(value.value)}"{unfolded}>'
        yield f'<summary><span class="visually-hidden">{name}</span></summary>\n'
        yield from self.level(value.shown, value.others, value.value)
        yield "</details>"

    def box(self, value: FacetValue) -> str:
        """One check box."""
        empty = "" if value.count or value.selected else " is-empty"
        checked = " checked" if value.selected else ""
        drawn = sign(self.parameter, value.source)
        field, name = _named(self.prefix, self.parameter, value.value, value.name, drawn)
        unit = self.words.cases if value.count > 1 else self.words.case
        return (
            f'<label class="facet-value{empty}">{field}{checked}>{name}'
            f'<span class="count">{number(value.count)}'
            f'<span class="visually-hidden"> {unit}</span></span></label>'
        )


@lru_cache(maxsize=4_000)
def _named(prefix: str, parameter: str, value: str, name: str, drawn: str) -> tuple[str, str]:
    """The parts of a box that are the same whatever was searched."""
    identifier = escape(value)
    return (
        f'<input type="checkbox" form="library-form" id="{prefix}-{parameter}-{identifier}"'
        f' name="{parameter}" value="{identifier}"',
        f'{drawn}<span class="facet-name">{escape(typeset(name))}</span>',
    )


def chosen_count(total: int) -> str:
    """How many values of a facet are chosen; nothing when none is."""
    if not total:
        return ""
    unit = escape(ngettext("valeur choisie", "valeurs choisies", total))
    return f' <span class="facet-chosen">{total}<span class="visually-hidden"> {unit}</span></span>'


def sign(parameter: str, source: Any) -> str:
    """The tile of a domain or the scale of a step; other values have none."""
    if source is None:
        return ""
    if parameter == "domaine":
        return domain_tile(source)
    return scale(source.position) if parameter == "etape" else ""
