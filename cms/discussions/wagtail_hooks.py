"""What discussions register with the wiki: threads can be followed."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from cms.dashboard import Desk
from cms.discussions.addresses import thread_url
from cms.discussions.models import Thread
from cms.discussions.recent import Recent, recent_for
from cms.following.topics import Topic, TopicKind, numbers_of
from cms.visibility import visible_to

LISTED = 5


@hooks.register("follow_topic")
def discussion_topic() -> TopicKind:
    """A thread, for those who have an account and may read its page."""

    def find(values: Collection[str], user: Any) -> dict[str, Topic]:
        numbers = numbers_of(values)
        readable = visible_to(Page.objects.all(), user).values("pk")
        threads = Thread.objects.standing().filter(page__in=readable).with_summary()
        found = threads.select_related("page").in_bulk(set(numbers.values()))
        return {
            value: Topic(
                f"discussion:{pk}", found[pk].heading, thread_url(found[pk]), _("Discussion")
            )
            for value, pk in numbers.items()
            if pk in found
        }

    return TopicKind("discussion", find, for_accounts=True)


class DiscussionsPanel(Component):
    """What is being said about the pages of one's organizations, on the desk."""

    template_name = "cms/discussions/desk.html"
    order = 1.8

    def __init__(self, recent: list[Recent]) -> None:
        self.recent = recent

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        """The latest words first."""
        return {"recent": self.recent}


@hooks.register("dashboard_panel")
def discussions_panel(desk: Desk) -> DiscussionsPanel | None:
    """Nothing while nobody talks."""
    recent = recent_for(desk.user, LISTED)
    return DiscussionsPanel(recent) if recent else None
