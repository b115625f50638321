"""The state of the index as operators see it.

Must not name an engine; one that is down is a state like another.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail.permissions import policy_registry

from search import conf, indexing, pending
from search.backends import get_backend
from search.backends.base import Health
from search.models import AttachmentText, IndexState, PendingPage
from search.models.jobs import JobKind
from search.report import jobs
from search.report.index_work import parked

LISTED = 100
LATE = timedelta(minutes=5)
"""A page that waits longer says that nobody drains, or that the engine is down."""


@dataclass(frozen=True)
class NamedPage:
    """A page as the lists show it: without a title when it is gone or not theirs to see."""

    page_id: int
    title: str = ""
    is_editable: bool = False
    error: str = ""
    attempts: int = 0


@dataclass(frozen=True)
class Difference:
    """One way in which index and database disagree."""

    label: str
    total: int
    pages: list[NamedPage]

    @property
    def others(self) -> int:
        """How many are not listed."""
        return self.total - len(self.pages)


class IndexStatus:
    """Everything the page shows to one person, each part read when first asked for."""

    def __init__(self, user: Any) -> None:
        self.user = user

    @cached_property
    def engine(self) -> str:
        """The scheme of the engine's address; the address itself may tell too much."""
        return urlsplit(settings.SEARCH_URL).scheme

    @cached_property
    def health(self) -> Health:
        """What the engine says of itself."""
        return get_backend().health()

    @cached_property
    def readable_pages(self) -> int:
        """How many pages the index must hold."""
        return indexing.searchable_pages().count()

    @cached_property
    def rebuilt_at(self) -> datetime | None:
        """When the index was last built, by whatever means."""
        state = IndexState.objects.first()
        return state.rebuilt_at if state else None

    @cached_property
    def rebuild(self) -> jobs.Job:
        """The last rebuild that was asked here."""
        return jobs.last(JobKind.REBUILD)

    @cached_property
    def comparison(self) -> jobs.Job:
        """The last comparison."""
        return jobs.last(JobKind.COMPARE)

    @cached_property
    def rebuilt_elsewhere(self) -> bool:
        """Whether a rebuild is under way that was not asked here: a command, or a new definition."""
        return pending.rebuilding() and not self.rebuild.is_running

    @property
    def is_working(self) -> bool:
        """Whether something is under way, so that the page is worth reading again soon."""
        return self.rebuild.is_running or self.comparison.is_running or self.rebuilt_elsewhere

    @cached_property
    def waiting(self) -> int:
        """How many changed pages the engine has yet to hear of."""
        return PendingPage.objects.filter(next_attempt_at__isnull=False).count()

    @cached_property
    def waits_since(self) -> datetime | None:
        """Since when the oldest of them waits."""
        rows = PendingPage.objects.filter(next_attempt_at__isnull=False).order_by("created_at")
        return rows.values_list("created_at", flat=True).first()

    @property
    def is_late(self) -> bool:
        """Whether they wait for longer than they should."""
        return bool(self.waits_since and timezone.now() - self.waits_since > LATE)

    @cached_property
    def last_error(self) -> str:
        """What the engine last answered to a page that waits."""
        rows = PendingPage.objects.filter(next_attempt_at__isnull=False).exclude(last_error="")
        return rows.order_by("-created_at").values_list("last_error", flat=True).first() or ""

    @property
    def drained_by(self) -> str:
        """Who tells the engine, in words."""
        return {
            "thread": _("chaque processus du site, dès l’enregistrement"),
            "worker": _("un processus à part (search_sync --watch)"),
            "inline": _("la requête elle-même"),
        }.get(conf.drain_mode(), conf.drain_mode())

    @cached_property
    def parked_total(self) -> int:
        """How many pages were refused too often."""
        return parked().count()

    @cached_property
    def parked(self) -> list[NamedPage]:
        """Those pages, and why."""
        rows = {row.page_id: row for row in parked().order_by("page_id")[:LISTED]}
        return [
            NamedPage(
                page.page_id,
                page.title,
                page.is_editable,
                rows[page.page_id].last_error,
                rows[page.page_id].attempts,
            )
            for page in self.named(rows)
        ]

    @cached_property
    def differences(self) -> list[Difference]:
        """What the last comparison found, by kind."""
        result = self.comparison.result
        labels = {
            "missing": _("lisibles, mais absentes de l’index"),
            "ghosts": _("dans l’index, mais plus lisibles"),
            "stale": _("dans l’index, sous une forme ancienne"),
        }
        return [
            Difference(label, result[name]["total"], self.named(result[name]["page_ids"][:LISTED]))
            for name, label in labels.items()
            if name in result and result[name]["total"]
        ]

    @cached_property
    def unread_documents(self) -> list[AttachmentText]:
        """Attached documents whose text could not be read, and why."""
        rows = AttachmentText.objects.exclude(problem="").select_related("document")
        return list(rows.order_by("document__title", "pk")[:LISTED])

    def named(self, page_ids: Iterable[int]) -> list[NamedPage]:
        """Pages by their titles, where this person may see them, in the order given."""
        wanted = list(page_ids)
        policy = policy_registry.get_by_type(Page)
        own = policy.instances_user_has_any_permission_for(
            self.user, ["add", "change", "publish"]
        ).filter(pk__in=wanted)
        titles = dict(own.values_list("pk", "draft_title"))
        return [
            NamedPage(page_id, titles.get(page_id, ""), page_id in titles) for page_id in wanted
        ]
