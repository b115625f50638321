"""Published cases as objects of the interchange format.

Only what the wiki's door lets through goes out, unless the caller hands over other pages.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from casestudies.interchange.checks import written_moment
from casestudies.interchange.form import SECTIONS, canonical
from casestudies.interchange.lookups import batches
from casestudies.interchange.markup import portable
from casestudies.models import CaseStudyPage
from cms.models import PartnerPage
from cms.visibility import visible_to

PARTS = (
    "themes",
    "domains",
    "capacities",
    "sharing_models",
    "case_territories__territory",
    "case_partners",
    "case_obstacles__obstacle",
    "events__capacity",
    "events__obstacle",
    "indicators",
    "sources",
    "tagged_items__tag",
)
BATCH = 200


def public_cases(user: Any = None) -> Any:
    """The cases that `user` (nobody in particular by default) may read, by number."""
    return visible_to(CaseStudyPage.objects.all(), user).order_by("number", "path")


def public_partners(user: Any = None) -> Any:
    """The partners that may be named to `user`."""
    return visible_to(PartnerPage.objects.all(), user)


def as_line(case: dict[str, Any]) -> str:
    """One line of a JSON Lines file."""
    return json.dumps(case, ensure_ascii=False, separators=(",", ":"))


def cases_as_data(cases: Any, partners: Any = None) -> Iterator[dict[str, Any]]:
    """Each case of the queryset `cases`, in its order, in a bounded number of queries.

    Only `partners` (a queryset; the public ones by default) are named as having taken part.
    """
    named = public_partners() if partners is None else partners
    slugs = dict(named.values_list("pk", "slug"))
    publishers = dict(PartnerPage.objects.values_list("path", "slug"))
    for page in cases.prefetch_related(*PARTS).iterator(chunk_size=BATCH):
        yield case_as_data(page, publishers[page.path[: -page.steplen]], slugs)


def cases_by_key(keys: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The published state of these pages, by primary key, with every partner named."""
    found: dict[int, dict[str, Any]] = {}
    every = PartnerPage.objects.all()
    for batch in batches(keys):
        cases = CaseStudyPage.objects.filter(pk__in=batch).order_by("pk")
        for pk, data in zip(sorted(batch), cases_as_data(cases, every), strict=True):
            found[pk] = data
    return found


def case_as_data(
    page: CaseStudyPage, organisation: str, partners: dict[int, str]
) -> dict[str, Any]:
    """One case whose publisher is `organisation`; `partners` are the slugs that may be named."""
    return canonical(
        {
            "number": page.number,
            "slug": page.slug,
            "kind": page.kind,
            "title": page.title,
            "summary": page.summary,
            "language": page.language_code,
            "organisation": organisation,
            "partners": took_part(page, organisation, partners),
            "territories": list(
                dict.fromkeys(link.territory.code for link in page.case_territories.all())
            ),
            **vocabularies(page),
            "obstacles": [
                {
                    "id": link.obstacle.identifier,
                    "observed": link.observed,
                    "response": link.response,
                }
                for link in page.case_obstacles.all()
            ],
            "step": page.step or None,
            "status": page.status or None,
            "started": page.started or None,
            "ended": page.ended or None,
            "cost": cost(page),
            "sections": {
                name: portable(html) for name in SECTIONS if (html := getattr(page, name))
            },
            "brief": {"done": page.done, "gained": page.gained, "unsolved": page.unsolved},
            "timeline": timeline(page),
            "indicators": [
                {
                    "label": figure.label,
                    "value": figure.value,
                    "unit": figure.unit,
                    "nature": figure.nature,
                    "source": figure.source_url,
                }
                for figure in page.indicators.all()
            ],
            "sources": [
                {
                    "publisher": source.publisher,
                    "title": source.title,
                    "url": source.url,
                    "consulted": source.consulted,
                }
                for source in page.sources.all()
            ],
            "licence": page.licence,
            "reliability": page.reliability or None,
            "validated": page.is_validated,
            "published_at": written_moment(page.first_published_at)
            if page.first_published_at
            else None,
            "updated_at": written_moment(page.last_published_at)
            if page.last_published_at
            else None,
        }
    )


def took_part(
    page: CaseStudyPage, organisation: str, partners: dict[int, str]
) -> list[dict[str, str]]:
    """The other organizations and their roles, each pair once."""
    pairs = dict.fromkeys(
        (partners[link.partner_id], link.role)
        for link in page.case_partners.all()
        if partners.get(link.partner_id, organisation) != organisation
    )
    return [{"slug": slug, "role": role} for slug, role in pairs]


def vocabularies(page: CaseStudyPage) -> dict[str, list[str]]:
    """Identifiers in the order of their vocabulary, tags by their name without accents."""
    tags = sorted((item.tag for item in page.tagged_items.all()), key=lambda tag: tag.key)
    return {
        "themes": identifiers(page.themes.all()),
        "domains": identifiers(page.domains.all()),
        "capacities": identifiers(page.capacities.all()),
        "sharing_models": identifiers(page.sharing_models.all()),
        "tags": [tag.name for tag in tags],
    }


def identifiers(values: Iterable[Any]) -> list[str]:
    """The identifiers of vocabulary values, in the vocabulary's order."""
    return [
        value.identifier for value in sorted(values, key=lambda value: (value.order, value.label))
    ]


def cost(page: CaseStudyPage) -> dict[str, Any] | None:
    """The cost, if anything is said of it."""
    if page.cost_amount is None and not page.cost_perimeter and not page.cost_source:
        return None
    return {
        "amount": page.cost_amount,
        "currency": page.cost_currency,
        "perimeter": page.cost_perimeter,
        "source": page.cost_source,
    }


def timeline(page: CaseStudyPage) -> list[dict[str, Any]]:
    """The moments of the account."""
    return [
        {
            "date": event.date or None,
            "when": event.when,
            "kind": event.kind,
            "text": event.text,
            "capacity": event.capacity.identifier if event.capacity else "",
            "obstacle": event.obstacle.identifier if event.obstacle else "",
        }
        for event in page.events.all()
    ]
