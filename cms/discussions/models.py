"""Threads about a page, their messages, and whom these call.

Rows are never removed while their page stands, so that a number leads to the same message for good:
what is deleted loses its words and keeps its place.
"""

from django.conf import settings
from django.db import models
from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from wagtail.models import Page

from cms.discussions.body import first_words

TITLE_LIMIT = 120
QUOTE_LIMIT = 600
BODY_LIMIT = 5000
ANCHOR_LIMIT = 80
REASON_LIMIT = 300
HANDLE_LIMIT = 255


class ThreadQuerySet(models.QuerySet["Thread"]):
    """Threads by who may see them, and with what a list says of them."""

    def standing(self) -> "ThreadQuerySet":
        """Those whose words were withdrawn neither by their author nor by moderation."""
        return self.filter(deleted_at=None, hidden_at=None)

    def open(self) -> "ThreadQuerySet":
        """Those that await something."""
        return self.standing().filter(resolved_at=None)

    def with_summary(self) -> "ThreadQuerySet":
        """With `opening` (the first message), `total` (of messages) and `last_at`."""
        readable = Q(posts__deleted_at=None, posts__hidden_at=None)
        first = Post.objects.standing().filter(thread=OuterRef("pk"), number=1)
        return self.annotate(
            opening=Subquery(first.values("body")[:1]),
            total=Count("posts", filter=readable),
            last_at=Max("posts__created_at", filter=readable),
        )


class Thread(models.Model):
    """A conversation about a page, or about a passage of it."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="threads")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=TITLE_LIMIT, blank=True)
    quote = models.TextField(max_length=QUOTE_LIMIT, blank=True)
    """The passage it is about, as its author copied it."""
    anchor = models.CharField(max_length=ANCHOR_LIMIT, blank=True)
    """Where on the page the passage stands."""
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    locked_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    """When the last of its messages was deleted."""
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    hidden_reason = models.CharField(max_length=REASON_LIMIT, blank=True)

    objects = ThreadQuerySet.as_manager()
    opening: str | None = None
    """The first message's words; only `with_summary` reads them."""

    class Meta:
        verbose_name = _lazy("discussion")
        verbose_name_plural = _lazy("discussions")
        constraints = [
            models.UniqueConstraint(fields=["page", "number"], name="one_thread_per_number")
        ]

    def __str__(self) -> str:
        return f"thread {self.number} of page {self.page_id}"

    @property
    def heading(self) -> str:
        """Its title, or what it begins with."""
        return (
            self.title
            or first_words(self.opening or "")
            or _("Discussion %(number)s") % {"number": self.number}
        )


class PostQuerySet(models.QuerySet["Post"]):
    """Messages by whether their words may be read."""

    def standing(self) -> "PostQuerySet":
        """Those withdrawn neither by their author nor by moderation."""
        return self.filter(deleted_at=None, hidden_at=None)


class Post(models.Model):
    """A message, with its author's name and organization as they were."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="posts")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(max_length=301, blank=True)
    organisation_name = models.CharField(max_length=255, blank=True)
    body = models.TextField(max_length=BODY_LIMIT)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    """The last change that readers are told of."""
    deleted_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    hidden_reason = models.CharField(max_length=REASON_LIMIT, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("message")
        verbose_name_plural = _lazy("messages")
        ordering = ["thread", "number"]
        constraints = [
            models.UniqueConstraint(fields=["thread", "number"], name="one_post_per_number")
        ]

    def __str__(self) -> str:
        return f"post {self.number} of thread {self.thread_id}"

    @property
    def signature(self) -> str:
        """Who wrote it, as others read it; never an address."""
        if self.author_id is None:
            return _("Compte supprimé")
        return self.author_name or _("Compte sans nom")

    @property
    def handles(self) -> set[str]:
        """The handles that it did call."""
        return {mention.handle for mention in self.mentions.all()}


class Mention(models.Model):
    """Somebody whom a message calls, by their own handle or that of an organization of theirs."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    handle = models.CharField(max_length=HANDLE_LIMIT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "user"], name="one_mention_per_post_and_user")
        ]

    def __str__(self) -> str:
        return f"mention in post {self.post_id}"
