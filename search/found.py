"""What a search of everything found, as its page shows it: read again from the database.

Whatever the index still holds, only what anyone may read at this moment is shown. Must not know an
engine.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from casestudies.cards import CardPlace
from casestudies.case_view import card_pages
from casestudies.models import CaseStudyPage, Territory
from cms.models import GlossaryTerm, GuideChapterPage, PartnerPage
from cms.typography import number
from cms.visibility import visible_to
from search.attachments import public_documents, references
from search.results import MARK_END, MARK_START, Hit, PassageHit, mark

MAX_EXCERPTS = 3
"""Passages of one document shown together."""
DOCUMENT_ANCHOR = re.compile(r"document-(\d{1,12})")
TERM_ANCHOR = re.compile(r"terme-([\w-]{1,120})")
MARKED = re.compile("<mark>(.*?)</mark>", re.S)


@dataclass(frozen=True)
class FoundFile:
    """A file that may be taken away."""

    url: str
    about: str
    """Its format and size."""


@dataclass(frozen=True)
class Found:
    """One result. What is safe HTML was escaped first; the rest is plain text."""

    title: SafeString | str
    url: str
    about: tuple[str, ...] = ()
    """What it is and where, from the general to the particular."""
    excerpts: tuple[SafeString, ...] = ()
    file: FoundFile | None = None
    place: CardPlace | None = None


class Reader:
    """Reads what some hits lead to, all at once."""

    def __init__(self, hits: Sequence[PassageHit]) -> None:
        self.hits = hits
        self.ids = {hit.page_id for hit in hits}

    @cached_property
    def pages(self) -> dict[int, Page]:
        """The pages that anyone may read now."""
        return visible_to(Page.objects.filter(pk__in=self.ids)).in_bulk()

    @cached_property
    def chapters(self) -> dict[int, GuideChapterPage]:
        """Chapters by id, without their text."""
        chapters = GuideChapterPage.objects.filter(pk__in=self._of_unit("guide"))
        return chapters.only("number", "summary").in_bulk()

    @cached_property
    def partners(self) -> dict[int, PartnerPage]:
        """Partners by id."""
        partners = PartnerPage.objects.filter(pk__in=self._of_unit("partner"))
        return partners.only("kind", "summary").in_bulk()

    @cached_property
    def terms(self) -> dict[str, GlossaryTerm]:
        """Terms of the glossary by identifier."""
        slugs = [found for hit in self.hits if (found := _part(TERM_ANCHOR, hit))]
        return {term.slug: term for term in GlossaryTerm.objects.filter(slug__in=slugs)}

    @cached_property
    def documents(self) -> dict[tuple[int, int], Any]:
        """Documents by page and id: those that the page still gives, and anyone may have."""
        ids = {int(found) for hit in self.hits if (found := _part(DOCUMENT_ANCHOR, hit))}
        public = public_documents(ids)
        given = references(public).filter(object_id__in=[str(pk) for pk in self.ids])
        pairs = {
            (int(page), int(pk)) for page, pk in given.values_list("object_id", "to_object_id")
        }
        return {(page, pk): public[pk] for page, pk in pairs}

    def _of_unit(self, unit: str) -> list[int]:
        return [hit.page_id for hit in self.hits if hit.unit == unit]

    def shown(self, unit: str = "") -> list[Found]:
        """What is shown of the hits, or of those of one unit, in their order."""
        found: dict[str, Found] = {}
        for hit in self.hits:
            if unit and hit.unit != unit:
                continue
            if (page := self.pages.get(hit.page_id)) and (entry := self._shown(hit, page)):
                found[entry.url] = _joined(found.get(entry.url), entry)
        return list(found.values())

    def _shown(self, hit: PassageHit, page: Page) -> Found | None:
        url = f"{page.get_url()}#{hit.anchor}" if hit.anchor else str(page.get_url())
        excerpts = (hit.excerpt_html,) if hit.excerpt_html else ()
        plain = Found(hit.heading_html, url, excerpts=excerpts)
        if hit.unit == "guide":
            return self._in_guide(hit, page, plain)
        if hit.unit == "partner":
            partner = self.partners[page.pk]
            about = (str(partner.get_kind_display()),)
            return replace(plain, about=about, excerpts=excerpts or summarized(partner.summary))
        if hit.unit == "glossary":
            return self._term(hit, plain)
        if hit.unit == "document":
            return self._document(hit, page, plain)
        return replace(plain, about=(page.title,) if hit.anchor else ())

    def _in_guide(self, hit: PassageHit, page: Page, plain: Found) -> Found:
        chapter = self.chapters[page.pk]
        name = _("Chapitre %(number)s") % {"number": chapter.number}
        if hit.anchor:
            return replace(plain, about=(name, page.title))
        excerpts = plain.excerpts or summarized(chapter.summary)
        return replace(plain, about=(name,), excerpts=excerpts)

    def _term(self, hit: PassageHit, plain: Found) -> Found | None:
        term = self.terms.get(_part(TERM_ANCHOR, hit))
        if term is None:
            return None
        definition = marked_like(hit.excerpt_html, term.definition)
        # Found elsewhere than in the definition: both are shown.
        found_elsewhere = "<mark>" in hit.excerpt_html and "<mark>" not in definition
        return replace(plain, excerpts=(definition, *plain.excerpts[:found_elsewhere]))

    def _document(self, hit: PassageHit, page: Page, plain: Found) -> Found | None:
        pk = _part(DOCUMENT_ANCHOR, hit)
        document = self.documents.get((page.pk, int(pk))) if pk else None
        if document is None:
            return None
        about = document.file_extension.upper()
        # Not `get_file_size`, which writes what it finds: reading must not change anything.
        if document.file_size:
            about = f"{about}, {filesizeformat(document.file_size)}"
        within = _("dans « %(title)s »") % {"title": page.title}
        return replace(plain, about=(within,), file=FoundFile(document.url, about))


def _part(pattern: re.Pattern[str], hit: PassageHit) -> str:
    match = pattern.fullmatch(hit.anchor)
    return match.group(1) if match else ""


def _joined(first: Found | None, more: Found) -> Found:
    """Several passages of one place as one result."""
    if first is None:
        return more
    excerpts = dict.fromkeys((*first.excerpts, *more.excerpts))
    return replace(first, excerpts=tuple(excerpts)[:MAX_EXCERPTS])


def summarized(summary: str) -> tuple[SafeString, ...]:
    """What stands for an excerpt when the words were found in the title only."""
    return (mark(summary),) if summary else ()


def marked_like(excerpt: str, text: str) -> SafeString:
    """`text` escaped, with the words marked that are marked in `excerpt`."""
    words = {word for word in MARKED.findall(excerpt) if word.isalnum()}
    if not words:
        return mark(text)
    alternatives = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", re.I)
    return mark(pattern.sub(rf"{MARK_START}\g<0>{MARK_END}", text))


def found_cases(hits: Iterable[Hit]) -> list[Found]:
    """The cases of `hits` that anyone may read, in their order."""
    wanted = list(hits)
    readable = visible_to(CaseStudyPage.objects.filter(pk__in=[hit.page_id for hit in wanted]))
    pages = {page.pk: page for page in card_pages(readable)}
    return [_case(hit, pages) for hit in wanted if hit.page_id in pages]


def _case(hit: Hit, pages: Mapping[int, CaseStudyPage]) -> Found:
    page = pages[hit.page_id]
    about = [page.reference] if page.reference else []
    places = page.card.places
    if not places:
        about.append(page.organisation.title)
    excerpts = (hit.excerpt_html,) if hit.excerpt_html else summarized(page.summary)
    return Found(
        title=hit.title_html,
        url=str(page.get_url()),
        about=tuple(about),
        excerpts=excerpts,
        place=places[0] if places else None,
    )


def found_territories(territories: Iterable[Territory]) -> Iterator[Found]:
    """Territories whose cases were counted."""
    for territory in territories:
        about = [str(territory.nature_label)]
        about += [
            container.name
            for container in (territory.departement, territory.region)
            if container and container.name != territory.name
        ]
        if territory.population:
            inhabitants = number(territory.population)
            about.append(_("%(inhabitants)s hab.") % {"inhabitants": inhabitants})
        count = territory.case_count
        counted = ngettext("%(shown)s fiche", "%(shown)s fiches", count) % {"shown": number(count)}
        about.append(counted if count else _("Aucune fiche"))
        yield Found(territory.name, territory.get_absolute_url(), tuple(about))
