"""What happens to an alert: asked for, confirmed, changed, stopped, forgotten. Sends nothing."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.db import transaction

from search.models.alerts import Frequency, SavedSearch, SavedSearchQuerySet

MAX_PER_MAILBOX = 50


class Asked(Enum):
    """What a request for an alert came to; only the mailbox is told which."""

    TO_CONFIRM = "to confirm"
    ALREADY = "already followed"
    TOO_MANY = "too many alerts"


@dataclass(frozen=True)
class Request:
    """A request for an alert, and the alert that its mail is about."""

    outcome: Asked
    alert: SavedSearch


def ask(email: str, querystring: str, frequency: str, now: datetime) -> Request:
    """Note that somebody asks to follow a search at an address; nothing is followed yet.

    Asking again renews a request that waits, and changes nothing of an alert that is confirmed: who
    asks may not be who reads that mailbox.
    """
    theirs = SavedSearch.objects.filter(email=email)
    with transaction.atomic():
        alert = theirs.filter(querystring=querystring).first()
        if alert is None:
            other = theirs.confirmed().first() or theirs.first()
            if other is not None and theirs.count() >= MAX_PER_MAILBOX:
                return Request(Asked.TOO_MANY, other)
            alert, _created = SavedSearch.objects.get_or_create(
                email=email,
                querystring=querystring,
                defaults={"frequency": frequency, "created_at": now, "last_checked_at": now},
            )
        elif alert.confirmed_at is None:
            alert.frequency, alert.created_at, alert.last_checked_at = frequency, now, now
            alert.save(update_fields=["frequency", "created_at", "last_checked_at"])
    outcome = Asked.ALREADY if alert.confirmed_at else Asked.TO_CONFIRM
    return Request(outcome, alert)


def confirm(alert: SavedSearch, now: datetime) -> None:
    """From now on mails are sent for `alert`; what was published since it was asked for is news."""
    SavedSearch.objects.filter(pk=alert.pk, confirmed_at=None).update(confirmed_at=now)


def alerts_of(email: str) -> SavedSearchQuerySet:
    """The confirmed alerts of a mailbox, in the order in which they were asked for."""
    return SavedSearch.objects.confirmed().filter(email=email).order_by("created_at", "pk")


def change_frequency(alert: SavedSearch, frequency: str) -> None:
    """Another rhythm, counted from the last mail; what a failure postponed stays postponed."""
    alert.frequency = Frequency(frequency)
    changed = ["frequency"]
    if alert.last_sent_at and not alert.failing_since:
        alert.not_before = alert.next_mail_at(alert.last_sent_at)
        changed.append("not_before")
    alert.save(update_fields=changed)


def stop(alerts: SavedSearchQuerySet) -> int:
    """Delete `alerts`; with the last one of a mailbox nothing is left of its address."""
    _rows, by_model = alerts.delete()
    return by_model.get(SavedSearch._meta.label, 0)


def forget_expired(now: datetime) -> int:
    """Delete the requests that nobody confirmed in time."""
    return stop(SavedSearch.objects.expired(now))
