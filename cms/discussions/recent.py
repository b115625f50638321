"""Recent discussions about the pages of somebody's organizations, for their desk."""

from dataclasses import dataclass

from django.db.models import F, Q
from wagtail.models import Page

from cms.discussions.addresses import thread_url
from cms.discussions.models import Thread
from cms.membership import partners_of
from cms.models import User
from cms.visibility import visible_to

LISTED = 10


@dataclass(frozen=True)
class Recent:
    """A thread as the desk shows it: `thread` has `heading`, `total` and `last_at`."""

    thread: Thread
    url: str


def recent_for(user: User, most: int = LISTED) -> list[Recent]:
    """Open threads about pages of `user`'s organizations that they may read, the latest words first."""
    below = Q()
    for partner in partners_of(user):
        below |= Q(path__startswith=partner.path)
    if not below:
        return []
    pages = visible_to(Page.objects.filter(below), user)
    threads = (
        Thread.objects.open()
        .filter(page__in=pages.values("pk"))
        .with_summary()
        .select_related("page")
        .order_by(F("last_at").desc(nulls_last=True), "-pk")[:most]
    )
    return [Recent(thread, thread_url(thread)) for thread in threads]
