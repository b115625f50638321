"""Who may do what in the discussion of a page. That they may read the page is checked before."""

from datetime import timedelta
from functools import cached_property

from django.utils import timezone

from cms.discussions.models import Post, Thread
from cms.membership import is_moderator
from cms.models import BasePage, User
from cms.models.versions import organisation_of

UNMARKED = timedelta(minutes=30)
"""How long a message may be corrected without a mark."""


class Rights:
    """What one account may do below one page; each question costs a query once."""

    def __init__(self, user: User, page: BasePage) -> None:
        self.user = user
        self.page = page

    @cached_property
    def moderates(self) -> bool:
        """Whether they withdraw, bring back and lock."""
        return is_moderator(self.user)

    @cached_property
    def belongs(self) -> bool:
        """Whether they write for the organization whose page it is."""
        partner = organisation_of(self.page)
        return bool(partner and self.user.groups.filter(pk=partner.group_id).exists())

    def sees(self, thread: Thread) -> bool:
        """Whether a thread is there for them; moderators also see what was withdrawn."""
        return thread.deleted_at is None and (thread.hidden_at is None or self.moderates)

    def may_reply(self, thread: Thread) -> bool:
        """Nobody to what was deleted or withdrawn; moderators alone to what is locked."""
        is_there = thread.deleted_at is None and thread.hidden_at is None
        return is_there and (thread.locked_at is None or self.moderates)

    def may_edit(self, post: Post) -> bool:
        """Their own, as long as the thread goes on."""
        return self.may_delete(post) and self.may_reply(post.thread)

    def may_delete(self, post: Post) -> bool:
        """Their own, at any time; what moderation withdrew stays as it was judged."""
        return self.wrote(post) and post.deleted_at is None and post.hidden_at is None

    def wrote(self, post: Post) -> bool:
        """Whether a message is their own."""
        return post.author_id == self.user.pk

    def may_resolve(self, thread: Thread) -> bool:
        """Whoever asked, those whose page it is, and moderators."""
        if not self.may_reply(thread):
            return False
        return thread.created_by_id == self.user.pk or self.belongs or self.moderates


def leaves_a_mark(post: Post, was_answered: bool) -> bool:
    """Whether readers are told that a message is changed now."""
    return was_answered or timezone.now() - post.created_at > UNMARKED
