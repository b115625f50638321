"""Sends what is due: one mail a person and run, never a second one for the same event.

Correspondents are read by batches, so that memory and the number of queries of a batch stay the same
whatever their number. Each is held while their mail leaves, and what was told is recorded right
after: a run that is killed in between repeats that one mail, and no other.
"""

import logging
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import override
from wagtail import hooks

from cms.addresses import absolute
from cms.following.addresses import private_url, stop_url
from cms.following.models import (
    TO_CONFIRM_WITHIN,
    Correspondent,
    Event,
    Follow,
    Notification,
)
from cms.following.rhythm import Rhythm
from cms.following.telling import Item, Teller
from cms.mailing.courier import Courier, Outcome
from cms.mailing.message import compose

logger = logging.getLogger(__name__)

BATCH = 100
MAX_LISTED = 30
"""Events in one mail; the others are counted, and stand in the site."""
HOLD = timedelta(minutes=15)
"""How long somebody stays held by a run that was killed while their mail left."""
SPACING = timedelta(hours=1)
"""The least time between two mails to somebody, unless they are addressed by name."""
FIRST_WAIT, LAST_WAIT = timedelta(hours=1), timedelta(days=7)
GIVE_UP_AFTER = timedelta(days=60)
"""An address that was refused all that time is no longer written to."""
KEEP = timedelta(days=180)
"""How long what somebody was told stays in the site."""

Clock = Callable[[], datetime]


@dataclass
class Report:
    """What a run did."""

    sent: int = 0
    kept: int = 0
    forgotten: int = 0
    mail_is_away: bool = False


class Run:
    """One pass over everyone to whom something is due."""

    def __init__(self, clock: Clock = timezone.now) -> None:
        self.clock = clock
        self.report = Report()
        self.courier = Courier()

    def __call__(self) -> Report:
        """Do it, and say what was done."""
        self.report.forgotten = forget(self.clock())
        try:
            with override(settings.LANGUAGE_CODE):
                for batch in due(self.clock()):
                    self._send(batch)
                    if self.report.mail_is_away:
                        break
        finally:
            self.courier.close()
        return self.report

    def _send(self, correspondents: list[Correspondent]) -> None:
        waiting = notifications_for(correspondents, self.clock())
        teller = Teller([each for those in waiting.values() for each in those])
        for correspondent in correspondents:
            notifications = waiting.get(correspondent.pk, [])
            items = teller.items(correspondent, notifications)
            told = {item.notification.pk for item in items}
            untold = [each.pk for each in notifications if each.pk not in told]
            # What may not be told now is not told later either: it would be no news then.
            Notification.objects.filter(pk__in=untold).update(due_at=None)
            if items and not self._mail(correspondent, items):
                return

    def _mail(self, correspondent: Correspondent, items: list[Item]) -> bool:
        """Send one mail; whether others may follow."""
        now = self.clock()
        if not hold(correspondent, now):
            return True
        items = still_untold(items)
        if not items:
            release(correspondent)
            return True
        outcome = self.courier.deliver(digest(correspondent, items))
        if outcome is Outcome.TAKEN:
            record(correspondent, items, now)
            self.report.sent += 1
        else:
            keep_for_later(correspondent, now, outcome)
            self.report.kept += 1
            self.report.mail_is_away = self.courier.gives_up
        return not self.report.mail_is_away


def due(now: datetime) -> Iterator[list[Correspondent]]:
    """Batches of those to whom a mail may go now."""
    waiting = Notification.objects.to_mail(now)
    by_name = waiting.filter(is_direct=True).values("correspondent")
    # What names somebody does not wait for the hour between two mails, only for a server that refused.
    rested = Q(not_before=None) | Q(not_before__lte=now)
    free = Q(held_until=None) | Q(held_until__lte=now)
    ready = Correspondent.objects.reachable().filter(
        free, rested | Q(failing_since=None, pk__in=by_name)
    )
    last = 0
    while True:
        batch = list(
            ready.filter(pk__gt=last, pk__in=waiting.values("correspondent"))
            .select_related("user")
            .order_by("pk")[:BATCH]
        )
        if not batch:
            return
        last = batch[-1].pk
        yield batch


def notifications_for(
    correspondents: list[Correspondent], now: datetime
) -> dict[int, list[Notification]]:
    """What is due to each, in the order in which it happened."""
    known = {each.pk: each for each in correspondents}
    found: dict[int, list[Notification]] = defaultdict(list)
    rows = (
        Notification.objects.to_mail(now)
        .filter(correspondent__in=known)
        .select_related("event")
        .order_by("correspondent_id", "event_id")
    )
    for each in rows.iterator(chunk_size=2000):
        each.correspondent = known[each.correspondent_id]
        found[each.correspondent_id].append(each)
    return found


def digest(correspondent: Correspondent, items: list[Item]) -> EmailMultiAlternatives:
    """The mail that tells `items`; what names somebody comes first."""
    ordered = sorted(items, key=lambda item: not item.notification.is_direct)
    listed = ordered[:MAX_LISTED]
    context = {
        "correspondent": correspondent,
        "total": len(items),
        "first": ordered[0],
        "entries": [{"told": item.told, "url": absolute(item.told.url)} for item in listed],
        "others": len(items) - len(listed),
        "private_url": private_url(correspondent),
    }
    return compose(
        correspondent.address,
        "cms/following/mail/digest",
        context,
        with_html=True,
        stop_url=stop_url(correspondent),
        message_id=_message_id(correspondent, items),
    )


def _message_id(correspondent: Correspondent, items: list[Item]) -> str:
    """The same for the same news: sent twice after a crash, mailboxes can tell that it is one mail."""
    told = ",".join(str(key) for key in sorted(item.notification.event_id for item in items))
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{uuid.uuid5(correspondent.token, told)}@{host}>"


def hold(correspondent: Correspondent, now: datetime) -> bool:
    """Take somebody for this run alone, unless another took them meanwhile."""
    free = Q(held_until=None) | Q(held_until__lte=now)
    rows = Correspondent.objects.filter(free, pk=correspondent.pk)
    return rows.update(held_until=now + HOLD) == 1


def still_untold(items: list[Item]) -> list[Item]:
    """Those that no other run told between the reading and the hold."""
    keys = [item.notification.pk for item in items]
    waiting = Notification.objects.filter(pk__in=keys, mailed_at=None, due_at__isnull=False)
    untold = set(waiting.values_list("pk", flat=True))
    return [item for item in items if item.notification.pk in untold]


def release(correspondent: Correspondent) -> None:
    """Nothing is left to be sent to them."""
    Correspondent.objects.filter(pk=correspondent.pk).update(held_until=None)


def record(correspondent: Correspondent, items: list[Item], now: datetime) -> None:
    """Remember what was told, and let the next mail wait a little."""
    with transaction.atomic():
        Notification.objects.filter(
            pk__in=[item.notification.pk for item in items], mailed_at=None
        ).update(mailed_at=now)
        Correspondent.objects.filter(pk=correspondent.pk).update(
            not_before=now + SPACING, held_until=None, failing_since=None
        )


def keep_for_later(correspondent: Correspondent, now: datetime, outcome: Outcome) -> None:
    """Try again later, each time after twice as long; an address that is gone is left alone."""
    since = correspondent.failing_since or now
    rows = Correspondent.objects.filter(pk=correspondent.pk)
    wait = min(max(now - since, FIRST_WAIT), LAST_WAIT)
    rows.update(failing_since=since, not_before=now + wait, held_until=None)
    if outcome is Outcome.REFUSED and now - since > GIVE_UP_AFTER:
        if correspondent.user_id is None:
            rows.delete()
        else:
            rows.update(rhythm=Rhythm.NONE, failing_since=None, not_before=None)


def forget(now: datetime) -> int:
    """Delete what nobody confirmed in time, visitors of whom nothing is left, and what is old.

    Hook `keeps_correspondents`: `fn() -> QuerySet` of the ids of correspondents that a room or a
    package still needs. Hook `forget_expired`: `fn(now)`, deletes what a package need not keep.
    """
    for forgetting in hooks.get_hooks("forget_expired"):
        forgetting(now)
    expired, _models = Follow.objects.expired(now).delete()
    Notification.objects.filter(event__at__lt=now - KEEP).delete()
    Event.objects.filter(at__lt=now - KEEP).exclude(delivered_at=None).delete()
    idle = Correspondent.objects.filter(
        user=None, follows=None, created_at__lte=now - TO_CONFIRM_WITHIN
    )
    for kept in hooks.get_hooks("keeps_correspondents"):
        idle = idle.exclude(pk__in=kept())
    idle.delete()
    return expired
