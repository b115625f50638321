"""Whom a message calls: who is told, who may not be, and who would be too many."""

from dataclasses import dataclass, field

from cms.discussions.body import handles_in
from cms.discussions.handles import directory
from cms.discussions.models import Mention, Post
from cms.models import BasePage, User
from cms.visibility import is_visible

MOST_CALLED = 20


@dataclass
class Calls:
    """What the handles of a message come to."""

    reached: list[tuple[User, str]] = field(default_factory=list)
    """Accounts, with the handle that called each."""
    unable: list[User] = field(default_factory=list)
    """Those who may not read the page."""
    is_too_many: bool = False


def calls_of(body: str, page: BasePage, author: User) -> Calls:
    """Those whom `body` calls: accounts in use, each once, its author apart, the first twenty only."""
    calls = Calls()
    if "@" not in body:
        return calls
    known = directory(author)
    handles: dict[int, str] = {}
    for name in handles_in(body):
        for pk in known[name].people if name in known else ():
            handles.setdefault(pk, name)
    handles.pop(author.pk, None)
    calls.is_too_many = len(handles) > MOST_CALLED
    chosen = list(handles)[:MOST_CALLED]
    accounts = User.objects.in_bulk(chosen)
    is_open = bool(chosen) and is_visible(page)
    for pk in chosen:
        # A page that is closed asks for each reader; twenty at most.
        if is_open or is_visible(page, accounts[pk]):
            calls.reached.append((accounts[pk], handles[pk]))
        else:
            calls.unable.append(accounts[pk])
    return calls


def note(post: Post, calls: Calls) -> None:
    """Write down whom `post` calls, in place of whom it called before."""
    post.mentions.all().delete()
    Mention.objects.bulk_create(
        Mention(post=post, user=user, handle=handle) for user, handle in calls.reached
    )
