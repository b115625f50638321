"""The answers that the team pinned to a query, as readers get them.

Must not show a page that its reader may not open, whatever was pinned.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from wagtail.models import Page

from cms.models.base import with_cards
from cms.visibility import visible_to
from search.models import BestBetKey
from search.models.best_bets import query_key

MOST_SHOWN = 3
"""More than that is a list, and the results below are one already."""


@dataclass(frozen=True)
class ChosenAnswer:
    """A page to show above the results, and why."""

    page: Page
    reason: str


def best_bets_for(text: str) -> list[int]:
    """Ids of the pages pinned to exactly these words, first ones first; one indexed query."""
    return list(reasons_for(text))


def chosen_answers(text: str, user: Any = None) -> list[ChosenAnswer]:
    """What is shown above the results of a search for `text`; one query when nothing is pinned."""
    reasons = reasons_for(text)
    if not reasons:
        return []
    readable = visible_to(Page.objects.filter(pk__in=reasons), user).specific()
    pages = {page.pk: page for page in with_cards(readable)}
    shown = [pk for pk in reasons if pk in pages][:MOST_SHOWN]
    return [ChosenAnswer(pages[pk], reasons[pk]) for pk in shown]


def readable_ids(page_ids: Iterable[int]) -> set[int]:
    """Those of `page_ids` that anyone may read now."""
    readable = visible_to(Page.objects.filter(pk__in=set(page_ids)))
    return set(readable.values_list("pk", flat=True))


def reasons_for(text: str) -> dict[int, str]:
    """Pinned pages in their order, with the sentence that goes with each."""
    key = query_key(text)
    if not key:
        return {}
    bets = BestBetKey.objects.filter(key=key).order_by("bet__order", "bet_id")
    reasons: dict[int, str] = {}
    for page_id, reason in bets.values_list("bet__page_id", "bet__reason"):
        reasons.setdefault(page_id, reason)
    return reasons
