"""Threads and messages as one reader sees them, ready for templates."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from cms.discussions.addresses import PER_PAGE, discussion_url, post_url, thread_url
from cms.discussions.models import Post, Thread
from cms.discussions.rights import Rights
from cms.discussions.writing import Closed
from cms.history.readable import readable_page
from cms.models import BasePage, User
from cms.pagination import numbered

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class ShownPost:
    """A message, its address, and what its reader may do with it."""

    post: Post
    url: str
    may_edit: bool
    may_delete: bool


def among_accounts(view: View) -> View:
    """The door of every page of a discussion: its page must be readable, and its reader signed in.

    `view` gets the reader's rights in place of the path. What was typed for something that is gone by
    the time it is sent is shown back.
    """

    @never_cache
    @wraps(view)
    def opened(request: HttpRequest, path: str, **numbers: str) -> HttpResponse:
        page = None
        try:
            page = readable_page(request, path)
            if not isinstance(request.user, User):
                return _door(request, page)
            return view(request, Rights(request.user, page), **numbers)
        except (Http404, Closed) as problem:
            if not isinstance(request.user, User) or not _typed(request):
                raise
            return _too_late(request, page, 409 if isinstance(problem, Closed) else 404)

    return opened


def _too_late(request: HttpRequest, page: BasePage | None, status: int) -> HttpResponse:
    """What was typed; nothing of a page that its reader may not open, or no longer."""
    title = _("Rien n’est parti")
    if page:
        reason = _("Ce à quoi vous répondiez a été supprimé, retiré ou fermé entre-temps.")
        return closed(request, page, title, reason, status)
    context = {
        "title": title,
        "reason": _("La page dont vous parliez n’est plus là, ou ne vous est plus ouverte."),
        "kept": _typed(request),
        "breadcrumbs": [{"label": _("Accueil"), "url": "/"}, {"label": title, "url": None}],
    }
    return render(request, "cms/discussions/lost.html", context, status=status)


def closed(
    request: HttpRequest, page: BasePage, title: str, reason: str, status: int
) -> HttpResponse:
    """Why nothing can be written there any more, with what was, to be copied."""
    context = frame(request, page, title) | {"reason": reason, "kept": _typed(request)}
    return render(request, "cms/discussions/closed.html", context, status=status)


def _typed(request: HttpRequest) -> str:
    """All that somebody wrote in a form of a discussion."""
    fields = ("quote", "title", "body", "reason")
    return "\n\n".join(filter(None, (request.POST.get(name, "").strip() for name in fields)))


def _door(request: HttpRequest, page: BasePage) -> HttpResponse:
    """What visitors are told: what this is, how to come in, and what they can do without."""
    context = frame(request, page, _("Discussion")) | {
        "login_url": f"{reverse('wagtailadmin_login')}?{urlencode({'next': request.path})}",
        "propose_url": f"{page.get_url(request)}proposer/",
    }
    return render(request, "cms/discussions/door.html", context)


def frame(
    request: HttpRequest, page: BasePage, title: str, thread: Thread | None = None
) -> dict[str, Any]:
    """What every page of a discussion shows around it."""
    crumbs = page.breadcrumbs(request)[:-1] or [{"label": str(_("Accueil")), "url": "/"}]
    if page.depth > 2:
        crumbs.append({"label": page.title, "url": page.get_url(request)})
    if thread:
        crumbs.append({"label": _("Discussion"), "url": discussion_url(page)})
        if title != thread.heading:
            crumbs.append({"label": thread.heading, "url": thread_url(thread, page)})
    return {
        "about": page,
        "title": title,
        "breadcrumbs": [*crumbs, {"label": title, "url": None}],
        "thread": thread,
    }


def find_thread(rights: Rights, number: str) -> Thread:
    """The thread of that number, if it is there for its reader. Raises `Http404`."""
    found = (
        Thread.objects.with_summary()
        .filter(page=rights.page, number=int(number), deleted_at=None)
        .first()
    )
    if found is None:
        raise Http404
    return found


def find_post(rights: Rights, number: str, post: str) -> Post:
    """The message of that number in that thread, unless it was deleted. Raises `Http404`."""
    thread = find_thread(rights, number)
    found = thread.posts.filter(number=int(post), deleted_at=None).first()
    if found is None or not rights.sees(thread):
        raise Http404
    found.thread = thread
    return found


def threads_shown(rights: Rights, asked: str | None) -> dict[str, Any]:
    """A page of the list: what is open first, then what is resolved; the latest words first."""
    threads = Thread.objects.with_summary().filter(page=rights.page, deleted_at=None)
    if not rights.moderates:
        threads = threads.standing()
    threads = threads.order_by(
        F("resolved_at").desc(nulls_first=True), F("last_at").desc(nulls_last=True), "-pk"
    )
    shown = Paginator(threads, PER_PAGE).get_page(asked)
    listed = [(thread, thread_url(thread, rights.page)) for thread in shown]
    return {
        "open": [pair for pair in listed if pair[0].resolved_at is None],
        "resolved": [pair for pair in listed if pair[0].resolved_at],
        "pages": numbered(shown.number, shown.paginator.num_pages, lambda page: f"?page={page}"),
    }


def posts_shown(rights: Rights, thread: Thread, asked: str | None) -> dict[str, Any]:
    """A page of a thread. Numbers are positions: what was deleted keeps its place, unless it is last."""
    last = thread.posts.aggregate(last=Max("number", filter=Q(deleted_at=None)))["last"] or 0
    shown = Paginator(range(1, last + 1), PER_PAGE).get_page(asked)
    posts = list(thread.posts.filter(number__in=list(shown)).prefetch_related("mentions"))
    for post in posts:
        post.thread = thread
    return {
        "posts": [
            ShownPost(
                post, post_url(post, rights.page), rights.may_edit(post), rights.may_delete(post)
            )
            for post in posts
        ],
        "pages": numbered(shown.number, shown.paginator.num_pages, lambda page: f"?page={page}"),
    }
