"""Time between requests, and when links are looked at again."""

from datetime import UTC, datetime, timedelta

import pytest

from cms.outlinks.manners import LONGEST_WAIT, Pace, retry_after
from cms.outlinks.models import ExternalLink, Reason
from cms.outlinks.schedule import Outcome, apply

NOW = datetime(2026, 5, 3, 12, tzinfo=UTC)


def test_one_host_is_asked_slowly_and_another_at_once() -> None:
    now, slept = [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    pace = Pace(delay=2, clock=lambda: now[0], sleep=sleep)
    pace.wait("a.example")
    pace.wait("b.example")
    assert slept == []
    pace.wait("a.example")
    assert slept == [2.0]
    pace.slow_down("b.example", 10)
    pace.wait("b.example")
    pace.wait("b.example")
    assert slept == [2.0, 10.0]


@pytest.mark.parametrize(
    ("value", "later"),
    [
        ("120", timedelta(minutes=2)),
        ("Sun, 03 May 2026 13:00:00 GMT", timedelta(hours=1)),
        ("Sun, 03 May 2020 13:00:00 GMT", timedelta(0)),
        ("999999999", LONGEST_WAIT),
        ("9" * 400, None),
        ("-1", None),
        ("", None),
        ("bientôt", None),
    ],
)
def test_come_back_later_is_understood(value: str, later: timedelta | None) -> None:
    assert retry_after(value, NOW) == (NOW + later if later is not None else None)


def answered(*days_and_codes: tuple[float, int | None]) -> ExternalLink:
    link = ExternalLink(url="https://a.example/")
    for day, code in days_and_codes:
        outcome = Outcome(Reason.ANSWERED if code else Reason.UNREACHABLE, code)
        apply(link, outcome, NOW + timedelta(days=day))
    return link


def test_a_good_link_is_left_alone_for_about_a_month() -> None:
    link = answered((0, 200))
    assert timedelta(days=26) < link.next_check_at - NOW < timedelta(days=34)
    assert link.broken_since is None


@pytest.mark.parametrize(
    ("looks", "is_broken"),
    [
        (((0, 404),), False),
        (((0, 404), (1, 404)), True),
        (((0, 410), (1, 410)), True),
        (((0, 500), (1, 500), (2, 500)), False),
        (((0, 500), (1, 500), (3, 500)), True),
        (((0, None), (5, None)), False),
        (((0, None), (1, None), (4, None)), True),
        (((0, 500), (1, 500), (2, 200), (3, 500)), False),
        (((0, 500), (1, 403), (2, 403), (3, 403)), False),
        (((0, 503), (1, 429), (2, 503), (3, 503)), True),
        (((0, 404), (1, 404), (2, 200)), False),
        (((0, 999), (1, 999), (5, 999)), False),
    ],
)
def test_a_link_is_reported_after_enough_failures_over_enough_days(
    looks: tuple[tuple[float, int | None], ...], is_broken: bool
) -> None:
    assert (answered(*looks).broken_since is not None) == is_broken


def test_a_failing_link_is_looked_at_sooner_then_less_and_less() -> None:
    waits = []
    for count in range(1, 8):
        link = answered(*((0, 500) for _ in range(count)))
        waits.append((link.next_check_at - NOW).days)
    assert waits == [1, 2, 4, 8, 14, 14, 14]


def test_the_servers_wish_goes_before() -> None:
    link = ExternalLink(url="https://a.example/")
    wish = NOW + timedelta(days=50)
    apply(link, Outcome(Reason.ANSWERED, 503, wish), NOW)
    assert link.next_check_at == wish


def test_since_when_is_the_first_failure() -> None:
    link = answered((0, 404), (1, 404), (9, 404))
    assert link.failing_since == NOW
    assert link.broken_since == NOW + timedelta(days=1)
