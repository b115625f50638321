"""Names of facet values, and facets as the form shows them. Reads vocabularies, knows no engine."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.urls import reverse

from casestudies.enums import Kind, PopulationBand, Reliability, Status, Step, TerritoryKind
from casestudies.models import (
    Capacity,
    CaseStudyTag,
    Domain,
    Obstacle,
    SharingModel,
    Territory,
    TerritoryFormerCode,
    Theme,
)
from cms.models import PartnerPage
from cms.visibility import visible_to
from search.facets import FACETS, MAX_LISTED, Facet, Order
from search.query import SearchQuery
from search.results import FacetResult, FacetValue

Label = tuple[str, Any]
"""A name, and the object it belongs to if templates draw something of it."""
Labels = dict[str, Label]

CHOICES: dict[str, Any] = {
    "etape": Step,
    "statut": Status,
    "fiabilite": Reliability,
    "type": Kind,
    "population": PopulationBand,
}
VOCABULARIES: dict[str, Any] = {
    "domaine": Domain,
    "theme": Theme,
    "capacite": Capacity,
    "obstacle": Obstacle,
    "modele": SharingModel,
}


def closed_labels() -> dict[str, Labels]:
    """Every value of every closed vocabulary, in its order, by facet parameter."""
    labels: dict[str, Labels] = {
        parameter: {choice.value: (str(choice.label), choice) for choice in choices}
        for parameter, choices in CHOICES.items()
    }
    for parameter, model in VOCABULARIES.items():
        values = model.objects.reference() if model is Theme else model.objects.all()
        labels[parameter] = {value.identifier: (value.label, value) for value in values}
    return labels


def open_labels(parameter: str, values: Iterable[str]) -> Labels:
    """Names of those of `values` that exist, for a facet without a closed vocabulary."""
    wanted = list(values)
    if not wanted:
        return {}
    if parameter == "territoire":
        territories = Territory.objects.filter(code__in=wanted).select_related("departement")
        return {
            territory.code: (territory_label(territory), territory) for territory in territories
        }
    if parameter == "organisation":
        partners = visible_to(PartnerPage.objects.filter(slug__in=wanted))
        return {partner.slug: (partner.title, partner) for partner in partners}
    tags = CaseStudyTag.objects.filter(slug__in=wanted)
    return {tag.slug: (tag.name, tag) for tag in tags}


def territory_label(territory: Territory) -> str:
    """A name that tells homonyms and levels apart: "Poitiers (86)", "Vienne (département)"."""
    if territory.kind == TerritoryKind.COMMUNE:
        return str(territory)
    return f"{territory.name} ({str(territory.nature_label).lower()})"


def recognized(query: SearchQuery, closed: Mapping[str, Labels]) -> SearchQuery:
    """`query` with the chosen values that exist; a territory's former code becomes today's."""
    known: dict[str, Collection[str]] = {
        parameter: closed[parameter] if parameter in closed else open_labels(parameter, chosen)
        for parameter, chosen in query.values.items()
    }
    former = set(query.chosen("territoire")).difference(known.get("territoire", ()))
    if former:
        rows = TerritoryFormerCode.objects.filter(code__in=former)
        today = dict(rows.values_list("code", "territory__code"))
        query = query.renamed("territoire", today)
        known["territoire"] = {*known["territoire"], *today.values()}
    return query.keeping(known)


def facet_results(
    query: SearchQuery, counts: Mapping[str, Mapping[str, int]], closed: Mapping[str, Labels]
) -> list[FacetResult]:
    """Every facet with its values, named, counted and in order."""
    results = []
    for facet in FACETS:
        counted, chosen = counts.get(facet.parameter, {}), query.chosen(facet.parameter)
        if facet.order is Order.VOCABULARY:
            labels = closed[facet.parameter]
            listed = list(labels)
        else:
            frequent = sorted(counted, key=lambda value: (-counted[value], value))[:MAX_LISTED]
            listed = list(dict.fromkeys([*frequent, *chosen]))
            labels = open_labels(facet.parameter, listed)
            listed.sort(key=lambda value: (-counted.get(value, 0), labels.get(value, (value,))[0]))
        values = tuple(
            facet_value(query, facet, value, labels[value], counted)
            for value in listed
            if value in labels
        )
        is_open = facet.open_at_first or bool(chosen)
        results.append(FacetResult(facet.parameter, facet.label, values, is_open))
    return results


def facet_value(
    query: SearchQuery, facet: Facet, value: str, label: Label, counted: Mapping[str, int]
) -> FacetValue:
    """One value as the form shows it."""
    selected = value in query.chosen(facet.parameter)
    name, source = label
    url = library_url(query.without_value(facet.parameter, value)) if selected else ""
    return FacetValue(value, name, counted.get(value, 0), selected, url, source)


def library_url(query: SearchQuery, **changes: object) -> str:
    """The address of a search."""
    querystring = query.to_querystring(**changes)
    return reverse("search:library") + (f"?{querystring}" if querystring else "")
