"""Put the values of a case into a page and its children, without saving it.

It must not look anything up: identifiers come with what they stand for.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from casestudies.interchange.form import SECTIONS, obstacle_id, partner_slug
from casestudies.interchange.lookups import Lookups, batches
from casestudies.models import (
    CaseEvent,
    CaseIndicator,
    CaseObstacle,
    CasePartner,
    CaseSource,
    CaseStudyPage,
    CaseStudyTag,
    CaseTag,
    CaseTerritory,
)
from casestudies.reference.names import name_key
from cms.models import PartnerPage

Data = dict[str, Any]


def create_tags(cases: Iterable[Data]) -> dict[str, CaseStudyTag]:
    """The tags that the cases bear, by key, those that did not exist having been created."""
    names = {name_key(name): name for case in cases for name in case["tags"]}
    found: dict[str, CaseStudyTag] = {}
    for keys in batches(names):
        found.update({tag.key: tag for tag in CaseStudyTag.objects.filter(key__in=keys)})
    for key in sorted(names.keys() - found.keys()):
        found[key] = CaseStudyTag.objects.create(name=names[key])
    return found


def fill(
    page: CaseStudyPage,
    data: Data,
    known: Lookups,
    partners: dict[str, PartnerPage],
    tags: dict[str, CaseStudyTag],
) -> None:
    """Give `page` everything that `data`, a canonical case, says; extra blocks are left as they are."""
    fill_columns(page, data)
    for name in ("themes", "domains", "capacities", "sharing_models"):
        vocabulary = known.vocabulary(name)
        setattr(page, name, [vocabulary[identifier] for identifier in data[name]])
    page.tagged_items = [CaseTag(tag=tags[name_key(name)]) for name in data["tags"]]
    page.case_territories = ranked(
        CaseTerritory(territory=known.territories[code]) for code in data["territories"]
    )
    page.case_partners = ranked(
        CasePartner(
            partner=partners[partner_slug(item)],
            role="partner" if isinstance(item, str) else item["role"],
        )
        for item in data["partners"]
    )
    page.case_obstacles = ranked(
        CaseObstacle(
            obstacle=known.obstacles[obstacle_id(item)],
            observed="" if isinstance(item, str) else item["observed"],
            response="" if isinstance(item, str) else item["response"],
        )
        for item in data["obstacles"]
    )
    fill_evidence(page, data, known)


def fill_columns(page: CaseStudyPage, data: Data) -> None:
    """The values that are columns of the page."""
    page.title = page.draft_title = data["title"]
    page.slug = data["slug"]
    page.summary = data["summary"]
    page.kind = data["kind"]
    page.language_code = data["language"]
    page.step = data["step"] or ""
    page.status = data["status"] or ""
    page.started = data["started"] or ""
    page.ended = data["ended"] or ""
    cost = data["cost"] or {}
    amount = cost.get("amount")
    page.cost_amount = None if amount is None else Decimal(str(amount))
    page.cost_currency = cost.get("currency", "EUR")
    page.cost_perimeter = cost.get("perimeter", "")
    page.cost_source = cost.get("source", "")
    for name in SECTIONS:
        setattr(page, name, data["sections"].get(name, ""))
    for name, text in data["brief"].items():
        setattr(page, name, text)
    page.licence = data["licence"]
    page.reliability = data["reliability"] or ""
    page.is_validated = data["validated"]


def fill_evidence(page: CaseStudyPage, data: Data, known: Lookups) -> None:
    """Moments, figures and sources."""
    page.events = ranked(
        CaseEvent(
            date=event["date"] or "",
            when=event.get("when", ""),
            kind=event["kind"],
            text=event["text"],
            capacity=known.capacities.get(event.get("capacity", "")),
            obstacle=known.obstacles.get(event.get("obstacle", "")),
        )
        for event in data["timeline"]
    )
    page.indicators = ranked(
        CaseIndicator(
            label=figure["label"],
            value=figure["value"],
            unit=figure["unit"],
            nature=figure["nature"],
            source_url=figure.get("source", ""),
        )
        for figure in data["indicators"]
    )
    page.sources = ranked(
        CaseSource(
            publisher=source["publisher"],
            title=source["title"],
            url=source.get("url", ""),
            consulted=source.get("consulted", ""),
        )
        for source in data["sources"]
    )


def ranked(items: Iterable[Any]) -> list[Any]:
    """Children in the order in which they are given."""
    ordered = list(items)
    for rank, item in enumerate(ordered):
        item.sort_order = rank
    return ordered
