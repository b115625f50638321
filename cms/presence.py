"""Who has a page open in the editor right now, as seen before one opens it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from wagtail.admin.models import EditingSession
from wagtail.models import get_default_page_content_type

PRESENT = timedelta(minutes=2)
"""A window on a page that has not been heard of for that long is taken for closed."""


def editors_of(pages: Iterable[int], user: Any) -> dict[int, list[str]]:
    """The names of others than `user` who have each page open, by the page's id; in one query."""
    sessions = (
        EditingSession.objects.filter(
            content_type=get_default_page_content_type(),
            object_id__in=[str(pk) for pk in pages],
            last_seen_at__gte=timezone.now() - PRESENT,
        )
        .exclude(user=user)
        .select_related("user")
        .order_by("user__last_name", "user__first_name")
    )
    editors: dict[int, list[str]] = {}
    for session in sessions:
        names = editors.setdefault(int(session.object_id), [])
        if str(session.user) not in names:
            names.append(str(session.user))
    return editors
