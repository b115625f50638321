"""What a synonym rule would change, on real searches, before anyone saves it.

Both sets of rules are in memory; nothing is written, and readers' searches are not touched.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Max, Q, Sum

from casestudies.models import CaseStudyPage
from cms.visibility import visible_to
from search.answering import answer
from search.backends.base import SearchUnavailable
from search.labels import library_url
from search.models import SearchCount, SynonymRule
from search.query import SearchQuery, clean_text
from search.results import SearchResults
from search.rules import KeptRule, glossary_rules, in_force, kept_rules
from search.synonyms import Rule, SynonymIndex, telling_words

FIRST: Final = 10
MAX_RECORDED: Final = 6
CANDIDATES: Final = 300
"""Recorded searches looked through for those that the rule concerns."""
BEGINNING: Final = 4
"""Letters by which the database narrows them; stems decide afterwards."""
MAX_SECONDS: Final = 8.0
WIDE: Final = 0.5
"""A search that finds more than this share of all cases tells cases apart no more."""


@dataclass(frozen=True)
class Line:
    """One case among the first, and whether the rule moves it in or out of them."""

    page: CaseStudyPage
    moves: bool


@dataclass(frozen=True)
class Change:
    """One search without the rule and with it."""

    text: str
    searches: int
    """How often readers searched it; none when it was made up for the preview."""
    before: int
    after: int
    first_before: tuple[Line, ...]
    first_after: tuple[Line, ...]
    is_wide: bool
    """Whether it comes to find most cases."""

    @property
    def url(self) -> str:
        """The search as readers make it today."""
        return library_url(SearchQuery(self.text))

    @property
    def is_nothing(self) -> bool:
        """Whether readers would see no difference."""
        same = [line.page.pk for line in self.first_before] == [
            line.page.pk for line in self.first_after
        ]
        return same and self.before == self.after


@dataclass(frozen=True)
class Preview:
    """All that is shown."""

    rule: SynonymRule
    changes: tuple[Change, ...] = ()
    is_in_place: bool = False
    """The rule is in force as it stands: what is shown is what it brings already."""
    is_partial: bool = False
    """Time ran out before every search was made."""
    is_unavailable: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether no search changes."""
        return all(change.is_nothing for change in self.changes)


def preview_of(rule: SynonymRule, extra: str = "", *, removed: bool = False) -> Preview:
    """What saving `rule`, or deleting it when `removed`, would change."""
    kept = kept_rules()
    others = [other for other in kept if other.pk != rule.pk]
    now = kept if rule.pk else others
    then = others if removed else [*others, KeptRule.of(rule)]
    derived = glossary_rules()
    before, after = in_force(now, derived), in_force(then, derived)
    is_in_place = bool(rule.pk) and rule.is_active and not removed and set(before) == set(after)
    if is_in_place:
        before = in_force(others, derived)
    texts = searches_to_try(rule, extra)
    try:
        changes, is_partial = compare(texts, SynonymIndex(before), SynonymIndex(after))
    except SearchUnavailable:
        return Preview(rule, is_in_place=is_in_place, is_unavailable=True)
    return Preview(rule, tuple(changes), is_in_place, is_partial)


def wide_searches(rule: SynonymRule) -> list[Change]:
    """Searches for either side of a saved rule that find most cases because of it."""
    if not rule.is_active:
        return []
    kept, derived = kept_rules(), glossary_rules()
    without = in_force([other for other in kept if other.pk != rule.pk], derived)
    texts = {rule.left: 0, rule.right: 0}
    try:
        changes, _partial = compare(
            texts, SynonymIndex(without), SynonymIndex(in_force(kept, derived))
        )
    except SearchUnavailable:
        return []
    return [change for change in changes if change.is_wide]


def searches_to_try(rule: SynonymRule, extra: str) -> dict[str, int]:
    """The free search, both sides, then recorded searches, with how often each was made."""
    texts = {text: 0 for text in (clean_text(extra), rule.left, rule.right) if text}
    for text, searches in recorded_searches(rule):
        texts[text] = searches
    return texts


def recorded_searches(rule: SynonymRule) -> list[tuple[str, int]]:
    """The most frequent searches of readers that hold either side, plurals and accents aside."""
    sides = [telling_words(side) for side in (rule.left, rule.right)]
    begins = Q()
    for words in sides:
        begins |= Q(key__contains=max(words, key=len)[:BEGINNING])
    counted = (
        SearchCount.objects.filter(begins)
        .exclude(key="")
        .values("key")
        .annotate(total=Sum("searches"), typed=Max("text"))
        .order_by("-total", "key")[:CANDIDATES]
    )
    concerned = SynonymIndex([Rule(rule.left, rule.right)])
    found = [
        (row["typed"], row["total"])
        for row in counted
        if concerned.expand(telling_words(row["key"]))
    ]
    return found[:MAX_RECORDED]


def compare(
    texts: dict[str, int], before: SynonymIndex, after: SynonymIndex
) -> tuple[list[Change], bool]:
    """Every search by both sets of rules, and whether time ran out."""
    end = time.monotonic() + MAX_SECONDS
    results: list[tuple[str, SearchResults, SearchResults]] = []
    library = answer(SearchQuery()).results.total
    for text in texts:
        if time.monotonic() > end:
            break
        query = SearchQuery(text)
        results.append((text, answer(query, before).results, answer(query, after).results))
    pages = readable(found for _text, *both in results for found in both)
    changes = [change_of(text, texts[text], both, pages, library) for text, *both in results]
    return changes, len(results) < len(texts)


def readable(results: Iterable[SearchResults]) -> dict[int, CaseStudyPage]:
    """The first cases of `results` that anyone may read, by id."""
    ids = {hit.page_id for found in results for hit in found.hits[:FIRST]}
    pages: Any = visible_to(CaseStudyPage.objects.filter(pk__in=ids))
    return {page.pk: page for page in pages}


def change_of(
    text: str,
    searches: int,
    both: Sequence[SearchResults],
    pages: dict[int, CaseStudyPage],
    library: int,
) -> Change:
    """One search, its first cases side by side."""
    before, after = (
        [hit.page_id for hit in found.hits[:FIRST] if hit.page_id in pages] for found in both
    )
    widened = both[1].total > both[0].total
    return Change(
        text,
        searches,
        both[0].total,
        both[1].total,
        tuple(Line(pages[pk], pk not in after) for pk in before),
        tuple(Line(pages[pk], pk not in before) for pk in after),
        is_wide=widened and both[1].total > library * WIDE,
    )
