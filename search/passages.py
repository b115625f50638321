"""Passages of pages other than cases, and of documents attached to any page, as they are searched.

Built from the database in a constant number of queries per batch, except for files that nobody has
read yet; must not know an engine.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from wagtail.models import Collection, Page
from wagtail.query import PageQuerySet

from casestudies.models import CaseStudyPage
from cms.models import (
    CustomDocument,
    GlossaryPage,
    GlossaryTerm,
    GuideChapterPage,
    GuideIndexPage,
    HomePage,
    PartnerIndexPage,
    PartnerPage,
    StandardPage,
)
from cms.visibility import visible_to
from search.analysis import visible_text
from search.attachments import attachment_texts, pages_of_documents, public_documents
from search.bodies import documents_of, plain, sections_of
from search.documents import PassageDocument, joined

SLICE = 1_500
"""Characters of a document in one passage, about half a page."""
MAX_SLICES = 200
MAX_DOCUMENTS = 20
"""Documents of one page that are searched."""


@dataclass(frozen=True)
class _Passage:
    """A passage before its page is known."""

    unit: str
    anchor: str
    heading: str
    text: str


def build_passages(pages: Sequence[Page], version: int) -> list[PassageDocument]:
    """All passages of `pages` (specific), which the caller has found to be readable by everyone.

    A case gives those of its attached documents only.
    """
    batch = _Batch(pages)
    return [
        PassageDocument(
            page_id=page.pk,
            unit=passage.unit,
            anchor=passage.anchor,
            order=order,
            title=visible_text(page.title),
            heading=visible_text(passage.heading),
            text=passage.text,
            version=version,
        )
        for page in pages
        for order, passage in enumerate(batch.passages(page), start=1)
    ]


def searchable_pages() -> PageQuerySet:
    """Every page that anyone may read and that has passages, or may have: cases included."""
    return visible_to(Page.objects.exact_type(*SEARCHED, CaseStudyPage))


def pages_of_glossary() -> set[int]:
    """Ids of the pages whose passages depend on the terms of the glossary."""
    return set(GlossaryPage.objects.values_list("pk", flat=True))


def pages_of_collection(collection: Collection) -> set[int]:
    """Ids of the pages that give documents of a collection or of one below it."""
    below = CustomDocument.objects.filter(collection__path__startswith=collection.path)
    return pages_of_documents(below.values_list("pk", flat=True))


class _Batch:
    """What passages of some pages need, read at once."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self.shown = {page.pk: documents_of(page) for page in pages}
        self.documents = public_documents({pk for shown in self.shown.values() for pk in shown})
        self.texts = attachment_texts(self.documents.values()) if self.documents else {}

    def passages(self, page: Page) -> Iterator[_Passage]:
        """The passages of one page, in the order in which they are read."""
        if own := SEARCHED.get(type(page)):
            yield from own(page)
        yield from self._documents(page)

    def _documents(self, page: Page) -> Iterator[_Passage]:
        known = [(pk, name) for pk, name in self.shown[page.pk].items() if pk in self.documents]
        for pk, name in known[:MAX_DOCUMENTS]:
            heading = name or self.documents[pk].title
            # Without text, the title alone leads to the file.
            for text in slices(self.texts[pk]) or [""]:
                yield _Passage("document", f"document-{pk}", heading, text)


def chapter_passages(page: Any) -> Iterator[_Passage]:
    """A chapter's introduction, then what stands under each of its headings."""
    return _sections(page, "guide")


def standard_passages(page: Any) -> Iterator[_Passage]:
    """The same of a plain page."""
    return _sections(page, "page")


def _sections(page: Any, unit: str) -> Iterator[_Passage]:
    for section in sections_of(page.body):
        texts = section.texts if section.anchor else [page.summary, *section.texts]
        yield _Passage(unit, section.anchor, section.heading or page.title, joined(texts))


def glossary_passages(page: Any) -> Iterator[_Passage]:
    """The page itself, then each term; there is one glossary."""
    yield _Passage("page", "", page.title, joined([page.summary]))
    for term in GlossaryTerm.objects.all():
        acronym = term.acronym if term.acronym != term.term else ""
        heading = f"{term.term} ({acronym})" if acronym else term.term
        text = joined([term.definition, plain(term.more), *term.variants.splitlines()])
        yield _Passage("glossary", f"terme-{term.slug}", heading, text)


def partner_passages(page: Any) -> Iterator[_Passage]:
    """An organization as it presents itself."""
    yield _Passage("partner", "", page.title, joined([page.summary, plain(page.description)]))


def home_passages(page: Any) -> Iterator[_Passage]:
    """The front page's own words."""
    texts = [page.headline, page.summary, page.invitation]
    yield _Passage("page", "", page.title, joined(texts))


def plain_passages(page: Any) -> Iterator[_Passage]:
    """A page that only has a title and a summary."""
    yield _Passage("page", "", page.title, joined([page.summary]))


SEARCHED: dict[type[Page], Callable[[Any], Iterator[_Passage]]] = {
    GuideChapterPage: chapter_passages,
    StandardPage: standard_passages,
    PartnerPage: partner_passages,
    HomePage: home_passages,
    GuideIndexPage: plain_passages,
    PartnerIndexPage: plain_passages,
    GlossaryPage: glossary_passages,
}
"""Page types with passages of their own, and what gives them."""


def slices(text: str, size: int = SLICE) -> list[str]:
    """`text` in parts of about `size` characters, cut between lines wherever there are lines."""
    found: list[str] = []
    current = ""
    for line in _short_lines(text, size):
        if current and len(current) + len(line) > size:
            found.append(joined([current]))
            current = ""
            if len(found) == MAX_SLICES:
                return found
        current += line + "\n"
    if current.strip():
        found.append(joined([current]))
    return found


def _short_lines(text: str, size: int) -> Iterator[str]:
    """The lines of `text`; one longer than `size` is cut between two words."""
    for line in text.splitlines():
        rest = line
        while len(rest) > size:
            cut = rest.rfind(" ", 0, size) + 1 or size
            yield rest[:cut]
            rest = rest[cut:]
        yield rest
