"""What correspondents may be told now: events turned into sentences, after checking who may read what.

Everything is checked when it is told, not when it happened: a page closed meanwhile is told to nobody
who may no longer read it. For a batch, in a number of queries that does not grow with it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import Group
from wagtail.models import Page

from cms.following.kinds import Told, kind_of
from cms.following.models import Correspondent, Event, Notification
from cms.models import User
from cms.visibility import visible_to

Readable = set[int]


@dataclass(frozen=True)
class Item:
    """A notification and what it says."""

    notification: Notification
    told: Told


class Teller:
    """Tells the notifications of one batch; what several people are told is worked out once."""

    def __init__(self, notifications: Iterable[Notification]) -> None:
        events = {each.event_id: each.event for each in notifications}
        self.told = _tell(list(events.values()))
        self.pages = {event.page_id for event in events.values() if event.page_id}
        self.open: Readable = _readable(self.pages, None)
        self.closed = self.pages - self.open
        self._by_groups: dict[frozenset[int], Readable] = {}
        self._groups: dict[int, frozenset[int]] | None = None
        self._users = {
            each.correspondent.user_id for each in notifications if each.correspondent.user_id
        }

    def items(
        self, correspondent: Correspondent, notifications: Iterable[Notification]
    ) -> list[Item]:
        """What `correspondent` may be told of these, in order."""
        return [
            Item(each, self.told[each.event_id])
            for each in notifications
            if each.event_id in self.told and self.may_tell(correspondent, each.event)
        ]

    def may_tell(self, correspondent: Correspondent, event: Event) -> bool:
        """Whether `correspondent` may be told of `event` now."""
        kind = kind_of(event)
        if kind is None or (kind.for_accounts and not correspondent.user_id):
            return False
        if event.page_id is None or event.page_id in self.open:
            return True
        return event.page_id in self._readable_by(correspondent)

    def _readable_by(self, correspondent: Correspondent) -> Readable:
        """Those of the closed pages that an account may read; worked out once for equal rights."""
        user = correspondent.user
        if user is None or not user.is_active:
            return set()
        key = frozenset([-1]) if user.is_superuser else self._groups_of(user)
        if key not in self._by_groups:
            self._by_groups[key] = _readable(self.closed, user)
        return self._by_groups[key]

    def _groups_of(self, user: User) -> frozenset[int]:
        if self._groups is None:
            found = defaultdict(set)
            rows = Group.objects.filter(user__in=self._users).values_list("user", "pk")
            for user_id, group_id in rows:
                found[user_id].add(group_id)
            self._groups = {user_id: frozenset(ids) for user_id, ids in found.items()}
        return self._groups.get(user.pk, frozenset())


def _tell(events: Sequence[Event]) -> dict[int, Told]:
    by_kind: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_kind[event.kind].append(event)
    told: dict[int, Told] = {}
    for those in by_kind.values():
        kind = kind_of(those[0])
        if kind:
            told.update(kind.tell(those))
    return told


def _readable(page_ids: set[int], user: User | None) -> Readable:
    if not page_ids:
        return set()
    return set(visible_to(Page.objects.filter(pk__in=page_ids), user).values_list("pk", flat=True))
