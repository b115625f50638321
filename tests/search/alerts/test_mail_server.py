"""Mail servers that refuse, put off, stall or are gone: nothing is lost, nobody waits for another."""

import io
import smtplib
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from pytest_django import Settings

from cms.mailing import courier
from search import indexing
from search.alerts import sending
from search.alerts.sending import Report
from search.models import SavedSearch
from tests.search.alerts.world import DAY, follow, publish
from tests.services.post_office import Clock, PostOffice

pytestmark = pytest.mark.django_db
Running = Callable[[], Report]
HOUR = timedelta(hours=1, seconds=1)


@pytest.mark.parametrize("mode", ["refused", "put_off", "stalled"])
def test_one_bad_address_does_not_silence_the_others(
    run: Running, post: PostOffice, mode: str, caplog: Any
) -> None:
    for name in "abc":
        follow(f"{name}@ville.fr")
    publish()
    getattr(post, mode).add("a@ville.fr")
    report = run()
    assert (report.sent, report.kept, report.mail_is_away) == (2, 1, False)
    assert post.recipients == ["b@ville.fr", "c@ville.fr"]
    assert "@ville.fr" not in caplog.text
    assert "a mail was not taken" in caplog.text


def test_what_was_not_taken_is_tried_again_later_and_later(
    run: Running, post: PostOffice, clock: Clock
) -> None:
    alert = follow()
    publish()
    post.put_off.add(alert.email)
    waits = []
    for _ in range(5):
        assert run().kept == 1
        alert.refresh_from_db()
        waits.append(alert.not_before - clock())
        assert run().looked_at == 0, "tried before its time"
        clock.turn(waits[-1] + timedelta(seconds=1))
    assert waits == sorted(waits)
    assert waits[-1] > 3 * waits[0]
    post.put_off.clear()
    assert run().sent == 1
    alert.refresh_from_db()
    assert alert.failing_since is None
    assert len(post.mails) == 1


def test_it_is_tried_once_a_week_at_least(run: Running, post: PostOffice, clock: Clock) -> None:
    alert = follow()
    SavedSearch.objects.update(failing_since=timezone.now() - 40 * DAY)
    publish()
    post.put_off.add(alert.email)
    run()
    alert.refresh_from_db()
    assert alert.not_before - clock() <= 7 * DAY


def test_an_address_refused_for_two_months_is_forgotten(
    run: Running, post: PostOffice, clock: Clock
) -> None:
    gone, full = follow("parti@ville.fr"), follow("plein@ville.fr")
    SavedSearch.objects.update(failing_since=timezone.now() - sending.GIVE_UP_AFTER - DAY)
    publish()
    post.refused.add(gone.email)
    post.put_off.add(full.email)
    run()
    assert list(SavedSearch.objects.all()) == [full]


def test_without_a_mail_server_nothing_is_lost(
    run: Running, post: PostOffice, settings: Settings, clock: Clock
) -> None:
    for number in range(6):
        follow(f"a{number}@ville.fr")
    publish()
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    report = run()
    assert report.mail_is_away
    assert report.kept == courier.GIVE_UP_AWAY, "the others would only have waited"
    settings.EMAIL_PORT = port
    run()
    clock.turn(HOUR)
    run()
    assert sorted(post.recipients) == [f"a{number}@ville.fr" for number in range(6)]


def test_the_command_fails_so_that_operators_know(
    run: Running, post: PostOffice, settings: Settings
) -> None:
    for number in range(4):
        follow(f"a{number}@ville.fr")
    publish()
    settings.EMAIL_PORT = 9
    indexing.drain()
    with pytest.raises(CommandError, match="serveur de messagerie"):
        call_command("search_alerts", stdout=io.StringIO())


def test_a_server_that_stalls_for_all_is_left_soon(
    run: Running, post: PostOffice, clock: Clock
) -> None:
    addresses = [f"a{number}@ville.fr" for number in range(8)]
    for address in addresses:
        follow(address)
    publish()
    post.stalled.update(addresses)
    began = time.monotonic()
    report = run()
    assert report.mail_is_away
    assert time.monotonic() - began < 15
    post.stalled.clear()
    clock.turn(HOUR)
    run()
    assert sorted(post.recipients) == addresses


def test_a_server_that_refuses_everything_is_not_asked_ten_thousand_times(
    run: Running, post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "GIVE_UP_REFUSED", 5)
    for number in range(9):
        follow(f"a{number}@ville.fr")
    publish()
    post.refuses_all_data = True
    report = run()
    assert (report.kept, report.mail_is_away) == (5, True)
    assert SavedSearch.objects.count() == 9


def test_an_address_that_cannot_even_be_written_is_kept_apart(
    run: Running, post: PostOffice
) -> None:
    follow("mal\nformée@ville.fr")
    follow("z@ville.fr")
    publish()
    report = run()
    assert (report.sent, report.kept) == (1, 1)
    assert post.recipients == ["z@ville.fr"]


def test_one_session_carries_many_mails(
    run: Running, post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []
    connect = smtplib.SMTP.connect
    monkeypatch.setattr(
        smtplib.SMTP, "connect", lambda self, *a, **k: opened.append(1) or connect(self, *a, **k)
    )
    for number in range(6):
        follow(f"a{number}@ville.fr")
    publish()
    assert run().sent == 6
    assert len(opened) == 1
