"""When a link is looked at again, and when it is reported. Must not read the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import uniform

from cms.outlinks.models import ExternalLink, Reason

EVERY = timedelta(days=30)
FIRST_WAIT, LAST_WAIT = timedelta(days=1), timedelta(days=14)
"""After a failure, doubling."""
FAILURES, OVER = 3, timedelta(days=3)
"""What it takes to be reported."""
GONE, FAILURES_OF_GONE = frozenset({404, 410}), 2
UNSAID = frozenset({401, 403, 405, 406, 407, 429, 451})
"""Answers to programs, which tell nothing of what a person would get."""


@dataclass(frozen=True)
class Outcome:
    """How one look ended: the server's status, or why there is none."""

    reason: Reason
    status: int | None = None
    not_before: datetime | None = None
    """The server's own wish."""

    @property
    def is_good(self) -> bool:
        """Whether the link leads somewhere."""
        return self.status is not None and (200 <= self.status < 400 or self.status == 416)

    @property
    def is_unsaid(self) -> bool:
        """Whether nothing can be told from it."""
        if self.status is None:
            return self.reason in {Reason.KEPT_OUT, Reason.UNUSUAL}
        return self.status in UNSAID or self.status >= 600


def apply(link: ExternalLink, outcome: Outcome, now: datetime) -> None:
    """Write an outcome into `link`, which is not saved."""
    link.last_checked_at, link.status, link.reason = now, outcome.status, outcome.reason
    if outcome.is_good:
        link.failing_since = link.broken_since = None
        link.failures = 0
    elif not outcome.is_unsaid:
        link.failing_since = link.failing_since or now
        link.failures += 1
        if is_broken(link, now):
            link.broken_since = link.broken_since or now
    wait = wait_of(link, outcome)
    link.next_check_at = max(now + wait, outcome.not_before or now)


def is_broken(link: ExternalLink, now: datetime) -> bool:
    """Whether it failed often enough, for long enough."""
    if link.status in GONE:
        return link.failures >= FAILURES_OF_GONE
    since = link.failing_since or now
    return link.failures >= FAILURES and now - since >= OVER


def wait_of(link: ExternalLink, outcome: Outcome) -> timedelta:
    """A month, spread so that links taken together are not looked at together; less after a failure."""
    if outcome.is_good or outcome.is_unsaid:
        return EVERY * uniform(0.9, 1.1)  # noqa: S311 - spreads work, keeps no secret
    doubled: timedelta = FIRST_WAIT * 2 ** min(link.failures - 1, 10)
    return min(doubled, LAST_WAIT)
