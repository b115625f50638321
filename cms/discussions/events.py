"""Threads and messages as events: whom they concern, and what is told of them.

Mails travel and are kept: they say who wrote, and the title that an author gave; what was said is
read here.
"""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from cms.discussions.addresses import post_url
from cms.discussions.models import Post, PostQuerySet
from cms.following.kinds import Kind, Told, register
from cms.following.models import Event
from cms.following.people import ids_of
from cms.models import User
from cms.models.versions import PublishedVersion

THREAD = "thread"
POST = "post"


class Said(Kind):
    """What was said about a page: told to those who follow it or take part, if they have an account."""

    for_accounts = True

    @abstractmethod
    def posts(self, events: Sequence[Event]) -> Mapping[int, Post]:
        """The message of each event, by the event's subject."""

    @abstractmethod
    def sentence(self, post: Post) -> str:
        """What is told of `post`."""

    def direct(self, event: Event) -> Iterable[int]:
        """Those whom it calls, who take part, and who wrote the page's last version."""
        post = self.posts([event]).get(event.subject_id or 0)
        if post is None:
            return ()
        people = {mention.user_id for mention in post.mentions.all()}
        people.update(post.thread.posts.standing().values_list("author", flat=True))
        last = PublishedVersion.objects.filter(page=event.page_id).order_by("-number")
        people.update(last.values_list("author", flat=True)[:1])
        return ids_of(User.objects.filter(pk__in=people - {None, event.user_id}))

    def topics(self, event: Event) -> Iterable[str]:
        """The page, and the thread."""
        post = self.posts([event]).get(event.subject_id or 0)
        return (f"page:{event.page_id}", f"discussion:{post.thread_id}") if post else ()

    def tell(self, events: Sequence[Event]) -> Mapping[int, Told]:
        """Who wrote and where; nothing of what was withdrawn since."""
        posts = self.posts(events)
        told = {}
        for event in events:
            post = posts.get(event.subject_id or 0)
            if post:
                told[event.pk] = Told(self.sentence(post), post_url(post))
        return told


class Opened(Said):
    """A thread is opened."""

    name = THREAD

    def posts(self, events: Sequence[Event]) -> Mapping[int, Post]:
        """First messages, by thread."""
        first = _told().filter(number=1, thread__in=[event.subject_id for event in events])
        return {post.thread_id: post for post in first}

    def sentence(self, post: Post) -> str:
        """Its title, if its author gave one."""
        said = {"who": post.signature, "page": post.thread.page.title, "title": post.thread.title}
        if post.thread.title:
            return _("%(who)s ouvre la discussion « %(title)s » sur « %(page)s »") % said
        return _("%(who)s ouvre une discussion sur « %(page)s »") % said


class Answered(Said):
    """A thread goes on."""

    name = POST

    def posts(self, events: Sequence[Event]) -> Mapping[int, Post]:
        """Messages, by themselves."""
        return _told().in_bulk([event.subject_id for event in events])

    def sentence(self, post: Post) -> str:
        """The title of the thread, if its author gave one."""
        said = {"who": post.signature, "page": post.thread.page.title, "title": post.thread.title}
        if post.thread.title:
            return _("%(who)s répond dans la discussion « %(title)s » sur « %(page)s »") % said
        return _("%(who)s répond dans une discussion sur « %(page)s »") % said


def connect() -> None:
    """Declare the kinds."""
    register(Opened())
    register(Answered())


def _told() -> PostQuerySet:
    readable = Post.objects.standing().filter(thread__hidden_at=None, thread__deleted_at=None)
    return readable.select_related("thread__page")
