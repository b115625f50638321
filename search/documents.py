"""What the index knows of a case and of a passage: plain records, the same for every engine.

Built from the database in a constant number of queries per batch; must not know an engine.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from casestudies.models import (
    CaseEvent,
    CaseIndicator,
    CaseObstacle,
    CasePartner,
    CaseStudyPage,
    CaseTag,
    CaseTerritory,
    Territory,
)
from cms.models import PartnerPage
from search.analysis import fold, visible_text
from search.bodies import plain, texts_of
from search.ranking import TEXT_FIELDS
from search.syntax import day_number

EXCERPT_FIELDS = ("summary", "results", "lessons", "body")
"""Fields an excerpt may be taken from, the best first."""

CASE = "case"
UNITS = (CASE, "guide", "glossary", "partner", "page", "document")
"""What a document of the index is about: a case, or a passage of something else."""

_ID_BITS = 30

Linked = dict[int, list[tuple[Any, ...]]]

SOURCE_CALLS = re.compile(r"(?:\s*\[\d{1,3}\])+")


@dataclass(frozen=True)
class CaseDocument:
    """One case as it is searched, filtered, counted and sorted."""

    page_id: int
    version: int
    """Grows with every reading of the database: of two documents, the greater knows better."""
    title: str
    summary: str
    names: str
    """Labels of everything the case is filed under: places, organizations, themes, tags…"""
    results: str
    lessons: str
    body: str
    facets: Mapping[str, tuple[str, ...]]
    """Values by document field, see `search.facets`."""
    published_at: datetime
    places: tuple[str, ...] = ()
    """Codes of its own territories, without those that contain them."""
    participants: tuple[str, ...] = ()
    """Slugs of the organization that publishes it and of those that took part."""
    started: int | None = None
    """Day on which the project began, as 20190131; a month or year counts from its first day."""
    quarters: int = 0
    """How much of the case is told, in quarters."""
    vector: Any = field(default=None, compare=False, repr=False)
    """What it means as a point in space, for engines that hold vectors."""

    unit = CASE

    @property
    def key(self) -> str:
        """Its identity in the index."""
        return str(self.page_id)

    @cached_property
    def content_hash(self) -> str:
        """Sixteen hexadecimal digits of all that is searched; equal means nothing to index."""
        facets = {name: sorted(values) for name, values in self.facets.items()}
        others = [sorted(self.places), sorted(self.participants), self.started, self.quarters]
        return digest([self.texts(), facets, self.recent_key, others])

    @property
    def title_sort(self) -> str:
        """Orders by title without case, accents or punctuation; never the same for two pages."""
        letters = "".join(char if char.isalnum() else " " for char in fold(self.title))
        return f"{' '.join(letters.split())}\t{self.page_id:010d}"

    @property
    def recent_key(self) -> int:
        """Orders by date of publication; never the same for two pages."""
        return recent_key(self.published_at, self.page_id)

    def texts(self) -> dict[str, str]:
        """The searched texts by field."""
        return {name: getattr(self, name) for name in TEXT_FIELDS}


@dataclass(frozen=True)
class PassageDocument:
    """A passage of a page, or of a document attached to one, as it is searched."""

    page_id: int
    unit: str
    anchor: str
    """The place on the page; empty for its beginning."""
    order: int
    """Its rank on the page; never the same for two passages of one page."""
    title: str
    """Of the page."""
    heading: str
    """What the passage is called."""
    text: str
    version: int

    @property
    def key(self) -> str:
        """Its identity in the index."""
        return f"{self.page_id}#{self.order}"

    @cached_property
    def content_hash(self) -> str:
        """Sixteen hexadecimal digits of all that is searched and shown."""
        return digest([self.unit, self.anchor, self.order, self.texts()])

    def texts(self) -> dict[str, str]:
        """The searched texts by field."""
        return {"heading": self.heading, "passage_title": self.title, "passage": self.text}


SearchDocument = CaseDocument | PassageDocument


def digest(content: Any) -> str:
    """Sixteen hexadecimal digits of plain data."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(canonical.encode(), digest_size=8).hexdigest()


def recent_key(moment: datetime, page_id: int = 0) -> int:
    """A number that orders by `moment`, then by page."""
    return (int(moment.timestamp()) << _ID_BITS) | page_id


def page_of(key: str) -> int:
    """The page that a document of the index belongs to."""
    return int(key.partition("#")[0])


def build_documents(pages: Sequence[CaseStudyPage], version: int) -> list[CaseDocument]:
    """The documents of `pages`, which the caller has found to be readable by everyone."""
    return _Stored(pages).documents(version)


class CaseMaterial:
    """Everything that documents of some cases are made of, wherever it was read."""

    pages: Sequence[CaseStudyPage]
    """Their own columns; they need not be in the database."""
    themes: Linked
    domains: Linked
    capacities: Linked
    sharing_models: Linked
    tags: Linked
    """Identifier and label of each value, by page."""
    obstacles: Linked
    """Identifier, label, what was observed and what was done."""
    partners: Linked
    """Title and slug."""
    events: Linked
    """Text and date in words."""
    indicators: Linked
    """Label."""
    territories: Mapping[int, Sequence[Territory]]
    """With all that contains them."""
    organisations: Mapping[int, PartnerPage]

    def documents(self, version: int) -> list[CaseDocument]:
        """One document for each page, in the same order."""
        return [self._document(page, version) for page in self.pages]

    def _document(self, page: CaseStudyPage, version: int) -> CaseDocument:
        territories = self.territories[page.pk]
        places = [
            place for territory in territories for place in (territory, *territory.ancestors())
        ]
        organisation = self.organisations[page.pk]
        vocabularies = {
            "themes": self.themes[page.pk],
            "domains": self.domains[page.pk],
            "capacities": self.capacities[page.pk],
            "sharing_models": self.sharing_models[page.pk],
            "obstacles": self.obstacles[page.pk],
            "tags": self.tags[page.pk],
        }
        names = [place.name for place in places]
        names += [organisation.title, *(row[0] for row in self.partners[page.pk])]
        names += [row[1] for rows in vocabularies.values() for row in rows]
        names += [label for label in (page.get_status_display(), page.get_kind_display()) if label]
        facets = {
            **{field: [row[0] for row in rows] for field, rows in vocabularies.items()},
            "kind": [page.kind],
            "step": [page.step],
            "status": [page.status],
            "reliability": [page.reliability],
            "organisation": [organisation.slug],
            "territories": [place.code for place in places],
            "population": [territory.population_band for territory in territories],
        }
        return CaseDocument(
            page_id=page.pk,
            version=version,
            title=visible_text(page.title),
            summary=visible_text(page.summary),
            names=joined(dict.fromkeys([*names, page.reference])),
            results=joined((page.gained, page.unsolved, plain(page.results))),
            lessons=joined([plain(page.lessons)]),
            body=joined(self._body(page)),
            facets={field: tuple(sorted({*values} - {""})) for field, values in facets.items()},
            published_at=page.last_published_at or datetime(1970, 1, 1, tzinfo=UTC),
            places=tuple(sorted({territory.code for territory in territories})),
            participants=tuple(
                sorted({organisation.slug, *(row[1] for row in self.partners[page.pk])})
            ),
            started=day_number(page.started),
            quarters=self._quarters(page),
        )

    def _quarters(self, page: CaseStudyPage) -> int:
        """How many quarters of what makes a case worth reading are there."""
        told = (
            bool(page.lessons and page.results),
            bool(page.cost_amount is not None or self.indicators[page.pk]),
            bool(self.events[page.pk] and self.obstacles[page.pk]),
            bool(page.context and page.approach and page.governance),
        )
        return sum(told)

    def _body(self, page: CaseStudyPage) -> Iterable[str]:
        yield page.done
        yield from map(plain, (page.context, page.approach, page.data, page.governance))
        yield from (text for row in self.events[page.pk] for text in row)
        yield from (text for row in self.obstacles[page.pk] for text in row[2:])
        yield from (text for row in self.indicators[page.pk] for text in row)
        yield from texts_of(page.extras.stream_block, page.extras.raw_data)


class _Stored(CaseMaterial):
    """The same read from the database, in a constant number of queries."""

    def __init__(self, pages: Sequence[CaseStudyPage]) -> None:
        self.pages = pages
        self.ids = [page.pk for page in pages]
        many = CaseStudyPage
        self.themes = self._vocabulary(many.themes.through, "theme")
        self.domains = self._vocabulary(many.domains.through, "domain")
        self.capacities = self._vocabulary(many.capacities.through, "capacity")
        self.sharing_models = self._vocabulary(many.sharing_models.through, "sharingmodel")
        self.tags = self._linked(CaseTag, "content_object_id", "tag__slug", "tag__name")
        self.obstacles = self._linked(
            CaseObstacle,
            "page_id",
            "obstacle__identifier",
            "obstacle__label",
            "observed",
            "response",
        )
        self.partners = self._linked(CasePartner, "page_id", "partner__title", "partner__slug")
        self.events = self._linked(CaseEvent, "page_id", "text", "when")
        self.indicators = self._linked(CaseIndicator, "page_id", "label")
        self.territories = self._territories()
        self.organisations = organisations_of(pages)

    def _vocabulary(self, through: Any, name: str) -> Linked:
        return self._linked(through, "casestudypage_id", f"{name}__identifier", f"{name}__label")

    def _linked(self, model: Any, page: str, *fields: str) -> Linked:
        found: Linked = defaultdict(list)
        rows = model.objects.filter(**{f"{page}__in": self.ids}).order_by("pk")
        for page_id, *values in rows.values_list(page, *fields):
            found[page_id].append(tuple(values))
        return found

    def _territories(self) -> dict[int, list[Territory]]:
        links = CaseTerritory.objects.filter(page_id__in=self.ids).select_related(
            *(f"territory__{container}" for container in ("ept", "epci", "departement", "region"))
        )
        found: dict[int, list[Territory]] = defaultdict(list)
        for link in links:
            found[link.page_id].append(link.territory)
        return found


def organisations_of(pages: Iterable[CaseStudyPage]) -> dict[int, PartnerPage]:
    """The partner above each page, by page id, in one query."""
    parents = {page.pk: page.path[: -page.steplen] for page in pages}
    by_path = {
        partner.path: partner
        for partner in PartnerPage.objects.filter(path__in={*parents.values()})
    }
    return {page_id: by_path[path] for page_id, path in parents.items()}


def joined(texts: Iterable[str]) -> str:
    """Several texts as one, cleaned; calls to sources such as [3] are not words."""
    return visible_text(SOURCE_CALLS.sub("", " ".join(text for text in texts if text)))
