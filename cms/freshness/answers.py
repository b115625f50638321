"""What is answered about a page, written once whoever clicks twice; and the date chosen for the next time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from cms.freshness.deadlines import MAX_MONTHS, months_later
from cms.freshness.models import Confirmation, Freshness, Verdict
from cms.freshness.rights import public_standing
from cms.models import BasePage, User
from cms.models.versions import PublishedVersion


class Recorded(Enum):
    """What became of an answer."""

    NEW = "new"
    AGAIN = "again"
    """The same answer stood already."""
    LATE = "late"
    """The page was confirmed or published again since it was asked."""


@dataclass(frozen=True)
class PublicAnswer:
    """An answer as anyone may read it: its note stays inside."""

    at: datetime
    name: str
    organisation: str
    verdict: Verdict


@transaction.atomic
def answer(
    page: BasePage, user: User, verdict: Verdict, note: str = "", *, asked_for: date
) -> Recorded:
    """Write what `user`, who was asked about the date `asked_for`, says of `page`.

    Rights are checked by who calls.
    """
    state = Freshness.objects.select_for_update().get(page_id=page.pk)
    if state.due_on != asked_for:
        return Recorded.LATE
    if stands(state, verdict):
        return Recorded.AGAIN
    now = timezone.now()
    name, organisation = public_standing(user, page)
    Confirmation.objects.create(
        page_id=page.pk,
        at=now,
        by=user,
        by_name=name,
        organisation_name=organisation,
        version=latest_number(page),
        verdict=verdict,
        note=note,
    )
    is_exact = verdict is Verdict.EXACT
    if is_exact:
        state.due_on = next_date(page)
    state.confirmed_at = now if is_exact else None
    state.to_review_since = None if is_exact else now
    state.by_name, state.organisation_name = name, organisation
    state.asked_author_at = state.asked_organisation_at = None
    state.save()
    return Recorded.NEW


def stands(state: Freshness, verdict: Verdict) -> bool:
    """Whether that is what was answered last; "exact" holds for the day on which it was said."""
    if verdict is Verdict.TO_REVIEW:
        return state.to_review_since is not None
    said = state.confirmed_at
    return said is not None and timezone.localtime(said).date() == timezone.localdate()


def next_date(page: BasePage) -> date:
    """When a page confirmed today is to be confirmed again."""
    return months_later(timezone.localdate(), page.confirm_within_months or MAX_MONTHS)


def choose_date(page: BasePage, day: date) -> None:
    """Ask for a confirmation by `day` instead; nobody has been asked about that date yet."""
    Freshness.objects.filter(page_id=page.pk).update(
        due_on=day, asked_author_at=None, asked_organisation_at=None
    )


def latest_number(page: Page) -> int:
    """The number of the public version that readers have."""
    numbers = PublishedVersion.objects.filter(page_id=page.pk).order_by("-number")
    return numbers.values_list("number", flat=True).first() or 0


def confirmations_of(page: Page) -> Sequence[PublicAnswer]:
    """All that was answered about a page, the latest first, in one query."""
    rows = Confirmation.objects.filter(page_id=page.pk).order_by("-at", "-pk")
    return [
        PublicAnswer(at, name, organisation, Verdict(verdict))
        for at, name, organisation, verdict in rows.values_list(
            "at", "by_name", "organisation_name", "verdict"
        )
    ]
