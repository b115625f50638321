"""Looks at the links that are due, host after host in turn, within a budget of time and number.

The links of a host are taken for this run alone before the first of them is looked at: two runs never
ask one host at once, and what a killed run had taken is free again after an hour.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min
from django.utils import timezone

from cms.outlinks.checking import NETWORK, Checker
from cms.outlinks.collecting import collect_missing, forget_unused
from cms.outlinks.models import ExternalLink
from cms.outlinks.schedule import Outcome, apply

HOLD = timedelta(hours=1)
PER_HOST = 20
"""Links of one host in one run."""
STOP_AFTER = 10
"""Hosts in a row that cannot be reached: it is this server that is cut off."""


@dataclass
class Report:
    """What a run did."""

    found: int = 0
    looked_at: int = 0
    failed: int = 0
    broken: int = 0
    is_cut_off: bool = False


class Run:
    """One pass."""

    def __init__(
        self,
        limit: int,
        seconds: float,
        checker: Checker | None = None,
        clock: Callable[[], datetime] = timezone.now,
    ) -> None:
        self.limit = limit
        self.ends_at = time.monotonic() + seconds
        self.checker = checker or Checker(clock=clock)
        self.clock = clock
        self.report = Report()
        self.unreachable: set[str] = set()

    def __call__(self) -> Report:
        """Do it, and say what was done."""
        self.report.found = collect_missing()
        forget_unused()
        hosts = deque(due_hosts(self.clock(), self.limit))
        taken: dict[str, list[ExternalLink]] = {}
        try:
            while hosts and not self._is_over:
                host = hosts.popleft()
                if host not in taken:
                    taken[host] = take(host, self.clock())
                if taken[host]:
                    self._look(taken[host].pop())
                    hosts.append(host)
        finally:
            self._give_back([link.pk for links in taken.values() for link in links])
        self.report.broken = ExternalLink.objects.used().exclude(broken_since=None).count()
        return self.report

    @property
    def _is_over(self) -> bool:
        return (
            self.report.looked_at >= self.limit
            or time.monotonic() >= self.ends_at
            or self.report.is_cut_off
        )

    def _look(self, link: ExternalLink) -> None:
        outcome = self.checker.look(link.url)
        apply(link, outcome, self.clock())
        link.save()
        self.report.looked_at += 1
        self.report.failed += not (outcome.is_good or outcome.is_unsaid)
        self._notice(link.host, outcome)

    def _notice(self, host: str, outcome: Outcome) -> None:
        if outcome.reason in NETWORK:
            self.unreachable.add(host)
        else:
            self.unreachable.clear()
        self.report.is_cut_off = len(self.unreachable) >= STOP_AFTER

    def _give_back(self, pks: list[int]) -> None:
        """What was taken and not looked at is due now."""
        ExternalLink.objects.filter(pk__in=pks).update(next_check_at=self.clock())


def due_hosts(now: datetime, most: int) -> list[str]:
    """Hosts with links to look at, the longest wait first."""
    waiting = ExternalLink.objects.due(now).values("host").annotate(oldest=Min("next_check_at"))
    return [row["host"] for row in waiting.order_by("oldest", "host")[:most]]


def take(host: str, now: datetime) -> list[ExternalLink]:
    """Some links of a host, for this run alone; none if another run is at it."""
    links = list(
        ExternalLink.objects.due(now).filter(host=host).order_by("-next_check_at")[:PER_HOST]
    )
    free = ExternalLink.objects.filter(pk__in=[link.pk for link in links], next_check_at__lte=now)
    return links if free.update(next_check_at=now + HOLD) == len(links) else []
