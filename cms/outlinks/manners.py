"""How a site wishes to be asked: its robots.txt, the time between two requests, "come back later"."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.robotparser import RobotFileParser

DELAY = 2.0
"""Seconds between two requests to one host."""
MAX_DELAY = 30.0
"""However much more a host asks for."""
NAME = "DataCites-liens"
"""What robots.txt files call this program."""
LONGEST_WAIT = timedelta(days=60)


class Pace:
    """Lets requests to one host follow each other slowly."""

    def __init__(
        self,
        delay: float = DELAY,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.delay, self.clock, self.sleep = delay, clock, sleep
        self.free_at: dict[str, float] = {}
        self.delays: dict[str, float] = {}

    def slow_down(self, host: str, delay: float) -> None:
        """A host asked for more time than usual."""
        self.delays[host] = max(self.delay, delay)

    def wait(self, host: str) -> None:
        """Sleep until `host` may be asked, and count the request that follows."""
        left = self.free_at.get(host, 0.0) - self.clock()
        if left > 0:
            self.sleep(left)
        self.free_at[host] = self.clock() + self.delays.get(host, self.delay)


def rules(text: str) -> RobotFileParser:
    """What a robots.txt says; nothing where the parser stumbles over it."""
    parser = RobotFileParser()
    try:
        parser.parse(text.splitlines())
    except ValueError:
        return rules("")
    return parser


def retry_after(value: str, now: datetime) -> datetime | None:
    """When a server wishes to be asked again: seconds or a date; nothing for anything else."""
    if value.strip().isdecimal() and len(value) < 10:
        asked = now + timedelta(seconds=int(value))
    else:
        try:
            asked = parsedate_to_datetime(value)
        except (ValueError, TypeError):
            return None
        asked = asked if asked.tzinfo else asked.replace(tzinfo=UTC)
    return min(max(asked, now), now + LONGEST_WAIT)
