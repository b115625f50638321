"""What the index knows of a case: a plain record, the same for every engine.

Built from the database in a constant number of queries per batch; must not know an engine.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from wagtail.rich_text import get_text_for_indexing

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

TEXT_FIELDS: dict[str, float] = {"title": 6, "summary": 3, "names": 2.5, "lessons": 1.5, "body": 1}
"""Fields in which words are searched, and how much a word found there weighs."""

EXCERPT_FIELDS = ("summary", "lessons", "body")
"""Fields an excerpt may be taken from, the best first."""

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
    lessons: str
    body: str
    facets: Mapping[str, tuple[str, ...]]
    """Values by document field, see `search.facets`."""
    published_at: datetime

    @cached_property
    def content_hash(self) -> str:
        """Sixteen hexadecimal digits of all that is searched; equal means nothing to index."""
        content = [self.texts(), {name: sorted(values) for name, values in self.facets.items()}]
        canonical = json.dumps([content, self.recent_key], sort_keys=True, ensure_ascii=False)
        return hashlib.blake2b(canonical.encode(), digest_size=8).hexdigest()

    @property
    def title_sort(self) -> str:
        """Orders by title without case, accents or punctuation; never the same for two pages."""
        letters = "".join(char if char.isalnum() else " " for char in fold(self.title))
        return f"{' '.join(letters.split())}\t{self.page_id:010d}"

    @property
    def recent_key(self) -> int:
        """Orders by date of publication; never the same for two pages."""
        return (int(self.published_at.timestamp()) << _ID_BITS) | self.page_id

    def texts(self) -> dict[str, str]:
        """The searched texts by field."""
        return {name: getattr(self, name) for name in TEXT_FIELDS}


def build_documents(pages: Sequence[CaseStudyPage], version: int) -> list[CaseDocument]:
    """The documents of `pages`, which the caller has found to be readable by everyone."""
    return _Batch(pages).documents(version)


class _Batch:
    """Everything that documents of some pages need, read at once."""

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
        self.partners = self._linked(CasePartner, "page_id", "partner__title")
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
            lessons=joined(map(plain, (page.lessons, page.results))),
            body=joined(self._body(page)),
            facets={field: tuple(sorted({*values} - {""})) for field, values in facets.items()},
            published_at=page.last_published_at or datetime(1970, 1, 1, tzinfo=UTC),
        )

    def _body(self, page: CaseStudyPage) -> Iterable[str]:
        yield from (page.done, page.gained, page.unsolved)
        yield from map(plain, (page.context, page.approach, page.data, page.governance))
        yield from (text for row in self.events[page.pk] for text in row)
        yield from (text for row in self.obstacles[page.pk] for text in row[2:])
        yield from (text for row in self.indicators[page.pk] for text in row)
        extras: Any = CaseStudyPage._meta.get_field("extras")
        yield from extras.get_searchable_content(page.extras)


def organisations_of(pages: Iterable[CaseStudyPage]) -> dict[int, PartnerPage]:
    """The partner above each page, by page id, in one query."""
    parents = {page.pk: page.path[: -page.steplen] for page in pages}
    by_path = {
        partner.path: partner
        for partner in PartnerPage.objects.filter(path__in={*parents.values()})
    }
    return {page_id: by_path[path] for page_id, path in parents.items()}


def plain(html: str) -> str:
    """The words of rich text."""
    return get_text_for_indexing(html) if html else ""


def joined(texts: Iterable[str]) -> str:
    """Several texts as one, cleaned; calls to sources such as [3] are not words."""
    return visible_text(SOURCE_CALLS.sub("", " ".join(text for text in texts if text)))
