"""Hears of results that readers open, from a script of the results page. Keeps nothing of who they are."""

import threading
import time
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from search.query import MAX_TEXT, clean_text
from search.report.recording import record_click

MAX_POSITION = 500
MAX_BODY = 4096
A_SECOND = 20.0
AT_ONCE = 100.0


class Tap:
    """Lets so much through and no more, whoever asks: this process remembers no address."""

    def __init__(self, a_second: float, at_once: float) -> None:
        self.a_second, self.at_once = a_second, at_once
        self.level, self.at = at_once, time.monotonic()
        self.lock = threading.Lock()

    def lets_through(self) -> bool:
        """Whether one more may pass now."""
        with self.lock:
            now = time.monotonic()
            self.level = min(self.at_once, self.level + (now - self.at) * self.a_second)
            self.at = now
            if self.level < 1:
                return False
            self.level -= 1
            return True


tap = Tap(A_SECOND, AT_ONCE)


# Without a token: a beacon carries none, nothing but a counter moves, and other sites are refused.
@csrf_exempt
@require_POST
def click(request: HttpRequest) -> HttpResponse:
    """Count one result opened."""
    if not is_from_here(request):
        return HttpResponse(status=403)
    if not tap.lets_through():
        return HttpResponse(status=429)
    if not 0 < length_of(request) <= MAX_BODY:
        return HttpResponse(status=400)
    text = clean_text(request.POST.get("q", ""))
    position = request.POST.get("position", "")
    if not text or len(text) > MAX_TEXT or not is_position(position):
        return HttpResponse(status=400)
    record_click(request, text, int(position), first=request.POST.get("first") == "1")
    return HttpResponse(status=204)


def is_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this site asks."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    try:
        return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()
    except ValueError:
        return False


def length_of(request: HttpRequest) -> int:
    """The announced length of the body; -1 when it makes no sense."""
    length = request.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() and len(length) < 9 else -1


def is_position(text: str) -> bool:
    """Whether `text` is the rank of a result, from 1."""
    return text.isascii() and text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= MAX_POSITION
