"""What somebody finds on their desk: pages of theirs to be confirmed soon, late, or to be revised."""

from typing import Any

from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.ui.components import Component

from cms.dashboard import Desk, organisations_of
from cms.freshness.deadlines import ASK_AUTHOR_BEFORE
from cms.freshness.links import confirm_url
from cms.freshness.models import Confirmation, Freshness
from cms.freshness.rights import confirmable_by

LISTED = 10


class FreshnessPanel(Component):
    """The panel, after what is to be done now; nothing where nothing waits."""

    order = 1.5
    template_name = "cms/freshness/desk.html"

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @cached_property
    def states(self) -> list[Freshness]:
        """One more than is listed, the most pressing first."""
        today = timezone.localdate()
        pages = confirmable_by(self.desk.user)
        found = Freshness.objects.pressing(today + ASK_AUTHOR_BEFORE).filter(
            page__in=pages.values("pk")
        )
        return list(found.select_related("page").order_by("due_on", "pk")[: LISTED + 1])

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        """The pages, with the word that was left about each."""
        states = self.states[:LISTED]
        pages = [state.page for state in states]
        organisations = organisations_of(pages)
        said = Confirmation.objects.filter(page__in=pages).order_by("at", "pk")
        notes = dict(said.values_list("page_id", "note"))
        return {
            "items": [
                {
                    "state": state,
                    "organisation": organisations.get(state.page_id, ""),
                    "note": notes.get(state.page_id, "") if state.to_review_since else "",
                    "confirm_url": confirm_url(state.page),
                }
                for state in states
            ],
            "has_more": len(self.states) > LISTED,
        }
