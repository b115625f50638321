"""Sends what is to be asked: one mail a person and run, which lists all their pages.

Rows of a person are held while their mail leaves, and marked right after: a run that is killed in
between repeats that one mail, and no other.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from cms.addresses import absolute
from cms.freshness.asking import silent_among, write_reminders
from cms.freshness.links import Asked, answer_url, stop_url
from cms.freshness.models import Freshness, Reminder, Verdict
from cms.freshness.publications import write_missing
from cms.freshness.rights import confirmable_by
from cms.mailing.courier import Courier, Outcome
from cms.mailing.message import compose
from cms.models import User

MAX_LISTED = 30
"""Pages in one mail; the others are counted, and stand on the desk."""
HOLD = timedelta(minutes=15)
"""How long rows stay held by a run that was killed while their mail left."""
GIVE_UP_AFTER = 5
"""Runs in which the mail server refused an address."""
KEEP = timedelta(days=400)

Clock = Callable[[], datetime]


@dataclass
class Report:
    """What a run did."""

    created: int = 0
    asked: int = 0
    sent: int = 0
    kept: int = 0
    mail_is_away: bool = False


@dataclass(frozen=True)
class Question:
    """One page that somebody is asked about."""

    reminder: Reminder
    state: Freshness


class Run:
    """One pass over everything that is to be asked."""

    def __init__(self, clock: Clock = timezone.now) -> None:
        self.clock = clock
        self.report = Report()
        self.courier = Courier()

    def __call__(self) -> Report:
        """Do it, and say what was done."""
        now = self.clock()
        self.report.created = write_missing()
        self.report.asked = write_reminders(now)
        Reminder.objects.filter(due_on__lt=timezone.localtime(now).date() - KEEP).delete()
        try:
            with override(settings.LANGUAGE_CODE):
                for user in people_to_ask(now):
                    self._ask(user)
                    if self.report.mail_is_away:
                        break
        finally:
            self.courier.close()
        return self.report

    def _ask(self, user: User) -> None:
        run = hold(user, self.clock())
        questions = still_open(user, run)
        if not questions:
            return
        held = Reminder.objects.filter(held_by=run)
        outcome = self.courier.deliver(mail(user, questions))
        if outcome is Outcome.TAKEN:
            held.update(sent_at=self.clock(), held_by=None, held_until=None)
            self.report.sent += 1
            return
        refused = 1 if outcome is Outcome.REFUSED else 0
        held.update(refusals=F("refusals") + refused, held_by=None, held_until=None)
        self.report.kept += 1
        self.report.mail_is_away = self.courier.gives_up


def to_send(now: datetime) -> QuerySet[Reminder]:
    """Reminders that no run holds and whose address was not refused too often."""
    free = Q(held_until=None) | Q(held_until__lte=now)
    return Reminder.objects.filter(free, sent_at=None, refusals__lt=GIVE_UP_AFTER)


def people_to_ask(now: datetime) -> Iterator[User]:
    """Everyone who is to be asked something, one after the other."""
    last = 0
    while True:
        waiting = to_send(now).filter(user__gt=last).values("user")
        user = User.objects.filter(pk__in=waiting).order_by("pk").first()
        if user is None:
            return
        last = user.pk
        yield user


def hold(user: User, now: datetime) -> uuid.UUID:
    """Take what is to be asked of `user` for this run alone; another one takes the rest."""
    run = uuid.uuid4()
    to_send(now).filter(user=user).update(held_by=run, held_until=now + HOLD)
    return run


def still_open(user: User, run: uuid.UUID) -> list[Question]:
    """What is still to be asked, read again at this moment; the other rows are forgotten."""
    held = Reminder.objects.filter(held_by=run).select_related("page").order_by("due_on", "pk")
    wants = user.is_active and bool(user.email) and not silent_among([user])
    reminders = list(held)
    page_ids = [reminder.page_id for reminder in reminders]
    readable = (
        set(confirmable_by(user).filter(pk__in=page_ids).values_list("pk", flat=True))
        if wants
        else set()
    )
    states = {
        state.page_id: state
        for state in Freshness.objects.filter(page__in=readable, to_review_since=None)
    }
    found = []
    for reminder in reminders:
        state = states.get(reminder.page_id)
        if state and state.due_on == reminder.due_on:
            found.append(Question(reminder, state))
    kept = {question.reminder.pk for question in found}
    held.exclude(pk__in=kept).delete()
    return found


def mail(user: User, questions: list[Question]) -> EmailMultiAlternatives:
    """The mail that asks about all of somebody's pages."""
    listed = questions[:MAX_LISTED]
    context = {
        "user": user,
        "total": len(questions),
        "others": len(questions) - len(listed),
        "entries": [entry(user, question) for question in listed],
        "desk_url": absolute(reverse("wagtailadmin_home")),
        "stop_url": stop_url(user),
    }
    told = ",".join(str(question.reminder.pk) for question in questions)
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return compose(
        user.email,
        "cms/freshness/mail/reminder",
        context,
        with_html=True,
        stop_url=stop_url(user),
        message_id=f"<{uuid.uuid5(uuid.NAMESPACE_URL, f'{settings.SITE_URL}#{told}')}@{host}>",
    )


def entry(user: User, question: Question) -> dict[str, object]:
    """One page, with a link for each of the two answers."""
    page = question.reminder.page
    asked = Asked(user.pk, page.pk, question.state.due_on)
    return {
        "title": page.title,
        "url": absolute(page.get_url() or "/"),
        "published_at": page.last_published_at,
        "due_on": question.state.due_on,
        "exact_url": answer_url(asked, Verdict.EXACT),
        "review_url": answer_url(asked, Verdict.TO_REVIEW),
    }
