"""What each person finds when they sign in: what to do now, their drafts, their organization's pages.

Everything is read once, in a number of queries that does not depend on how many pages there are.
The wiki does not know what its pages tell: hooks let others add to the dashboard.

- `dashboard_action`: `fn(request) -> DashboardAction | None`, the primary button;
- `draft_completeness`: `fn(page, content) -> object | None` with `percent`, `eighths` and
  `next_steps`, from the content of the page's last revision;
- `dashboard_panel`: `fn(desk) -> Component | None`, one more panel; its `order` is its place.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.models import Page, TaskState, WorkflowState, get_default_page_content_type

from cms.models import PartnerPage, ReviewTask
from cms.models.workflow import writers_by_page
from cms.presence import editors_of

LISTED = 50
"""Pages of an organization that the dashboard lists; the rest is one click away."""


@dataclass(frozen=True)
class DashboardAction:
    """The primary button."""

    label: Any
    url: str


@dataclass
class Row:
    """A page as the dashboard shows it."""

    page: Page
    title: str
    organisation: str
    step: int
    state: str
    saved_at: datetime | None
    saved_by: str
    is_mine: bool
    workflow: WorkflowState | None = None
    completeness: Any = None
    editors: list[str] = field(default_factory=list)

    @property
    def is_sent_back(self) -> bool:
        """Whether it came back from the review and awaits its author."""
        return bool(self.workflow and self.workflow.status == WorkflowState.STATUS_NEEDS_CHANGES)

    @property
    def is_in_review(self) -> bool:
        """Whether it awaits a reviewer."""
        return bool(self.workflow and self.workflow.status == WorkflowState.STATUS_IN_PROGRESS)

    @property
    def is_draft(self) -> bool:
        """Whether its author has something to go on with."""
        return self.workflow is None and (not self.page.live or self.page.has_unpublished_changes)


@dataclass(frozen=True)
class ToReview:
    """A text that awaits a reviewer."""

    state: TaskState
    page: Page
    title: str
    organisation: str
    is_own: bool


def place(page: Page, workflow: WorkflowState | None) -> tuple[int, str]:
    """Where a text stands: 1 to 4, and in words."""
    if workflow and workflow.status == WorkflowState.STATUS_IN_PROGRESS:
        return 3, _("En relecture, la version publiée reste en ligne") if page.live else _(
            "En relecture"
        )
    if workflow:
        return 2, _("Renvoyé : à reprendre")
    if not page.live:
        return 1, _("Brouillon")
    if page.has_unpublished_changes:
        return 4, _("Publié, avec des modifications à envoyer")
    return 4, _("Publié")


class Desk:
    """Everything the dashboard shows to one person, read when first asked for and once."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user: Any = request.user

    @cached_property
    def partners(self) -> list[PartnerPage]:
        """The organizations the person writes for."""
        return list(PartnerPage.objects.filter(group__user=self.user).order_by("title"))

    @property
    def writes_for_several(self) -> bool:
        """Whether each page has to say which organization it belongs to."""
        return len(self.partners) != 1

    @cached_property
    def review_tasks(self) -> list[int]:
        """The reviews the person takes part in."""
        tasks = ReviewTask.objects.filter(active=True)
        if not self.user.is_superuser:
            tasks = tasks.filter(groups__user=self.user)
        return list(tasks.values_list("pk", flat=True).distinct())

    @property
    def is_reviewer(self) -> bool:
        """Whether texts of all organizations come to this person."""
        return bool(self.review_tasks)

    @cached_property
    def rows(self) -> list[Row]:
        """The pages of one's organizations, and those one has begun elsewhere; last saved first."""
        mine = Q(owner=self.user)
        for partner in self.partners:
            mine |= Q(path__startswith=partner.path)
        found = (
            Page.objects.filter(mine)
            .exclude(
                pk__in=[
                    partner.pk for partner in self.partners if not partner.has_unpublished_changes
                ]
            )
            .filter(depth__gt=2)
            .select_related("content_type", "latest_revision__user")
            .order_by("-latest_revision_created_at", "-pk")[:LISTED]
        )
        pages = list(found)
        workflows = self.workflows_of(pages)
        editors = editors_of([page.pk for page in pages], self.user)
        organisations = organisations_of(pages)
        return [
            self.row(
                page,
                workflows.get(str(page.pk)),
                organisations.get(page.pk, ""),
                editors.get(page.pk, []),
            )
            for page in pages
        ]

    def row(
        self, page: Page, workflow: WorkflowState | None, organisation: str, editors: list[str]
    ) -> Row:
        """One page, with all that has already been read about it."""
        revision = page.latest_revision
        step, state = place(page, workflow)
        writer = revision.user if revision else None
        return Row(
            page=page,
            title=page.draft_title or page.title,
            organisation=organisation,
            step=step,
            state=state,
            saved_at=page.latest_revision_created_at,
            saved_by=str(writer) if writer else "",
            is_mine=self.user.pk in {page.owner_id, revision.user_id if revision else None},
            workflow=workflow,
            completeness=completeness_of(page),
            editors=editors,
        )

    def workflows_of(self, pages: list[Page]) -> dict[str, WorkflowState]:
        """The review each page is in, by the page's key."""
        states = (
            WorkflowState.objects.active()
            .filter(
                base_content_type=get_default_page_content_type(),
                object_id__in=[str(page.pk) for page in pages],
            )
            .select_related("current_task_state__finished_by", "requested_by")
        )
        return {state.object_id: state for state in states}

    @property
    def sent_back(self) -> list[Row]:
        """Texts of one's own, or submitted by oneself, that came back from the review."""
        return [row for row in self.rows if row.is_sent_back and self.concerns(row)]

    def concerns(self, row: Row) -> bool:
        """Whether a text sent back is this person's to take up."""
        return row.is_mine or bool(row.workflow and row.workflow.requested_by_id == self.user.pk)

    @property
    def drafts(self) -> list[Row]:
        """What one has begun and not sent."""
        return [row for row in self.rows if row.is_draft and row.is_mine]

    @property
    def waiting(self) -> list[Row]:
        """What one or one's organization has sent and a reviewer has not read yet."""
        return [row for row in self.rows if row.is_in_review]

    @property
    def others(self) -> list[Row]:
        """The other pages of one's organizations: colleagues' drafts, and what is public."""
        shown = {row.page.pk for row in [*self.sent_back, *self.drafts, *self.waiting]}
        return [row for row in self.rows if row.page.pk not in shown]

    @cached_property
    def to_review(self) -> list[ToReview]:
        """Texts that await this person's review, longest wait first; one's own are marked."""
        if not self.review_tasks:
            return []
        states = list(
            TaskState.objects.filter(
                status=TaskState.STATUS_IN_PROGRESS, task__in=self.review_tasks
            )
            .filter(workflow_state__base_content_type=get_default_page_content_type())
            .select_related("workflow_state__requested_by")
            .order_by("started_at")
        )
        pages = Page.objects.select_related("latest_revision").in_bulk(
            [int(state.workflow_state.object_id) for state in states]
        )
        writers = writers_by_page(pages.values())
        organisations = organisations_of(list(pages.values()))
        found = []
        for state in states:
            page = pages.get(int(state.workflow_state.object_id))
            if page is None:
                continue
            found.append(
                ToReview(
                    state=state,
                    page=page,
                    title=page.draft_title or page.title,
                    organisation=organisations.get(page.pk, ""),
                    is_own=self.user.pk in writers[page.pk],
                )
            )
        return found

    @cached_property
    def actions(self) -> list[DashboardAction]:
        """The primary buttons that rooms above offer to this person."""
        offered = (fn(self.request) for fn in hooks.get_hooks("dashboard_action"))
        return [action for action in offered if action]


def completeness_of(page: Page) -> Any:
    """How complete the last saved version is, according to the room that knows this kind of page."""
    if page.latest_revision is None:
        return None
    for measure in hooks.get_hooks("draft_completeness"):
        found = measure(page, page.latest_revision.content)
        if found is not None:
            return found
    return None


def organisations_of(pages: list[Page]) -> dict[int, str]:
    """The partner on whose pages each of `pages` stands, in one query."""
    prefixes = {
        page.path[:end]
        for page in pages
        for end in range(Page.steplen, len(page.path) + 1, Page.steplen)
    }
    titles = (
        dict(PartnerPage.objects.filter(path__in=prefixes).values_list("path", "title"))
        if prefixes
        else {}
    )
    return {
        page.pk: title
        for page in pages
        for path, title in titles.items()
        if page.path.startswith(path)
    }


class DeskPanel(Component):
    """A part of the dashboard; `order` is its place."""

    def __init__(self, desk: Desk, name: str, order: float) -> None:
        self.desk = desk
        self.name = name
        self.order = order
        self.template_name = f"cms/admin/dashboard/{name}.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        """The desk, whose parts the template picks from."""
        return {"desk": self.desk, "request": self.desk.request, "user": self.desk.user}


def dashboard_panels(request: HttpRequest) -> list[Component]:
    """The panels of the dashboard of `request.user`, in their order."""
    desk = Desk(request)
    names = ["greeting", "to_do", "drafts", "waiting", "organisation"]
    if desk.is_reviewer and not desk.partners:
        # A moderator first reviews; drafts matter only if they have any.
        names = ["greeting", "to_do", *(["drafts"] if desk.drafts else []), "all_pages"]
    own = [DeskPanel(desk, name, order) for order, name in enumerate(names)]
    added = (fn(desk) for fn in hooks.get_hooks("dashboard_panel"))
    return [*own, *(panel for panel in added if panel)]
