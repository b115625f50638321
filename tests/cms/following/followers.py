"""Followers of a small world."""

from django.utils import timezone

from cms.following.models import Correspondent, Follow
from cms.following.people import correspondent_of
from cms.models import User


def visitor(email: str, *topics: str, rhythm: str = "immediat") -> Correspondent:
    """A confirmed mailbox that follows `topics`."""
    found = Correspondent.objects.create(email=email, confirmed_at=timezone.now(), rhythm=rhythm)
    add(found, *topics)
    return found


def account(user: User, *topics: str, rhythm: str = "immediat") -> Correspondent:
    """An account that follows `topics`."""
    found = correspondent_of(user)
    Correspondent.objects.filter(pk=found.pk).update(rhythm=rhythm)
    found.refresh_from_db()
    add(found, *topics)
    return found


def add(correspondent: Correspondent, *topics: str, rhythm: str = "") -> None:
    """Follow more."""
    for topic in topics:
        Follow.objects.create(
            correspondent=correspondent,
            topic=topic,
            rhythm=rhythm,
            confirmed_at=timezone.now(),
        )
