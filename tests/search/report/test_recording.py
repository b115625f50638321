"""What a reader's requests add to the counts, through the pages themselves."""

import logging
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from search import indexing
from search.backends.base import SearchBackend
from search.models import SearchCount
from search.report import clicks, recording
from search.report.clicks import Tap
from search.report.counting import Tally, this_week
from tests.builders import make_case, make_moderator
from tests.search.report.readers import READER

pytestmark = pytest.mark.django_db

LIBRARY = "/retours-experience/"
CLICK = "/recherche/clic/"
HERE = {**READER, "Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def library(index: SearchBackend, settings: Settings) -> None:
    """One case, and counts that are written at once."""
    make_case(title="Capteurs d'eau")
    indexing.drain()
    settings.SEARCH_DRAIN = "inline"
    recording._recorder.buffer.take()
    clicks.tap.level = clicks.AT_ONCE


def search(client: Client, words: str, **headers: str) -> None:
    """A reader searches."""
    response = client.get(LIBRARY, {"q": words}, headers={**READER, **headers})
    assert response.status_code == 200


def click(client: Client, headers: dict[str, str] = HERE, **posted: Any) -> int:
    """A reader's browser tells of a result opened; the status of the answer."""
    data = {"q": "capteurs", "position": "1", "first": "1", **posted}
    return client.post(CLICK, data, headers=headers).status_code


def counted(key: str) -> tuple[int, ...]:
    """Searches, empty ones, those with a click, clicks, those among the first three, positions."""
    row = SearchCount.objects.get(key=key)
    return (row.searches, row.empty, row.clicked, row.clicks, row.first_three, row.positions)


# --- Searches


def test_a_search_is_counted_with_what_it_found(client: Client) -> None:
    search(client, "capteurs")
    search(client, "Capteurs ")
    search(client, "hippopotame")
    assert counted("capteurs") == (2, 0, 0, 0, 0, 0)
    assert counted("hippopotame") == (1, 1, 0, 0, 0, 0)
    assert SearchCount.objects.get(key="capteurs").text == "Capteurs"


def test_reading_on_is_the_same_search(client: Client) -> None:
    search(client, "capteurs")
    before = f"http://testserver{LIBRARY}?q=capteurs"
    for more in ("&page=2", "&tri=titre", "&etape=service"):
        client.get(f"{LIBRARY}?q=capteurs{more}", headers={**READER, "Referer": before})
        client.get(
            f"{LIBRARY}?q=capteurs{more}",
            headers={**READER, "HX-Request": "true", "HX-Current-URL": before},
        )
    assert counted("capteurs")[0] == 1


def test_a_look_at_the_library_without_words_is_no_search(client: Client) -> None:
    client.get(LIBRARY, headers=READER)
    client.get(f"{LIBRARY}?q=%3F%21&etape=service", headers=READER)
    assert not SearchCount.objects.exists()


def test_robots_and_signed_in_people_are_left_out(client: Client) -> None:
    client.get(LIBRARY, {"q": "capteurs"})
    search(client, "capteurs", **{"User-Agent": "curl/8"})
    client.force_login(make_moderator())
    search(client, "capteurs")
    assert not SearchCount.objects.exists()


def test_personal_words_are_counted_and_not_kept(client: Client) -> None:
    search(client, "camille.martin@example.org")
    search(client, "06 12 34 56 78")
    row = SearchCount.objects.get()
    assert (row.key, row.text, row.searches, row.empty) == ("", "", 2, 2)


def test_nothing_of_the_reader_is_stored() -> None:
    names = {field.name for field in SearchCount._meta.get_fields()}
    assert names == {
        "id", "week", "key", "text", "searches", "empty", "clicked", "clicks", "first_three", "positions",
    }  # fmt: skip


def test_a_count_that_fails_does_not_fail_the_search(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def locked(tallies: object) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as broken:
        broken.setattr(recording, "write", locked)
        with caplog.at_level(logging.WARNING):
            search(client, "capteurs")
    assert "database is locked" in caplog.text
    assert not SearchCount.objects.exists()
    search(client, "capteurs")
    assert counted("capteurs")[0] == 2, "what could not be written waits and is written later"


def test_what_was_written_before_a_failure_is_not_written_twice(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "BATCH", 2)
    for rank in range(5):
        recording._recorder.buffer.add(this_week(), f"mot {rank}", Tally("mot", searches=1))
    real, calls = recording.write, iter([True, False])

    def failing(tallies: dict[Any, Tally]) -> None:
        if not next(calls, True):
            raise OperationalError("database is locked")
        real(tallies)

    monkeypatch.setattr(recording, "write", failing)
    assert not recording.flush()
    assert SearchCount.objects.count() == 2
    assert recording.flush()
    assert list(SearchCount.objects.values_list("searches", flat=True)) == [1] * 5


def test_a_mistake_in_counting_does_not_fail_the_search(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(recording, "may_be_kept", lambda text: 1 / 0)
    search(client, "capteurs")
    assert "could not be counted" in caplog.text


def test_the_old_is_forgotten_as_the_new_is_counted(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.search.report.readers import make_count

    monkeypatch.setattr(recording._recorder, "purged_on", None)
    make_count("ancien", weeks_ago=70)
    search(client, "capteurs")
    assert set(SearchCount.objects.values_list("key", flat=True)) == {"capteurs"}


# --- Clicks


def test_clicks_are_counted_with_their_positions(client: Client) -> None:
    search(client, "capteurs")
    assert click(client, position="2") == 204
    assert click(client, position="21", first="0") == 204
    assert counted("capteurs") == (1, 0, 1, 2, 1, 23)


@pytest.mark.parametrize(
    "headers",
    [
        READER,
        {**READER, "Sec-Fetch-Site": "cross-site"},
        {**READER, "Sec-Fetch-Site": "same-site"},
        {**READER, "Sec-Fetch-Site": "none"},
        {**READER, "Origin": "https://example.org"},
        {**READER, "Origin": "null"},
        {**READER, "Origin": "http://["},
    ],
)
def test_other_sites_count_nothing(client: Client, headers: dict[str, str]) -> None:
    assert click(client, headers) == 403
    assert not SearchCount.objects.exists()


def test_a_browser_that_sends_an_origin_only_is_believed(client: Client) -> None:
    assert click(client, {**READER, "Origin": "http://testserver"}) == 204


@pytest.mark.parametrize(
    "posted",
    [
        {"position": "0"},
        {"position": "501"},
        {"position": "-1"},
        {"position": "1e2"},
        {"position": "٣"},
        {"position": ""},
        {"q": ""},
        {"q": " \x00 "},
        {"q": "x" * 201},
        {"q": "x" * 5000},
    ],
)
def test_clicks_that_make_no_sense_are_refused(client: Client, posted: dict[str, str]) -> None:
    assert click(client, **posted) == 400
    assert not SearchCount.objects.exists()


def test_a_body_that_is_no_form_is_refused(client: Client) -> None:
    for kind in ("application/json", "multipart/form-data; boundary=x", "text/plain"):
        response = client.post(CLICK, b"\xff\xfe{", content_type=kind, headers=HERE)
        assert response.status_code == 400


def test_a_click_is_posted(client: Client) -> None:
    assert client.get(CLICK, headers=HERE).status_code == 405


def test_robots_and_signed_in_people_click_for_nothing(client: Client) -> None:
    assert click(client, {**HERE, "User-Agent": "Googlebot/2.1"}) == 204
    client.force_login(make_moderator())
    assert click(client) == 204
    assert not SearchCount.objects.exists()


def test_a_flood_of_clicks_is_stopped(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clicks, "tap", Tap(a_second=0.0, at_once=3))
    assert [click(client) for _ in range(5)] == [204, 204, 204, 429, 429]
    assert counted("capteurs")[3] == 3


def test_a_stopped_flood_is_let_through_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(clicks.time, "monotonic", lambda: now)
    tap = Tap(a_second=2, at_once=2)
    assert [tap.lets_through() for _ in range(3)] == [True, True, False]
    now = 100.6
    assert [tap.lets_through() for _ in range(2)] == [True, False]
    now = 1000.0
    assert [tap.lets_through() for _ in range(3)] == [True, True, False]


# --- What the page tells the script


def test_the_results_tell_the_script_their_words_and_first_rank(client: Client) -> None:
    html = client.get(LIBRARY, {"q": 'capteurs "eau"'}, headers=READER).content.decode()
    assert 'data-results="capteurs &quot;eau&quot;"' in html
    assert 'data-first-rank="1"' in html
    assert f'data-clicks="{CLICK}"' in html
    assert "data-results" not in client.get(LIBRARY, headers=READER).content.decode()
    assert "datacites/js/clicks.js" in html
