"""The sorts of things that a search of everything finds: their names, addresses and counts in words.

Must not know how anything is found.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cms.typography import number, typeset
from search.query import SearchQuery


@dataclass(frozen=True)
class Nature:
    """A sort of result, with its name in addresses."""

    parameter: str
    label: str | Promise
    inside: str | Promise
    """Completes "« éclairage » …" in the title of the page."""
    unit: str = ""
    """What the index calls it; empty for what is not made of passages."""


CASES = Nature("cas", gettext_lazy("Retours d’expérience"), "")
TERRITORIES = Nature(
    "territoires", gettext_lazy("Territoires"), gettext_lazy("parmi les territoires")
)
NATURES = (
    CASES,
    Nature("guide", gettext_lazy("Guide"), gettext_lazy("dans le guide"), "guide"),
    Nature("glossaire", gettext_lazy("Glossaire"), gettext_lazy("dans le glossaire"), "glossary"),
    Nature(
        "partenaires", gettext_lazy("Partenaires"), gettext_lazy("parmi les partenaires"), "partner"
    ),
    TERRITORIES,
    Nature("documents", gettext_lazy("Documents"), gettext_lazy("dans les documents"), "document"),
    Nature("pages", gettext_lazy("Pages du site"), gettext_lazy("dans les pages du site"), "page"),
)
BY_PARAMETER = {nature.parameter: nature for nature in NATURES}
PASSAGES = tuple(nature for nature in NATURES if nature.unit)


def address(query: SearchQuery, nature: Nature | None = None, page: int = 1) -> str:
    """The address of a search of everything."""
    pairs = [("q", query.text)] if query.text else []
    if nature:
        pairs.append(("nature", nature.parameter))
    if page > 1:
        pairs.append(("page", str(page)))
    return reverse("search:everything") + (f"?{urlencode(pairs)}" if pairs else "")


def count_of(total: int, is_cut: bool = False) -> str:
    """ "12 résultats"; "plus de 60 résultats" when not all were counted."""
    counted = ngettext("%(total)s résultat", "%(total)s résultats", total)
    told = counted % {"total": number(total)}
    return _("plus de %(count)s") % {"count": told} if is_cut else told


def status(query: SearchQuery, total: int, is_cut: bool) -> str:
    """What the page says first, and a screen reader aloud."""
    if not total:
        return typeset(_("Aucun résultat pour « %(text)s »") % {"text": query.text})
    counted = count_of(total, is_cut)
    told = typeset(_("%(count)s pour « %(text)s »") % {"count": counted, "text": query.text})
    return told[:1].upper() + told[1:]
