"""What happens to a follow: asked for, confirmed, changed, stopped. Sends nothing."""

from datetime import datetime

from django.db import transaction
from django.db.models.functions import Coalesce

from cms.following.models import Correspondent, Follow, FollowQuerySet, Notification
from cms.following.rhythm import Rhythm

MAX_FOLLOWS = 500
"""Of one correspondent; nobody reads more."""


class TooMany(Exception):
    """Somebody follows as much as one may."""


def ask(correspondent: Correspondent, topic: str, rhythm: str, now: datetime) -> Follow:
    """Note that somebody wishes to follow a topic; only its confirmation makes them a follower.

    Asking again changes nothing of what is confirmed: who asks may not be who reads that mailbox.
    Raises `TooMany`.
    """
    found = correspondent.follows.filter(topic=topic).first()
    if found is None:
        if correspondent.follows.count() >= MAX_FOLLOWS:
            raise TooMany
        found, _created = Follow.objects.get_or_create(
            correspondent=correspondent,
            topic=topic,
            defaults={"rhythm": rhythm, "created_at": now},
        )
    elif found.confirmed_at is None:
        found.rhythm, found.created_at = rhythm, now
        found.save(update_fields=["rhythm", "created_at"])
    return found


@transaction.atomic
def confirm(follow: Follow, now: datetime) -> None:
    """They follow it from now on; that they could confirm shows that the mailbox is theirs."""
    Follow.objects.filter(pk=follow.pk, confirmed_at=None).update(confirmed_at=now)
    Correspondent.objects.filter(pk=follow.correspondent_id, confirmed_at=None).update(
        confirmed_at=now
    )
    # Whoever stopped all mails and now asks for some wishes to receive them.
    Correspondent.objects.filter(pk=follow.correspondent_id, user=None, rhythm=Rhythm.NONE).update(
        rhythm=Rhythm.DAILY
    )


def follow_now(correspondent: Correspondent, topic: str, rhythm: str, now: datetime) -> None:
    """An account follows without being asked to confirm, or follows at another rhythm."""
    follow = ask(correspondent, topic, rhythm, now)
    Follow.objects.filter(pk=follow.pk).update(
        rhythm=rhythm, confirmed_at=Coalesce("confirmed_at", now)
    )


def change_rhythm(follow: Follow, rhythm: str) -> None:
    """Another rhythm for one topic, from the next event on; blank for one's general rhythm."""
    follow.rhythm = rhythm
    follow.save(update_fields=["rhythm"])


@transaction.atomic
def change_general_rhythm(correspondent: Correspondent, rhythm: str) -> None:
    """Another rhythm for all that has none of its own; without mails, what waits is not sent."""
    correspondent.rhythm = Rhythm(rhythm)
    correspondent.save(update_fields=["rhythm"])
    if correspondent.rhythm == Rhythm.NONE:
        Notification.objects.filter(correspondent=correspondent, mailed_at=None).update(due_at=None)


def stop(follows: FollowQuerySet) -> int:
    """Follow no longer; how many there were."""
    count, _models = follows.delete()
    return count


@transaction.atomic
def stop_all(correspondent: Correspondent) -> None:
    """No mail any more. Of a visitor nothing is followed either; an account keeps it in the site."""
    change_general_rhythm(correspondent, Rhythm.NONE)
    if correspondent.user_id is None:
        correspondent.follows.all().delete()
