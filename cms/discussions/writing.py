"""What happens to threads and messages: opened, answered, changed, deleted, resolved.

Asks no right but one: whether a thread still goes on is only known once it is locked.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from wagtail.models import Page

from cms.discussions.body import clean_line
from cms.discussions.calling import Calls, calls_of, note
from cms.discussions.events import POST, THREAD
from cms.discussions.models import Post, PostQuerySet, Thread
from cms.discussions.rights import Rights, leaves_a_mark
from cms.following.announcing import announce
from cms.membership import partners_of
from cms.models import BasePage, User
from cms.models.versions import organisation_of, public_name

TWICE = timedelta(minutes=10)
"""The same words of the same person in that time are one message sent twice."""


class Closed(Exception):
    """The thread was deleted, withdrawn or locked in the meantime: nothing was written."""


@dataclass(frozen=True)
class Written:
    """A message, and what became of those whom it calls."""

    post: Post
    calls: Calls


@transaction.atomic
def open_thread(
    page: BasePage, author: User, *, body: str, title: str = "", quote: str = "", anchor: str = ""
) -> Written:
    """Begin a conversation about `page`."""
    # Numbers are given one at a time.
    Page.objects.select_for_update().get(pk=page.pk)
    twin = _twin(author, body).filter(thread__page=page, thread__quote=quote, number=1).first()
    if twin:
        return Written(twin, Calls())
    last = Thread.objects.filter(page=page).aggregate(last=Max("number"))["last"] or 0
    thread = Thread.objects.create(
        page_id=page.pk,
        number=last + 1,
        title=title,
        quote=quote,
        anchor=anchor,
        created_by=author,
    )
    written = _write(thread, page, author, body, 1)
    announce(THREAD, by=author, page=page, subject_id=thread.pk)
    return written


@transaction.atomic
def reply(thread: Thread, page: BasePage, author: User, body: str) -> Written:
    """Go on with a conversation. Raises `Closed`."""
    thread = _going_on(thread, page, author)
    twin = _twin(author, body).filter(thread=thread).first()
    if twin:
        return Written(twin, Calls())
    last = thread.posts.aggregate(last=Max("number"))["last"] or 0
    written = _write(thread, page, author, body, last + 1)
    announce(POST, by=author, page=page, subject_id=written.post.pk)
    return written


@transaction.atomic
def edit(post: Post, page: BasePage, author: User, body: str) -> Calls:
    """Say it otherwise; nobody is told again, those who are called show. Raises `Closed`."""
    _going_on(post.thread, page, author)
    post.refresh_from_db(fields=["deleted_at", "hidden_at"])
    if post.deleted_at or post.hidden_at:
        raise Closed
    calls = calls_of(body, page, author)
    was_answered = Post.objects.filter(thread=post.thread_id, number__gt=post.number).exists()
    if leaves_a_mark(post, was_answered):
        post.edited_at = timezone.now()
    post.body = body
    post.save(update_fields=["body", "edited_at"])
    note(post, calls)
    return calls


@transaction.atomic
def delete(post: Post) -> bool:
    """Erase the words of a message; whether something is left of its thread."""
    post.body, post.deleted_at = "", timezone.now()
    post.save(update_fields=["body", "deleted_at"])
    post.mentions.all().delete()
    thread = Thread.objects.select_for_update().get(pk=post.thread_id)
    if thread.posts.filter(deleted_at=None).exists():
        return True
    thread.title, thread.quote, thread.deleted_at = "", "", timezone.now()
    thread.save(update_fields=["title", "quote", "deleted_at"])
    return False


def resolve(thread: Thread, by: User | None) -> None:
    """Nothing is awaited any more; or something is again, without anyone."""
    thread.resolved_at, thread.resolved_by = (timezone.now() if by else None), by
    thread.save(update_fields=["resolved_at", "resolved_by"])


def lock(thread: Thread, is_locked: bool) -> None:
    """Only moderators may answer; or everyone again."""
    thread.locked_at = timezone.now() if is_locked else None
    thread.save(update_fields=["locked_at"])


def hide(withdrawn: Thread | Post, by: User | None, reason: str = "") -> None:
    """Withdraw what a thread or a message says; or bring it back, without anyone."""
    withdrawn.hidden_at, withdrawn.hidden_by = (timezone.now() if by else None), by
    withdrawn.hidden_reason = reason
    withdrawn.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])


def _going_on(thread: Thread, page: BasePage, author: User) -> Thread:
    """`thread` as it is now, which nobody else changes before the transaction ends. Raises `Closed`."""
    locked = Thread.objects.select_for_update().filter(pk=thread.pk).first()
    if locked is None or not Rights(author, page).may_reply(locked):
        raise Closed
    return locked


def _write(thread: Thread, page: BasePage, author: User, body: str, number: int) -> Written:
    post = Post.objects.create(
        thread=thread,
        number=number,
        author=author,
        author_name=clean_line(public_name(author)),
        organisation_name=_organisation(page, author),
        body=body,
    )
    calls = calls_of(body, page, author)
    note(post, calls)
    return Written(post, calls)


def _organisation(page: BasePage, author: User) -> str:
    """Whom somebody writes for here: the organization of the page if it is theirs, else their first."""
    theirs = partners_of(author)
    own = organisation_of(page)
    chosen = own if own in theirs else next(iter(theirs), None)
    return chosen.title if chosen else ""


def _twin(author: User, body: str) -> PostQuerySet:
    since = timezone.now() - TWICE
    return Post.objects.filter(author=author, body=body, created_at__gte=since)
