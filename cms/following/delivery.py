"""Writes a notification for everyone whom an event concerns, then has the mails sent.

Bounded memory whatever the number of followers: they are read and written by batches.
A run that is killed is resumed by the next one, and writes nothing twice.
"""

import logging
from collections.abc import Iterator
from itertools import groupby, islice
from operator import itemgetter

from django.utils import timezone

from cms.following.kinds import Kind, kind_of
from cms.following.models import Correspondent, Event, Follow, FollowQuerySet, Notification
from cms.following.rhythm import Rhythm, fastest

logger = logging.getLogger(__name__)

BATCH = 500
PAUSE = 60.0
"""Seconds between two looks of the background thread for mails that have become due."""


def work() -> None:
    """Deliver what happened, and send what is due."""
    from cms.following.sending import Run  # noqa: PLC0415 - sending needs kinds, which need models

    deliver_events()
    Run()()


def seconds_to_next() -> float | None:
    """How long the background thread may sleep; for good when nothing waits."""
    waiting = Notification.objects.filter(mailed_at=None, due_at__isnull=False)
    undelivered = Event.objects.filter(delivered_at=None)
    return PAUSE if waiting.exists() or undelivered.exists() else None


def deliver_events() -> int:
    """Deliver every event that was not; how many there were."""
    count = 0
    last = 0
    while True:
        event = Event.objects.filter(delivered_at=None, pk__gt=last).order_by("pk").first()
        if event is None:
            return count
        last = event.pk
        try:
            deliver(event)
        except Exception:
            # One event that cannot be told must not keep the others from being.
            logger.exception("event %s could not be delivered", event.pk)
        count += 1


def deliver(event: Event) -> None:
    """Write the notifications of one event. Doing it twice is fine."""
    kind = kind_of(event)
    if kind:
        concerned = _concerned(event, kind)
        while batch := list(islice(concerned, BATCH)):
            Notification.objects.bulk_create(batch, ignore_conflicts=True)
    Event.objects.filter(pk=event.pk, delivered_at=None).update(delivered_at=timezone.now())


def _concerned(event: Event, kind: Kind) -> Iterator[Notification]:
    """Those it concerns by name, then those who follow; each once."""
    people = Correspondent.objects.reachable()
    if kind.for_accounts:
        people = people.filter(user__isnull=False)
    if event.user_id:
        people = people.exclude(user=event.user_id)
    if event.visitor_id:
        people = people.exclude(pk=event.visitor_id)
    named = set(kind.direct(event))
    for pk, rhythm in people.filter(pk__in=named).values_list("pk", "rhythm").order_by("pk"):
        # What concerns somebody by name does not wait for a digest.
        soon = Rhythm.NONE if rhythm == Rhythm.NONE else Rhythm.IMMEDIATE
        yield Notification(
            event=event, correspondent_id=pk, is_direct=True, due_at=soon.due_at(event.at)
        )
    topics = list(kind.topics(event))
    if not topics:
        return
    follows = Follow.objects.standing().filter(
        topic__in=topics, confirmed_at__lte=event.at, correspondent__in=people.values("pk")
    )
    for pk, rhythms in _by_follower(follows):
        if pk not in named:
            yield Notification(
                event=event, correspondent_id=pk, due_at=fastest(rhythms).due_at(event.at)
            )


def _by_follower(follows: FollowQuerySet) -> Iterator[tuple[int, list[Rhythm]]]:
    """Each follower with the rhythms of what they follow, read by batches.

    No cursor stays open meanwhile: SQLite would refuse to write beside one once others have written.
    """
    last = 0
    while True:
        later = follows.filter(correspondent__gt=last).order_by("correspondent_id")
        ids = list(later.values_list("correspondent_id", flat=True).distinct()[:BATCH])
        if not ids:
            return
        last = ids[-1]
        rows = later.filter(correspondent__in=ids).values_list(
            "correspondent_id", "rhythm", "correspondent__rhythm"
        )
        for pk, group in groupby(rows, key=itemgetter(0)):
            # Whoever wants no mail at all has the last word on each of their follows.
            yield (
                pk,
                [
                    Rhythm(general if general == Rhythm.NONE else own or general)
                    for _pk, own, general in group
                ],
            )
