"""Names of facet values, and facets as the form shows them. Reads vocabularies, knows no engine."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from casestudies.enums import DomainFamily, Kind, PopulationBand, Reliability, Status, Step
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
from search.analysis import fold
from search.branches import Branch, branches, frequent, full_name, places_of
from search.editions import find_entry
from search.facets import FACETS, MAX_LISTED, MAX_NESTED, Facet, Order
from search.memory import Memory, Names
from search.query import SearchQuery
from search.results import FacetResult, FacetValue

Label = tuple[str, Any]
"""A name, and the object it belongs to if templates draw something of it."""
Labels = dict[str, Label]
NOTHING: Mapping[str, Sequence[str]] = MappingProxyType({})

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


def closed_labels() -> Mapping[str, Labels]:
    """Every value of every closed vocabulary, in its order, by facet parameter."""
    return {**_choice_labels(get_language() or ""), **MEMORY.value()}


@lru_cache(maxsize=8)
def _choice_labels(_language: str) -> dict[str, Labels]:
    return {
        parameter: {choice.value: (str(choice.label), choice) for choice in choices}
        for parameter, choices in CHOICES.items()
    }


def _rows() -> dict[str, list[Any]]:
    """The values of every vocabulary, in their order."""
    return {
        parameter: list(
            (model.objects.reference() if model is Theme else model.objects.all()).values()
        )
        for parameter, model in VOCABULARIES.items()
    }


def _labels(rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> dict[str, Labels]:
    labels: dict[str, Labels] = {}
    for parameter, model in VOCABULARIES.items():
        values = [model(**row) for row in rows[parameter]]
        labels[parameter] = {value.identifier: (value.label, value) for value in values}
    return labels


MEMORY = Memory("labels", _rows, _labels)


def open_labels(parameter: str, values: Iterable[str]) -> Labels:
    """Names of those of `values` that exist, for a facet without a closed vocabulary."""
    wanted = list(values)
    if not wanted:
        return {}
    if parameter == "territoire":
        return {code: (place.label, place) for code, place in places_of(wanted).items()}
    if parameter == "organisation":
        partners = visible_to(PartnerPage.objects.filter(slug__in=wanted))
        return {slug: (title, None) for slug, title in partners.values_list("slug", "title")}
    return {slug: (name, None) for slug, name in TAGS.of(wanted).items()}


def _tag_names(slugs: list[str]) -> dict[str, str]:
    return dict(CaseStudyTag.objects.filter(slug__in=slugs).values_list("slug", "name"))


TAGS: Names[str, str] = Names("tags", _tag_names)


def territory_label(territory: Territory) -> str:
    """A name that tells homonyms and levels apart: "Poitiers (86)", "Vienne (département)"."""
    number = territory.departement_number
    return full_name(territory.name, territory.kind, territory.nature, number)


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
    return entered(query.keeping(known))


def entered(query: SearchQuery) -> SearchQuery:
    """`query` with what the edition's theme it enters by leads to; one that leads nowhere is dropped."""
    if not query.entry:
        return query
    entry = find_entry(query.entry)
    if entry is None:
        return replace(query, entry="", ignored=(*query.ignored, f"entree={query.entry[:30]}"))
    return replace(query, leanings=entry.leanings)


def facet_results(
    query: SearchQuery,
    counts: Mapping[str, Mapping[str, int]],
    closed: Mapping[str, Labels],
    offered: Mapping[str, Sequence[str]] = NOTHING,
) -> list[FacetResult]:
    """Every facet with its values, named, counted and in order.

    `offered` are values of open vocabularies to list even when they count nothing, the best first.
    """
    results = []
    language = get_language() or ""
    for facet in FACETS:
        counted, chosen = counts.get(facet.parameter, {}), query.chosen(facet.parameter)
        is_open = facet.open_at_first or bool(chosen)
        result = FacetResult(facet.parameter, facet_label(facet, language), (), is_open)
        if facet.order is Order.VOCABULARY:
            values = closed_values(query, facet, closed[facet.parameter], counted, language)
            results.append(replace(result, values=values))
            continue
        limit = MAX_NESTED if facet.hierarchical else MAX_LISTED
        listed = listed_values(counted, offered.get(facet.parameter, ()), limit)
        listed += [value for value in chosen if value not in set(listed)]
        build = nested_values if facet.hierarchical else frequent_values
        values = build(query, facet, listed, counted)
        # Of a facet that was not counted to its end, nobody knows how many values it has.
        is_whole = len(counted) < query.counted
        total = len({*counted, *chosen}) if is_whole else 0
        list_url = facet_url(facet.parameter, query) if len(counted) > limit else ""
        results.append(replace(result, values=values, total=total, list_url=list_url))
    return results


@lru_cache(maxsize=64)
def facet_label(facet: Facet, _language: str) -> str:
    """What a facet is called: asked six times on each page."""
    return str(facet.label)


def listed_values(counted: Mapping[str, int], offered: Iterable[str], limit: int) -> list[str]:
    """The most frequent values; where few count, some of those that are `offered` otherwise."""
    listed = frequent(counted, limit)
    others = [value for value in offered if value not in counted]
    return listed + others[: limit - len(listed)]


def closed_values(
    query: SearchQuery, facet: Facet, labels: Labels, counted: Mapping[str, int], language: str
) -> tuple[FacetValue, ...]:
    """Every value of a vocabulary, in its order, under the heading of its family if it has one."""
    return tuple(
        facet_value(query, facet, value, label, counted, family=family_of(label[1], language))
        for value, label in labels.items()
    )


def frequent_values(
    query: SearchQuery, facet: Facet, listed: Iterable[str], counted: Mapping[str, int]
) -> tuple[FacetValue, ...]:
    """Those of `listed` that exist, the most frequent first."""
    labels = open_labels(facet.parameter, listed)
    order = sorted(labels, key=lambda value: (-counted.get(value, 0), fold(labels[value][0])))
    return tuple(facet_value(query, facet, value, labels[value], counted) for value in order)


def nested_values(
    query: SearchQuery, facet: Facet, listed: Iterable[str], counted: Mapping[str, int]
) -> tuple[FacetValue, ...]:
    """Those of `listed` that exist, each under what contains it, unfolded along what is chosen."""

    def grown(branch: Branch, alone: bool) -> FacetValue:
        only_child = len(branch.children) == 1
        return facet_value(
            query,
            facet,
            branch.place.code,
            (branch.place.label, None),
            counted,
            short_label=branch.place.short_label,
            children=tuple(grown(child, only_child) for child in branch.children),
            unfolded_anyway=alone,
        )

    return tuple(grown(branch, alone=False) for branch in branches(counted, listed))


def family_of(source: Any, language: str) -> str:
    """The family of a domain, as it is read; nothing else has one."""
    return _family_label(source.family, language) if isinstance(source, Domain) else ""


@lru_cache(maxsize=64)
def _family_label(family: str, _language: str) -> str:
    return str(DomainFamily(family).label) if family in DomainFamily else family


def facet_value(
    query: SearchQuery,
    facet: Facet,
    value: str,
    label: Label,
    counted: Mapping[str, int],
    **more: Any,
) -> FacetValue:
    """One value as the form shows it."""
    selected = value in query.chosen(facet.parameter)
    name, source = label
    url = library_url(query.without_value(facet.parameter, value)) if selected else ""
    return FacetValue(value, name, counted.get(value, 0), selected, url, source, **more)


def facet_url(parameter: str, query: SearchQuery) -> str:
    """The address of the page that lists every value of a facet for this search."""
    querystring = query.to_querystring(page=1)
    address = reverse("search:facet", args=[parameter])
    return f"{address}?{querystring}" if querystring else address


def library_url(query: SearchQuery, **changes: object) -> str:
    """The address of a search."""
    querystring = query.to_querystring(**changes)
    return f"{_library_path()}?{querystring}" if querystring else _library_path()


@cache
def _library_path() -> str:
    return reverse("search:library")
