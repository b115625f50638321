"""Says that something happened; costs one row, whoever follows."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import transaction
from wagtail.models import Page

from cms.background import Worker
from cms.following.models import Correspondent, Event
from cms.models import User

_silent: ContextVar[bool] = ContextVar("following_is_silent", default=False)
_worker = Worker("following")


@contextmanager
def silence() -> Iterator[None]:
    """Inside, nobody is told of anything: hundreds of imported pages are no news."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def announce(
    kind: str,
    *,
    by: User | Correspondent | None,
    page: Page | None = None,
    subject_id: int | None = None,
) -> Event | None:
    """Write the event, in the transaction of the act; those concerned are told once it is through.

    `by` is who did it: they are not told. None inside `silence`.
    """
    if _silent.get():
        return None
    event = Event.objects.create(
        kind=kind,
        page_id=page.pk if page else None,
        subject_id=subject_id,
        user=by if isinstance(by, User) else by.user if by else None,
        visitor=by if isinstance(by, Correspondent) and not by.user_id else None,
    )
    transaction.on_commit(kick, robust=True)
    return event


def kick() -> Any:
    """Have events delivered and mails sent soon, as `FOLLOWING_DELIVERY` says."""
    from cms.following import delivery  # noqa: PLC0415 - delivery announces nothing, but reads kinds

    if settings.FOLLOWING_DELIVERY == "thread":
        _worker.kick(delivery.work, delivery.seconds_to_next)
    elif settings.FOLLOWING_DELIVERY == "inline":
        delivery.work()
