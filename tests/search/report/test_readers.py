"""Whose requests count, and which of them are a new search."""

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from search.report.readers import counted_key, is_new_search, is_reader
from tests.search.report.readers import READER

CHROME = (
    "Mozilla/5.0 (Linux; Android 14; {}) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Mobile Safari/537.36"
)


def asked(path: str = "/retours-experience/?q=eau", **headers: str) -> HttpRequest:
    return RequestFactory().get(path, headers={**READER, **headers})


def is_new(path: str = "/retours-experience/?q=eau", key: str = "eau", **headers: str) -> bool:
    return is_new_search(asked(path, **headers), key)


# --- Readers


@pytest.mark.parametrize(
    "agent",
    [
        READER["User-Agent"],
        CHROME.format("Pixel 8"),
        CHROME.format("CUBOT NOTE 20"),
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1",
    ],
)
def test_people_s_browsers_count(agent: str) -> None:
    assert is_reader(asked(**{"User-Agent": agent}))


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 AppleWebKit/537.36 (compatible; bingbot/2.0) Chrome/130 Safari/537.36",
        "Mozilla/5.0 AppleWebKit/537.36 (compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "Mozilla/5.0 (compatible; YandexBot/3.0)",
        "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/131.0 Safari/537.36",
        "facebookexternalhit/1.1",
        "curl/8.5.0",
        "python-requests/2.32",
        "Wget/1.21",
        "Go-http-client/2.0",
        "Apache-HttpClient/4.5",
        "Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
        "Screaming Frog SEO Spider/20",
        "Feedly/1.0",
    ],
)
def test_robots_that_say_so_do_not_count(agent: str) -> None:
    assert not is_reader(asked(**{"User-Agent": agent}))


def test_who_reads_no_language_does_not_count() -> None:
    request = RequestFactory().get("/", headers={"User-Agent": READER["User-Agent"]})
    assert not is_reader(request)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Sec-Purpose", "prefetch"),
        ("Sec-Purpose", "prefetch;prerender"),
        ("Purpose", "prefetch"),
        ("X-Purpose", "preview"),
        ("X-Moz", "prefetch"),
    ],
)
def test_pages_loaded_ahead_do_not_count(header: str, value: str) -> None:
    assert not is_reader(asked(**{header: value}))


# --- New searches


def test_words_asked_from_anywhere_else_are_new() -> None:
    assert is_new()
    assert is_new(Referer="http://testserver/")
    assert is_new(Referer="http://testserver/retours-experience/?q=air&page=3")
    assert is_new(Referer="https://example.org/?q=eau")
    assert is_new("/recherche/?q=eau")


@pytest.mark.parametrize(
    "path",
    [
        "/retours-experience/?q=eau&page=2",
        "/retours-experience/?q=eau&page=500",
    ],
)
def test_turning_pages_is_not_new(path: str) -> None:
    assert not is_new(path)


@pytest.mark.parametrize(
    "before",
    [
        "http://testserver/retours-experience/?q=eau",
        "http://testserver/retours-experience/?q=EAU+&etape=service",
        "http://testserver/retours-experience/?tri=titre&q=%C3%A9au".replace("%C3%A9", "e"),
        "http://testserver/retours-experience/?q=eau&page=4",
        "http://testserver/recherche/?q=Eau",
    ],
)
def test_sorting_narrowing_and_changing_rooms_are_not_new(before: str) -> None:
    assert not is_new(Referer=before)
    assert not is_new(**{"HX-Request": "true", "HX-Current-URL": before})


def test_other_words_by_htmx_are_new() -> None:
    before = "http://testserver/retours-experience/?q=air"
    assert is_new(**{"HX-Request": "true", "HX-Current-URL": before, "Referer": before})


def test_reloading_and_going_back_are_not_new() -> None:
    assert not is_new(**{"Cache-Control": "max-age=0"})
    assert not is_new(**{"Cache-Control": "no-cache"})
    assert not is_new(**{"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert not is_new(**{"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"})
    assert is_new(**{"Sec-Fetch-Mode": "navigate", "Sec-Fetch-User": "?1"})
    assert is_new(**{"Sec-Fetch-Mode": "cors", "HX-Request": "true"})


def test_asking_for_headers_only_is_not_new() -> None:
    assert not is_new_search(RequestFactory().head("/?q=eau", headers=READER), "eau")


@pytest.mark.parametrize("before", ["http://[", "x" * 5000, "http://testserver/?" + "a=1&" * 500])
def test_a_senseless_referrer_is_no_referrer(before: str) -> None:
    assert is_new(Referer=before)


# --- Words as they are compared


def test_accents_case_spaces_and_signs_around_do_not_part_queries() -> None:
    assert counted_key("  Éclairage   PUBLIC ? ") == "eclairage public"
    assert counted_key("l’eau") == counted_key("l'eau")
    assert counted_key("?!") == ""


def test_a_sign_that_unfolds_into_many_letters_stays_within_the_column() -> None:
    assert len(counted_key("ﷺ" * 200)) <= 200
