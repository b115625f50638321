"""Looks at one link: asks its site for leave, follows a few redirections, each checked anew."""

import contextlib
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urljoin
from urllib.robotparser import RobotFileParser

from django.conf import settings
from django.utils import timezone

from cms.outlinks.extraction import MAX_URL
from cms.outlinks.fetching import Answer, Client
from cms.outlinks.guard import Guard, Refused, Target
from cms.outlinks.manners import MAX_DELAY, NAME, Pace, retry_after, rules
from cms.outlinks.models import Reason
from cms.outlinks.schedule import Outcome

MAX_REDIRECTS = 5
MOVED = frozenset({301, 302, 303, 307, 308})
BUSY = frozenset({429, 503})

NETWORK = frozenset({Reason.UNKNOWN_HOST, Reason.UNREACHABLE, Reason.SLOW, Reason.TLS})


class Checker:
    """Looks at links; remembers for one run what each site asked for, and which do not answer."""

    def __init__(
        self,
        guard: Guard | None = None,
        client: Client | None = None,
        pace: Pace | None = None,
        clock: Callable[[], datetime] = timezone.now,
    ) -> None:
        self.guard = guard or Guard()
        self.client = client or Client(agent=f"{NAME}/1.0 (+{settings.SITE_URL})")
        self.pace = pace or Pace()
        self.clock = clock
        self.robots: dict[str, RobotFileParser | Outcome] = {}

    def look(self, url: str) -> Outcome:
        """How a look at `url` ends."""
        seen: set[str] = set()
        try:
            for _hop in range(MAX_REDIRECTS + 1):
                target = self.guard.check(url)
                held_back = self._held_back(url, target)
                if held_back:
                    return held_back
                answer = self._ask(target)
                place = answer.headers.get("location", "")
                if answer.status not in MOVED or not place:
                    return self._outcome(answer)
                seen.add(url)
                url = next_url(url, place)
                if url in seen:
                    break
        except Refused as refusal:
            return Outcome(refusal.reason)
        return Outcome(Reason.REDIRECTS)

    def _ask(self, target: Target) -> Answer:
        """Its head; where that is refused, as many servers do, its beginning."""
        self.pace.wait(target.host)
        with contextlib.suppress(Refused):
            answer = self.client.ask("HEAD", target)
            if answer.status < 400 or answer.status in BUSY:
                return answer
        self.pace.wait(target.host)
        return self.client.ask("GET", target)

    def _outcome(self, answer: Answer) -> Outcome:
        later = None
        if answer.status in BUSY:
            later = retry_after(answer.headers.get("retry-after", ""), self.clock())
        return Outcome(Reason.ANSWERED, answer.status, later)

    def _held_back(self, url: str, target: Target) -> Outcome | None:
        """Why the site's robots.txt keeps this address from being looked at, if it does."""
        found = self.robots.get(target.origin)
        if found is None:
            found = self.robots[target.origin] = self._read_robots(target)
        if isinstance(found, Outcome):
            return found
        return None if found.can_fetch(NAME, url) else Outcome(Reason.KEPT_OUT)

    def _read_robots(self, target: Target) -> RobotFileParser | Outcome:
        """The rules of a site: none where it has no such file; its failure where it fails at that."""
        url = f"{target.origin}/robots.txt"
        try:
            for _hop in range(MAX_REDIRECTS):
                place = self.guard.check(url)
                self.pace.wait(place.host)
                answer = self.client.ask("GET", place, with_body=True)
                if answer.status not in MOVED:
                    break
                url = next_url(url, answer.headers.get("location", ""))
        except Refused as refusal:
            if refusal.reason in NETWORK:
                return Outcome(refusal.reason)
            return rules("")
        if answer.status == 429 or answer.status >= 500:
            return self._outcome(answer)
        found = rules(answer.body.decode("utf-8", "replace") if answer.status < 300 else "")
        self.pace.slow_down(target.host, min(float(found.crawl_delay(NAME) or 0), MAX_DELAY))
        return found


def next_url(url: str, place: str) -> str:
    """Where a redirection leads. Raises `Refused` for what is no address."""
    try:
        return urljoin(url, place[:MAX_URL])
    except ValueError as error:
        raise Refused(Reason.INVALID) from error
