"""What discussions register with the wiki: threads can be followed."""

from typing import Any

from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from cms.dashboard import Desk
from cms.discussions.addresses import thread_url
from cms.discussions.models import Thread
from cms.discussions.recent import Recent, recent_for
from cms.following.topics import Topic, TopicKind
from cms.visibility import visible_to

LISTED = 5


@hooks.register("follow_topic")
def discussion_topic() -> TopicKind:
    """A thread, for those who have an account and may read its page."""

    def find(value: str, user: Any) -> Topic | None:
        if not value.isdecimal() or len(value) > 12:
            return None
        readable = visible_to(Page.objects.all(), user).values("pk")
        threads = Thread.objects.standing().filter(pk=int(value), page__in=readable)
        thread = threads.with_summary().select_related("page").first()
        if thread is None:
            return None
        return Topic(f"discussion:{thread.pk}", thread.heading, thread_url(thread), _("Discussion"))

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
