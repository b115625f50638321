"""The one list of facets. The form, the URL, the counts and the index all follow it.

Must not know an engine, nor read the database.
"""

from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Order(Enum):
    """How the values of a facet are listed."""

    VOCABULARY = "vocabulary"
    """In the order that the vocabulary gives, every value, even those that count no case."""
    COUNT = "count"
    """The most frequent first, only those that count a case or are chosen."""


@dataclass(frozen=True)
class Facet:
    """One way to narrow a search: OR between its values, AND with the other facets."""

    parameter: str
    """Its name in the URL; public and stable."""
    field: str
    """Its name in documents."""
    label: str | Promise
    order: Order = Order.VOCABULARY
    hierarchical: bool = False
    """Documents carry the chosen value's ancestors too, so that a whole finds its parts."""
    open_at_first: bool = False
    """Whether the group is unfolded when nothing is chosen in it."""


FACETS: tuple[Facet, ...] = (
    Facet("domaine", "domains", _("Domaine"), open_at_first=True),
    Facet("etape", "step", _("Étape"), open_at_first=True),
    Facet("territoire", "territories", _("Territoire"), Order.COUNT, hierarchical=True),
    Facet("population", "population", _("Population du territoire"), open_at_first=True),
    Facet("statut", "status", _("Statut du projet"), open_at_first=True),
    Facet("theme", "themes", _("Thème de maturité")),
    Facet("capacite", "capacities", _("Capacité")),
    Facet("obstacle", "obstacles", _("Obstacle rencontré")),
    Facet("modele", "sharing_models", _("Modèle de partage")),
    Facet("organisation", "organisation", _("Organisation"), Order.COUNT),
    Facet("type", "kind", _("Type de fiche")),
    Facet("fiabilite", "reliability", _("Fiabilité des sources")),
    Facet("tag", "tags", _("Mot-clé"), Order.COUNT),
)

BY_PARAMETER: dict[str, Facet] = {facet.parameter: facet for facet in FACETS}

MAX_LISTED = 40
"""How many values of a facet without a closed vocabulary are listed; chosen ones always are, and a
page of its own lists them all."""

MAX_NESTED = 80
"""The same where values are nested: a part is listed with all that contains it."""

MAX_VALUES_COUNTED = 60_000
"""Counts are exact up to this many distinct values in one facet: all of France has fewer territories."""
