"""Whose request counts as a search: a reader's first look at results for some words.

Looks at the request and keeps nothing of it.
"""

import re
from urllib.parse import parse_qs, urlsplit

from django.http import HttpRequest

from search.analysis import fold
from search.query import clean_text, read_page

_ROBOTS = re.compile(
    r"(?<!cu)bot\b|bots?[/_\-]|crawl|spider|slurp|scrap|fetch|archiv|scan|monitor|uptime|pingdom"
    r"|bingpreview|uripreview|link ?preview|lighthouse|headless|phantom|puppeteer|playwright|selenium"
    r"|curl|wget|httpie|python|java/|okhttp|go-http|libwww|http-?client|axios|node-|undici|perl/|ruby"
    r"|php/|feed|rss|facebookexternalhit|whatsapp|link ?check|validator|gpt|claude|openai|perplexity",
    re.IGNORECASE,
)
"""What robots and tools call themselves; "Cubot" is a phone."""
_AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
"""Headers by which browsers say that they load a page before anyone asks for it."""
_RELOAD = re.compile(r"no-cache|max-age=0")
MAX_KEY = 200
"""Folding a sign may write it as several letters."""
_EDGES = " \t.,;:!?…·"


def counted_key(text: str) -> str:
    """Words as they are compared: folded, single spaces, no sign around them."""
    return " ".join(fold(text).split()).strip(_EDGES)[:MAX_KEY]


def is_reader(request: HttpRequest) -> bool:
    """Whether a person who is not of the team reads: robots and signed-in people do not count."""
    agent = request.headers.get("User-Agent", "")
    if not agent or _ROBOTS.search(agent) or "Accept-Language" not in request.headers:
        return False
    if any(request.headers.get(name) for name in _AHEAD):
        return False
    user = getattr(request, "user", None)
    return not (user and user.is_authenticated)


def is_new_search(request: HttpRequest, key: str) -> bool:
    """Whether these words were asked just now.

    Turning pages, sorting, narrowing, going from one search page to another, going back and
    reloading show more of the same search.
    """
    if request.method != "GET" or read_page(request.GET.get("page", "1")) > 1:
        return False
    if request.headers.get("HX-History-Restore-Request") == "true" or _is_return(request):
        return False
    if _RELOAD.search(request.headers.get("Cache-Control", "")):
        return False
    return _words_before(request) != key


def _is_return(request: HttpRequest) -> bool:
    """Whether the browser goes back or forward: it then names nobody who asked for the page."""
    headers = request.headers
    return headers.get("Sec-Fetch-Mode") == "navigate" and "Sec-Fetch-User" not in headers


def _words_before(request: HttpRequest) -> str:
    """What was searched on the page of this site that the request comes from."""
    address = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    try:
        parts = urlsplit(address)
        words = parse_qs(parts.query, max_num_fields=200).get("q", [""])[0]
    except ValueError:
        return ""
    return counted_key(clean_text(words)) if parts.netloc == request.get_host() else ""
