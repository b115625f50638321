"""Decides who is asked about which page: its author first, then its organization. Sends nothing.

Whom to ask is written before any mail leaves, once for each person, page and date, so that a run that
is killed, or another at the same time, asks nobody twice.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from wagtail.models import Page

from cms.following.models import Correspondent
from cms.following.people import members_of, moderators
from cms.following.rhythm import Rhythm
from cms.freshness.deadlines import ASK_AUTHOR_BEFORE, ASK_ORGANISATION_AFTER
from cms.freshness.models import Freshness, NoReminder, Reminder
from cms.freshness.rights import may_confirm
from cms.models import User
from cms.models.versions import PublishedVersion, organisation_of

BATCH = 200


def write_reminders(now: datetime) -> int:
    """Write whom to ask for both stages; how many pages reached one."""
    soon = timezone.localtime(now).date() + ASK_AUTHOR_BEFORE
    waiting = Freshness.objects.unanswered(soon)
    count = 0
    for state in batches(waiting.filter(asked_author_at=None)):
        count += ask(state, now, asks_author=True)
    answered_by_none = Q(asked_author_at__lte=now - ASK_ORGANISATION_AFTER)
    for state in batches(waiting.filter(answered_by_none, asked_organisation_at=None)):
        count += ask(state, now, asks_author=False)
    return count


def batches(states: QuerySet[Freshness]) -> Iterator[Freshness]:
    """All of `states`, a bounded number in memory, each with its page."""
    last = 0
    while True:
        batch = list(states.filter(pk__gt=last).select_related("page").order_by("pk")[:BATCH])
        if not batch:
            return
        last = batch[-1].pk
        yield from batch


@transaction.atomic
def ask(state: Freshness, now: datetime, *, asks_author: bool) -> bool:
    """Take one page to its next stage, unless something changed meanwhile."""
    column = "asked_author_at" if asks_author else "asked_organisation_at"
    taken = Freshness.objects.filter(
        pk=state.pk, due_on=state.due_on, to_review_since=None, **{column: None}
    )
    if not taken.update(**{column: now}):
        return False
    people = author_of(state.page) if asks_author else organisation_people(state.page)
    people = [user for user in people if may_confirm(user, state.page)]
    if asks_author and not people:
        # Nobody to wait for.
        Freshness.objects.filter(pk=state.pk).update(asked_organisation_at=now)
        people = [user for user in organisation_people(state.page) if may_confirm(user, state.page)]
    silent = silent_among(people)
    Reminder.objects.bulk_create(
        [
            Reminder(page_id=state.page_id, user=user, due_on=state.due_on)
            for user in people
            if user.email and user.pk not in silent
        ],
        ignore_conflicts=True,
    )
    return True


def author_of(page: Page) -> list[User]:
    """Who wrote the version that readers have."""
    last = (
        PublishedVersion.objects.filter(page_id=page.pk)
        .order_by("-number")
        .select_related("author")
        .defer("content")
        .first()
    )
    return [last.author] if last and last.author and last.author.is_active else []


def organisation_people(page: Page) -> list[User]:
    """Those who write for the page's organization; moderators for a page that has none."""
    organisation = organisation_of(page)
    return list(members_of(organisation) if organisation else moderators())


def silent_among(people: list[User]) -> set[int]:
    """Ids of those who want no mail, of any kind or of this one; their desk tells them."""
    ids = [user.pk for user in people]
    silent = NoReminder.objects.filter(user__in=ids).values_list("user_id", flat=True)
    by_site = Correspondent.objects.filter(user__in=ids, rhythm=Rhythm.NONE)
    return {*silent, *by_site.values_list("user_id", flat=True)}
