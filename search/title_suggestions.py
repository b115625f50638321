"""Pages whose title, or one of whose headings, is being typed.

The engine says which pages; titles, headings and the right to read them come from the database. Must
not know addresses nor what is shown of a page.
"""

import logging
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import CharField, Lookup, Q
from wagtail.models import Page

from casestudies.models import CaseStudyPage
from cms.models import GuideChapterPage, PartnerPage
from cms.visibility import visible_to
from search.backends import get_backend
from search.backends.base import SearchUnavailable
from search.memory import Kept
from search.results import SuggestedTitle
from search.typed import Typed, key_of

logger = logging.getLogger(__name__)

ASKED = 30
"""How many titles the engine is asked for, whatever their kind."""
READ = 14
"""How many of them are read, of each kind: a few more than are shown, for those that are closed."""
LISTED_SECONDS = 60
CANDIDATES = 60
"""How many titles that seem to match are looked at."""
KINDS: dict[str, type[Page]] = {
    "case": CaseStudyPage,
    "guide": GuideChapterPage,
    "partner": PartnerPage,
}


@dataclass(frozen=True)
class TitleFound:
    """A page, or one of its parts when there is an anchor, by the name that was typed."""

    kind: str
    page: Page
    name: str
    anchor: str = ""


Titles = dict[str, list[TitleFound]]
"""What was found, by kind; every one of `KINDS` is there."""


def titles(typed: Typed, limit: int) -> Titles:
    """At most `limit` pages and parts of each kind whose words begin as typed.

    Chapters and partners are few, and found whatever the engine says: among thousands of cases none of
    theirs would be left in its best answers.
    """
    listed = typed.sift(LISTED.value(), 1)
    likely = [SuggestedTitle(pk, kind, "", key) for pk, key, kind in listed[:CANDIDATES]]
    likely.sort(key=lambda title: not title.title.startswith(typed.words[0]))
    likely += suggested(typed)
    pages = visible_to(Page.objects.filter(pk__in={title.page_id for title in likely})).in_bulk()
    headings = headings_in({one.page_id for one in likely if one.anchor}.intersection(pages))
    found: Titles = {kind: [] for kind in KINDS}
    once: dict[tuple[int, str], SuggestedTitle] = {}
    for one in likely:
        once.setdefault((one.page_id, one.anchor), one)
    for place, one in once.items():
        page = pages.get(one.page_id)
        name = headings.get(place) if one.anchor else page and page.title
        if page and name and len(found[one.unit]) < limit:
            found[one.unit].append(TitleFound(one.unit, page, name, one.anchor))
    return found


def listed_titles() -> list[tuple[int, str, str]]:
    """Primary key, title's key and kind of every chapter and partner that is published."""
    return [
        (pk, key_of(title), kind)
        for kind in ("guide", "partner")
        for pk, title in KINDS[kind].objects.live().values_list("pk", "title")
    ]


LISTED = Kept("listed-titles", LISTED_SECONDS, listed_titles)


def titles_holding(typed: Typed, limit: int) -> Titles:
    """Pages whose title holds what is typed inside its words; newest first."""
    return titles_like(typed, typed.is_inside, limit, tuple(KINDS))


def suggested(typed: Typed) -> list[SuggestedTitle]:
    """The first titles of each kind that the engine suggests.

    None when it is away: what else is suggested does not depend on it.
    """
    try:
        suggestions = get_backend().suggest(typed.title_words, ASKED)
    except SearchUnavailable as error:
        logger.warning("titles cannot be suggested: %s", error)
        return []
    return [
        one for kind in KINDS for one in [one for one in suggestions if one.unit == kind][:READ]
    ]


def headings_in(chapter_ids: Collection[int]) -> dict[tuple[int, str], str]:
    """Today's headings of some chapters by page and anchor: an index may be a moment behind."""
    chapters = GuideChapterPage.objects.filter(pk__in=chapter_ids) if chapter_ids else []
    return {
        (chapter.pk, heading.anchor): heading.text
        for chapter in chapters
        for heading in chapter.headings()
    }


def titles_like(
    typed: Typed, matches: Callable[[str], bool], limit: int, kinds: tuple[str, ...]
) -> Titles:
    """Pages of `kinds` whose title's key `matches`, newest first, from the database alone."""
    wanted = Q()
    for word in typed.words:
        wanted &= reduce(or_, (Q(title__like=f"%{any_accent(reading)}%") for reading in word))
    models = {KINDS[kind]: kind for kind in kinds}
    pages = visible_to(Page.objects.type(*models).filter(wanted))
    found: Titles = {kind: [] for kind in KINDS}
    for page in pages.order_by("-last_published_at", "pk")[:CANDIDATES]:
        kind = models[page.specific_class]
        of_kind = found[kind]
        if len(of_kind) < limit and matches(key_of(page.title)):
            of_kind.append(TitleFound(kind, page, page.title))
    return found


def any_accent(word: str) -> str:
    """A pattern for LIKE that holds the folded `word` whatever its accents and ligatures.

    It finds a little too much, and never holds anything that LIKE would read as its own.
    """
    return re.sub("[aceinouy]", "_", re.sub("ae|oe", "%", word))


@CharField.register_lookup
class Like(Lookup[bool]):
    """SQL's LIKE with a pattern of one's own, capitals put aside; Django escapes what it is given."""

    lookup_name = "like"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        """The same comparison on every database: SQLite's LIKE puts capitals aside by itself."""
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        operator = "ILIKE" if connection.vendor == "postgresql" else "LIKE"
        return f"{left} {operator} {right}", (*left_values, *right_values)
