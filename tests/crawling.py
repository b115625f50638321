"""Goes wherever the pages of the site lead, as one reader."""

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.http import HttpResponse
from django.test import Client

LEFT_ALONE = re.compile(
    r"/static/|/media/|/gestion/(logout|jsi18n|bulk)/|/gestion/.*/(usage|results|revert/\d+)/$|.*/None/$"
)
"""What has nothing to read, ends the visit, says what another page says, or is a pattern for scripts."""
ADDRESSES = {"href", "src", "action", "data-url", "hx-get", "data-w-swap-src-value"}
QUERIES = 2
"""Addresses that differ by their query alone which are opened; filters would have no end."""


class Addresses(HTMLParser):
    """Where a page, a feed or a sitemap leads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._is_location = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._is_location = tag == "loc"
        if tag == "form" and (given.get("method") or "get").lower() != "get":
            return
        self.found += [value for name, value in attrs if name in ADDRESSES and value]

    def handle_data(self, data: str) -> None:
        if self._is_location:
            self.found.append(data.strip())


def crawl(
    client: Client, starts: Iterable[str], at_most: int = 600
) -> Iterator[tuple[str, HttpResponse]]:
    """Every address of this site that `starts` lead to, each once, with what it answers."""
    waiting = deque(starts)
    known = set(waiting)
    queries = Counter[str]()
    for _rank in range(at_most):
        if not waiting:
            return
        address = waiting.popleft()
        response = client.get(address)
        yield address, response
        if response.streaming:
            continue
        location = [response["Location"]] if response.has_header("Location") else []
        readable = response.headers.get("Content-Type", "").startswith(("text/", "application/"))
        found = Addresses(response.content.decode(errors="replace")).found if readable else []
        for each in [*location, *found]:
            target = _inside(urljoin(f"http://testserver{address}", each))
            if target is None or target in known:
                continue
            path, _mark, query = target.partition("?")
            queries[path] += bool(query)
            if queries[path] <= QUERIES:
                known.add(target)
                # What has no query leads to other pages, not to the same ones arranged otherwise.
                waiting.append(target) if query else waiting.appendleft(target)


def _inside(address: str) -> str | None:
    """The address within this site; None for what is elsewhere or has nothing to read."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or parts.hostname not in {"testserver", "localhost"}:
        return None
    if LEFT_ALONE.match(parts.path):
        return None
    if parts.path.startswith("/gestion/"):
        # Its lists arranged otherwise take long and hold the same.
        return parts.path
    return parts.path + (f"?{parts.query}" if parts.query else "")


def heard(response: HttpResponse) -> str:
    """All that an answer says: its headers, cookies and body."""
    body = b"".join(response) if response.streaming else response.content
    return f"{response.headers} {response.cookies} {body.decode(errors='replace')}"
