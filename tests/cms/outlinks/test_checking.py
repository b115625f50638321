"""Looking at a link, on real sites of all kinds."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from cms.outlinks import fetching
from cms.outlinks.fetching import MAX_BODY
from cms.outlinks.models import Reason
from cms.outlinks.schedule import Outcome
from tests.cms.outlinks import sites
from tests.cms.outlinks.sites import Site, checker, moved, running_site, status


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


def look(site: Site, path: str = "/x", **options: float) -> Outcome:
    return checker(site, **options).look(site.url(path))


@pytest.mark.parametrize("code", [200, 204, 404, 410, 401, 403, 429, 500, 503])
def test_what_the_server_says_is_kept(site: Site, code: int) -> None:
    site.answers["/x"] = status(code)
    outcome = look(site)
    assert (outcome.reason, outcome.status) == (Reason.ANSWERED, code)
    assert outcome.is_good == (code < 300)
    assert outcome.is_unsaid == (code in {401, 403, 429})


def test_the_head_is_enough_where_it_is_given(site: Site) -> None:
    site.answers["/x"] = status(200)
    look(site)
    assert site.asked("/x") == ["HEAD"]


@pytest.mark.parametrize("refusal", [400, 403, 404, 405, 501])
def test_a_server_that_refuses_heads_is_asked_for_the_beginning(site: Site, refusal: int) -> None:
    site.answers["/x"] = sites.only_get(refusal=refusal)
    assert look(site).status == 200
    assert site.asked("/x") == ["HEAD", "GET"]
    assert site.heard[-1][2]["Range"] == f"bytes=0-{MAX_BODY - 1}"


def test_a_server_that_is_busy_is_not_asked_twice(site: Site) -> None:
    site.answers["/x"] = status(429, Retry_After="3600")
    outcome = look(site)
    assert site.asked("/x") == ["HEAD"]
    assert outcome.not_before
    assert timedelta(minutes=59) < outcome.not_before - timezone.now() <= timedelta(hours=1)


def test_this_program_says_who_it_is(site: Site) -> None:
    look(site)
    assert {heard[2]["User-Agent"] for heard in site.heard} == {
        "DataCites-liens/1.0 (+http://localhost)"
    }
    assert site.heard[0][2]["Host"] == f"site.example:{site.port}"
    assert "Cookie" not in site.heard[0][2]


# --- Redirections


def test_redirections_are_followed(site: Site) -> None:
    site.answers |= {"/x": moved("/y", 302), "/y": moved("z/", 308), "/z/": status(200)}
    assert look(site).status == 200


def test_five_redirections_are_followed_and_not_six(site: Site) -> None:
    site.answers |= {f"/{n}": moved(f"/{n + 1}") for n in range(6)}
    site.answers["/6"] = status(200)
    assert look(site, "/1").status == 200
    assert look(site, "/0").reason is Reason.REDIRECTS
    assert "HEAD" not in site.asked("/7")


def test_an_address_with_accents_is_followed_as_it_was_meant(site: Site) -> None:
    site.answers |= {
        "/x": moved("/été/".encode().decode("latin-1")),
        "/%C3%A9t%C3%A9/": status(200),
    }
    assert look(site).status == 200


def test_a_loop_ends(site: Site) -> None:
    site.answers |= {"/x": moved("/y"), "/y": moved("/x")}
    assert look(site).reason is Reason.REDIRECTS
    assert len(site.asked("/x")) == 1


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("http://prive.example:{port}/", Reason.NOT_PUBLIC),
        ("http://[::1]:{port}/", Reason.NOT_PUBLIC),
        ("http://127.0.0.1:1/", Reason.UNUSUAL),
        ("http://u:p@site.example:{port}/", Reason.INVALID),
        ("file:///etc/passwd", Reason.INVALID),
        ("gopher://site.example/", Reason.INVALID),
        ("http://[", Reason.INVALID),
    ],
)
def test_each_place_is_checked_anew(site: Site, place: str, reason: Reason) -> None:
    site.answers["/x"] = moved(place.format(port=site.port))
    outcome = look(site)
    assert (outcome.reason, outcome.status) == (reason, None)


def test_a_redirection_to_another_site_asks_that_site_for_leave(site: Site) -> None:
    with running_site() as other:
        other.answers |= {"/robots.txt": sites.text("User-agent: *\nDisallow: /prive/")}
        other.answers |= {"/prive/": status(200)}
        site.answers["/x"] = moved(other.url("/prive/"))
        assert checker(site, other).look(site.url("/x")).reason is Reason.KEPT_OUT
        assert not other.asked("/prive/")


# --- Failures


def test_a_silent_server_is_given_up(site: Site) -> None:
    site.answers["/x"] = sites.silent(5)
    began = time.monotonic()
    assert look(site, timeout=0.3).reason is Reason.SLOW
    assert time.monotonic() - began < 3


def test_an_answer_that_drips_is_cut(site: Site) -> None:
    site.answers["/x"] = sites.dripping
    began = time.monotonic()
    assert look(site, timeout=2, deadline=0.6).reason is Reason.SLOW
    assert time.monotonic() - began < 4


def test_an_endless_body_is_not_read(site: Site) -> None:
    site.answers["/x"] = sites.endless
    assert look(site).status == 200
    site.answers["/robots.txt"] = sites.endless
    assert look(site).status == 200
    time.sleep(0.2)
    assert getattr(site.server, "poured", 0) < 50 * 1024 * 1024


@pytest.mark.parametrize("answer", [sites.garbage, sites.hang_up])
def test_a_server_that_makes_no_sense_is_no_crash(site: Site, answer: sites.Answer) -> None:
    site.answers["/x"] = answer
    assert look(site).reason in {Reason.GARBLED, Reason.UNREACHABLE}


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    with running_site() as site:
        pass
    assert look(site).reason is Reason.UNREACHABLE


def test_a_name_that_does_not_exist_is_said(site: Site) -> None:
    assert checker(site).look(site.url(host="inconnu.example")).reason is Reason.UNKNOWN_HOST


def test_a_server_that_does_not_speak_tls_fails_at_it(site: Site) -> None:
    url = site.url("/x").replace("http://", "https://")
    assert checker(site).look(url).reason in {Reason.TLS, Reason.UNREACHABLE}


def test_nothing_private_is_connected_to(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    connected = []
    real_connection = fetching.socket.create_connection

    def watched(address: tuple[str, int], *rest: object) -> object:
        connected.append(address[0])
        return real_connection(address, *rest)

    monkeypatch.setattr(fetching.socket, "create_connection", watched)
    assert checker(site).look(site.url(host="prive.example")).reason is Reason.NOT_PUBLIC
    assert not connected
    look(site)
    assert set(connected) == {"127.0.0.1"}


def test_a_site_known_by_its_ipv6_address_is_asked_as_such() -> None:
    with running_site("::1") as site:
        site.answers["/x"] = status(200)
        url = site.url("/x", host="[::1]")
        assert checker(site, address="::1").look(url).status == 200
        assert {heard[2]["Host"] for heard in site.heard} == {f"[::1]:{site.port}"}
        assert checker(site).look(url).reason is Reason.NOT_PUBLIC


# --- robots.txt


def test_what_robots_may_not_read_is_not_looked_at(site: Site) -> None:
    site.answers |= {
        "/robots.txt": sites.text("User-agent: *\nDisallow: /x\n"),
        "/x": status(200),
        "/y": status(200),
    }
    looking = checker(site)
    assert looking.look(site.url("/x")).reason is Reason.KEPT_OUT
    assert looking.look(site.url("/y")).status == 200
    assert not site.asked("/x")
    assert site.asked("/robots.txt") == ["GET"], "once for all its links"


def test_rules_for_this_program_go_first(site: Site) -> None:
    site.answers |= {
        "/robots.txt": sites.text(
            "User-agent: DataCites-liens\nAllow: /\n\nUser-agent: *\nDisallow: /"
        ),
        "/x": status(200),
    }
    assert look(site).status == 200


@pytest.mark.parametrize("code", [404, 403, 410])
def test_a_site_without_rules_allows_everything(site: Site, code: int) -> None:
    site.answers |= {"/robots.txt": status(code), "/x": status(200)}
    assert look(site).status == 200


@pytest.mark.parametrize("code", [500, 503])
def test_a_site_that_fails_at_its_rules_is_not_asked_more(site: Site, code: int) -> None:
    site.answers |= {"/robots.txt": status(code, Retry_After="60"), "/x": status(200)}
    assert look(site).status == code
    assert not site.asked("/x")


@pytest.mark.parametrize("hostile", ["Crawl-delay: ²", "Disallow: http://[", "\x00\xff" * 900])
def test_rules_that_make_no_sense_hold_nobody(site: Site, hostile: str) -> None:
    site.answers |= {"/robots.txt": sites.text(f"User-agent: *\n{hostile}"), "/x": status(200)}
    assert look(site).status == 200


def test_rules_may_have_moved(site: Site) -> None:
    site.answers |= {
        "/robots.txt": moved("/regles.txt"),
        "/regles.txt": sites.text("User-agent: *\nDisallow: /x"),
    }
    assert look(site).reason is Reason.KEPT_OUT


def test_rules_that_move_without_end_or_to_private_places_hold_nobody(site: Site) -> None:
    site.answers |= {"/robots.txt": moved("/robots.txt"), "/x": status(200)}
    assert look(site).status == 200
    site.answers["/robots.txt"] = moved(f"http://prive.example:{site.port}/")
    assert look(site).status == 200
