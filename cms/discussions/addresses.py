"""Addresses of the discussion of a page. Those of messages stay the same for good."""

from django.urls import reverse
from wagtail.models import Page

from cms.discussions.models import Post, Thread
from cms.history.addresses import path_of

PER_PAGE = 50
"""Messages of a thread on one page."""


def discussion_url(page: Page) -> str:
    """All threads of a page."""
    return reverse("cms_discussions:threads", args=[path_of(page)])


def thread_url(thread: Thread, page: Page | None = None) -> str:
    """One thread; `page` spares reading it again."""
    path = path_of(page or thread.page)
    return reverse("cms_discussions:thread", args=[path, thread.number])


def post_url(post: Post, page: Page | None = None) -> str:
    """One message, on the page of its thread that holds it."""
    rank = (post.number - 1) // PER_PAGE + 1
    query = f"?page={rank}" if rank > 1 else ""
    return f"{thread_url(post.thread, page)}{query}#message-{post.number}"
