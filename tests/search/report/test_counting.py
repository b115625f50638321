"""Counts add up whoever writes them, are bounded, and are forgotten after thirteen months."""

import os
import sqlite3
import subprocess
import sys
import threading
from datetime import date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from search.models import SearchCount
from search.report import counting
from search.report.counting import Buffer, Tally, purge, this_week, write
from tests.search.report.readers import make_count

ROOT = Path(__file__).resolve().parents[3]
MONDAY = date(2026, 11, 23)


def stored() -> dict[str, tuple[int, ...]]:
    """Searches, clicks and sums of positions by key."""
    rows = SearchCount.objects.values_list("key", "searches", "clicks", "positions")
    return {key: numbers for key, *numbers in map(tuple, rows)}  # type: ignore[misc]


# --- In memory


def test_a_buffer_gives_everything_once() -> None:
    buffer = Buffer()
    assert buffer.add(MONDAY, "eau", Tally("Eau", searches=1)) == 1
    assert buffer.add(MONDAY, "eau", Tally("eau", searches=1, empty=1)) == 2
    assert buffer.take() == {(MONDAY, "eau"): Tally("eau", searches=2, empty=1)}
    assert buffer.take() == {}


def test_a_click_does_not_change_the_words_last_typed() -> None:
    buffer = Buffer()
    buffer.add(MONDAY, "eau", Tally("Eau", searches=1))
    buffer.add(MONDAY, "eau", Tally("EAU", clicks=1, positions=4))
    assert buffer.take()[(MONDAY, "eau")].text == "Eau"


def test_a_flood_of_words_fills_no_memory() -> None:
    buffer = Buffer()
    for rank in range(counting.MAX_BUFFERED + 500):
        buffer.add(MONDAY, f"mot {rank}", Tally(f"mot {rank}", searches=1))
    taken = buffer.take()
    assert len(taken) == counting.MAX_BUFFERED + 1
    assert taken[(MONDAY, "")] == Tally("", searches=500)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 5), st.integers(0, 5))))
def test_sums_are_the_same_whether_or_not_a_write_failed(added: list[tuple[str, int, int]]) -> None:
    plain, failing = Buffer(), Buffer()
    for key, searches, clicks in added:
        plain.add(MONDAY, key, Tally(key, searches=searches, clicks=clicks))
        failing.put_back(failing.take())
        failing.add(MONDAY, key, Tally(key, searches=searches, clicks=clicks))
    assert plain.take() == failing.take()


def test_threads_lose_nothing_in_memory() -> None:
    buffer = Buffer()
    taken: list[Tally] = []

    def work() -> None:
        for _ in range(2000):
            buffer.add(MONDAY, "eau", Tally("eau", searches=1))
            if len(taken) < 50:
                taken.extend(buffer.take().values())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken.extend(buffer.take().values())
    assert sum(tally.searches for tally in taken) == 8000


# --- In the database


@pytest.mark.django_db
def test_what_is_written_adds_to_what_is_there() -> None:
    write({(MONDAY, "eau"): Tally("Eau", searches=2, clicks=1, positions=3)})
    write({(MONDAY, "eau"): Tally("eau", searches=1, clicks=1, positions=5)})
    write({(MONDAY - timedelta(weeks=1), "eau"): Tally("eau", searches=9)})
    row = SearchCount.objects.get(week=MONDAY)
    assert (row.searches, row.clicks, row.positions, row.text) == (3, 2, 8, "eau")
    assert SearchCount.objects.count() == 2


@pytest.mark.django_db
def test_all_or_nothing_is_written() -> None:
    tallies = {(MONDAY, "air"): Tally("air", searches=1), (MONDAY, "eau"): Tally("eau", searches=1)}
    real = SearchCount.objects.filter
    with patch.object(counting.SearchCount.objects, "filter") as filtering:
        filtering.side_effect = lambda **asked: (
            real(**asked) if asked.get("key") != "eau" else 1 / 0
        )
        with pytest.raises(ZeroDivisionError):
            write(tallies)
    assert not SearchCount.objects.exists()


@pytest.mark.django_db
def test_a_week_with_too_many_words_counts_new_ones_without_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(counting, "MAX_QUERIES_A_WEEK", 3)
    write({(MONDAY, key): Tally(key, searches=1) for key in ("a", "b")})
    write({(MONDAY, key): Tally(key, searches=1) for key in ("b", "c", "d", "e")})
    assert {key: searches for key, (searches, *_) in stored().items()} == {
        "": 2, "a": 1, "b": 2, "c": 1,
    }  # fmt: skip
    assert SearchCount.objects.get(key="").text == ""


def test_processes_that_count_at_once_lose_nothing(tmp_path: Path) -> None:
    process = start(tmp_path, "worker", "count", "150")
    assert process.wait(120) == 0
    with sqlite3.connect(tmp_path / "db.sqlite3") as database:
        sums = database.execute(
            "SELECT sum(searches), sum(clicks), sum(positions), count(*) FROM search_searchcount"
        ).fetchone()
    assert sums == (1200, 1200, 2400, 7)


def test_a_database_that_others_write_delays_nobody_and_loses_nothing(tmp_path: Path) -> None:
    released = tmp_path / "released"
    process = start(tmp_path, "thread", "busy", str(released))
    assert process.stdout and process.stdin
    assert process.stdout.readline() == "ready\n"
    database = sqlite3.connect(tmp_path / "db.sqlite3", isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    process.stdin.write("go\n")
    process.stdin.flush()
    assert float(process.stdout.readline()) < 1
    database.execute("ROLLBACK")
    database.close()
    released.touch()
    assert process.stdout.readline() == "200\n"
    process.wait(10)


def start(folder: Path, drain: str, *arguments: str) -> "subprocess.Popen[str]":
    """A process that counts into a database file in `folder`."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.search.report.counting_process", drain, *arguments],
        cwd=ROOT,
        env=environment_of(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def environment_of(folder: Path) -> dict[str, str]:
    """Settings of a site on a database file in `folder`."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "datacites.settings.test",
        "DATABASE_URL": "",
        "DATACITES_VAR": str(folder),
        "DATACITES_TEST_VAR": str(folder),
        "SEARCH_URL": f"tantivy://{folder / 'index'}",
        "PYTHONPATH": os.pathsep.join(
            [str(ROOT / "site"), str(ROOT), os.environ.get("PYTHONPATH", "")]
        ),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


# --- Weeks and forgetting


def at(moment: str) -> object:
    """Make it that moment in Paris."""
    now = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Europe/Paris"))
    return patch.object(timezone, "now", return_value=now)


@pytest.mark.parametrize(
    ("moment", "monday"),
    [
        ("2026-11-23T00:00", date(2026, 11, 23)),
        ("2026-11-29T23:59", date(2026, 11, 23)),
        ("2026-11-30T00:01", date(2026, 11, 30)),
        ("2027-01-01T12:00", date(2026, 12, 28)),
    ],
)
def test_a_week_starts_on_monday_in_the_site_s_time(moment: str, monday: date) -> None:
    with at(moment):  # type: ignore[attr-defined]
        assert this_week() == monday


@pytest.mark.django_db
def test_thirteen_months_are_kept_and_no_more() -> None:
    for weeks in (0, 30, counting.KEPT_WEEKS - 1, counting.KEPT_WEEKS, 90):
        make_count(f"il y a {weeks}", weeks_ago=weeks)
    assert purge() == 2
    assert SearchCount.objects.count() == 3
    assert purge() == 0
    oldest = min(SearchCount.objects.values_list("week", flat=True))
    thirteen_months = 394
    assert timezone.localdate() - oldest <= timedelta(days=thirteen_months + 6)


@pytest.mark.django_db
def test_the_command_forgets(capsys: pytest.CaptureFixture[str]) -> None:
    make_count("ancien", weeks_ago=70)
    call_command("search_report", "--purge")
    assert "1 " in capsys.readouterr().out
    assert not SearchCount.objects.exists()


@pytest.mark.django_db
def test_time_passes_and_rows_go(monkeypatch: pytest.MonkeyPatch) -> None:
    with at("2026-11-25T10:00"):  # type: ignore[attr-defined]
        write({(this_week(), "eau"): Tally("eau", searches=1)})
    with at("2027-12-19T10:00"):  # type: ignore[attr-defined]
        assert purge() == 0
    with at("2027-12-20T10:00"):  # type: ignore[attr-defined]
        assert purge() == 1
