"""Cases read from files as the documents that their pages would have, without any page.

Vocabularies and territories come from the database. Must not write anything.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from casestudies.interchange.assembling import fill_columns
from casestudies.interchange.form import obstacle_id, partner_slug
from casestudies.interchange.lookups import Lookups
from casestudies.interchange.problems import Problem
from casestudies.interchange.reading import read, read_file
from casestudies.interchange.validation import ValidCase, validate
from casestudies.models import CaseStudyPage, CaseStudyTag, Territory, Theme
from casestudies.reference.files import REFERENCE_FOLDER
from cms.models import PartnerPage
from search.documents import CaseDocument, CaseMaterial, Linked

RELEVANCE_FOLDER = REFERENCE_FOLDER.parent / "relevance"
REAL_FOLDER = REFERENCE_FOLDER.parent / "demo"
VERSION = 1
CONTAINERS = ("ept", "epci", "departement", "region")


class CorpusError(Exception):
    """The cases cannot be read, or the database lacks what they name."""


@dataclass(frozen=True)
class Corpus:
    """Documents, and which case each is."""

    documents: tuple[CaseDocument, ...]
    slugs: Mapping[int, str]
    """By the number that stands for a page in the documents."""


def load_corpus(folder: Path = RELEVANCE_FOLDER, real: Path = REAL_FOLDER) -> Corpus:
    """The real cases, then the fictional ones. Raises `CorpusError`."""
    if not Theme.objects.exists() or not Territory.objects.exists():
        raise CorpusError(
            _("Ni territoires ni vocabulaires dans la base : lancez d'abord load_reference.")
        )
    cases, known = _valid_cases(folder, real)
    titles = _partner_titles(folder, real)
    documents = FiledCases(cases, known, titles).documents(VERSION)
    slugs = {number: case.data["slug"] for number, case in enumerate(cases, start=1)}
    return Corpus(tuple(documents), slugs)


def _valid_cases(folder: Path, real: Path) -> tuple[Sequence[ValidCase], Lookups]:
    records, problems = read(real / "cases")
    for file in sorted((folder / "cases").glob("*.jsonl")):
        more_records, more_problems = read_file(file)
        records += more_records
        problems += more_problems
    validation = validate(records, create_partners=True)
    errors = problems + validation.errors
    if errors:
        raise CorpusError(_summary(errors))
    return validation.cases, validation.known


def _summary(errors: Sequence[Problem]) -> str:
    shown = [str(error) for error in errors[:5]]
    return "\n".join([_("Problèmes dans les fiches : %d") % len(errors), *shown])


def _partner_titles(folder: Path, real: Path) -> dict[str, str]:
    titles = {}
    for file in (real / "partners.json", folder / "partners.json"):
        records, problems = read_file(file)
        if problems:
            raise CorpusError(_summary(problems))
        rows = [row for record in records for row in _as_rows(record.data)]
        titles.update({row["slug"]: row["name"] for row in rows})
    return titles


def _as_rows(data: Any) -> Iterable[dict[str, Any]]:
    return data if isinstance(data, list) else [data]


class FiledCases(CaseMaterial):
    """What documents are made of, taken from files where the site takes it from the database."""

    def __init__(
        self, cases: Sequence[ValidCase], known: Lookups, partner_titles: Mapping[str, str]
    ) -> None:
        self.cases = {number: case.data for number, case in enumerate(cases, start=1)}
        self.known = known
        self.partner_titles = partner_titles
        self.pages = [_page(number, data) for number, data in self.cases.items()]
        self.themes = self._labels("themes")
        self.domains = self._labels("domains")
        self.capacities = self._labels("capacities")
        self.sharing_models = self._labels("sharing_models")
        self.tags = self._rows("tags", _tag)
        self.obstacles = self._rows("obstacles", self._obstacle)
        self.partners = self._rows("partners", self._partner)
        self.events = self._rows("timeline", lambda event: (event["text"], event.get("when", "")))
        self.indicators = self._rows("indicators", lambda figure: (figure["label"],))
        self.territories = self._places()
        self.organisations = {
            number: PartnerPage(slug=slug, title=self._title(slug))
            for number, data in self.cases.items()
            for slug in [data["organisation"]]
        }

    def _rows(self, field: str, row: Callable[[Any], tuple[Any, ...]]) -> Linked:
        return {number: [row(item) for item in data[field]] for number, data in self.cases.items()}

    def _labels(self, field: str) -> Linked:
        values = self.known.vocabulary(field)
        return self._rows(field, lambda identifier: (identifier, values[identifier].label))

    def _obstacle(self, item: Any) -> tuple[str, ...]:
        identifier = obstacle_id(item)
        told = {} if isinstance(item, str) else item
        label = self.known.obstacles[identifier].label
        return identifier, label, told.get("observed", ""), told.get("response", "")

    def _partner(self, item: Any) -> tuple[str, str]:
        slug = partner_slug(item)
        return self._title(slug), slug

    def _title(self, slug: str) -> str:
        if slug not in self.partner_titles:
            raise CorpusError(_("partners.json ne nomme pas l'organisation « %s ».") % slug)
        return self.partner_titles[slug]

    def _places(self) -> dict[int, list[Territory]]:
        found = {
            place.code: place
            for place in Territory.objects.select_related(*CONTAINERS).filter(
                pk__in={place.pk for place in self.known.territories.values()}
            )
        }
        current = {code: found[place.code] for code, place in self.known.territories.items()}
        return {
            number: [current[code] for code in data["territories"]]
            for number, data in self.cases.items()
        }


def _page(number: int, data: dict[str, Any]) -> CaseStudyPage:
    page = CaseStudyPage(pk=number, number=data["number"])
    fill_columns(page, data)
    written = data["published_at"] or data["updated_at"]
    page.last_published_at = datetime.fromisoformat(written) if written else None
    return page


def _tag(name: str) -> tuple[str, str]:
    return CaseStudyTag(name=name).slugify(name), name
