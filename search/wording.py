"""A search as it is called outside the library: in words, and by a whole address; for feeds and mails."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from cms.typography import typeset
from search.editions import find_entry
from search.facets import FACETS, Order
from search.labels import Labels, open_labels
from search.query import SearchQuery

SEPARATOR = " · "


def facets_in_words(
    query: SearchQuery, closed: Mapping[str, Labels]
) -> list[tuple[str, tuple[str, ...]]]:
    """What is chosen, by the label of its facet; and the theme by which the reader came in.

    A value that no vocabulary knows any more goes by what the address calls it.
    """
    told = []
    for facet in FACETS:
        chosen = query.chosen(facet.parameter)
        if not chosen:
            continue
        named = (
            closed[facet.parameter]
            if facet.order is Order.VOCABULARY
            else open_labels(facet.parameter, chosen)
        )
        names = tuple(named[value][0] if value in named else value for value in chosen)
        told.append((str(facet.label), names))
    entry = find_entry(query.entry) if query.entry else None
    if entry is not None:
        told.append((_("Thème d’un baromètre"), (f"{entry.label} ({entry.edition})",)))
    return told


def in_words(query: SearchQuery, closed: Mapping[str, Labels]) -> str:
    """ "« capteurs » · Domaine : Eau ou Énergie", on one line, in French typography."""
    parts = [f"« {query.text} »"] if query.text else []
    between = f" {_('ou')} "
    parts += [f"{label} : {between.join(names)}" for label, names in facets_in_words(query, closed)]
    return typeset(SEPARATOR.join(parts)) if parts else _("Tous les retours d’expérience")
