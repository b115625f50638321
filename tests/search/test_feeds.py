"""The Atom feed of a search, as feed readers get it and as RFC 4287 wants it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import feedparser
import pytest
from defusedxml import minidom
from django.test import Client
from django.utils.html import escape
from django.utils.http import http_date
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from wagtail.models import PageViewRestriction

from casestudies.models import CaseStudyPage
from search import indexing
from search.backends.base import SearchBackend
from search.feeds import xml_text
from tests.builders import make_case, make_domain, make_partner, make_poitiers, make_theme

pytestmark = pytest.mark.django_db

FEED = "/flux/retours-experience/"
ATOM = "http://www.w3.org/2005/Atom"
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def get(client: Client, querystring: str = "", **headers: str) -> Any:
    return client.get(f"{FEED}?{querystring}", headers=headers)


def read(client: Client, querystring: str = "") -> Any:
    """The feed as a feed reader understands it."""
    response = get(client, querystring)
    assert response.status_code == 200
    feed = feedparser.parse(
        response.content, response_headers={"content-type": response["Content-Type"]}
    )
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    return feed


def at(day: int) -> datetime:
    return datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(days=day)


def dated(case: CaseStudyPage, first: int, last: int) -> None:
    CaseStudyPage.objects.filter(pk=case.pk).update(
        first_published_at=at(first), last_published_at=at(last)
    )
    indexing.enqueue([case.pk])


@pytest.fixture
def library(index: SearchBackend) -> list[CaseStudyPage]:
    """Three cases; the first was published first, and again last."""
    eau, air = make_domain("eau", "Eau", "reseaux"), make_domain("qualite-air", "Air", "milieu")
    antony = make_partner("Ville d'Antony")
    cases = [
        make_case(
            antony,
            title="Capteurs d'eau",
            summary="Mesurer l'eau & compter.",
            domains=[eau],
            territories=[make_poitiers()],
        ),
        make_case(antony, title="Capteurs d'air", domains=[air]),
        make_case(antony, title="Un atelier", domains=[eau, air], approach="<p>Des mots.</p>"),
    ]
    for case, first, last in zip(cases, (0, 1, 2), (9, 1, 2), strict=True):
        dated(case, first, last)
    indexing.drain()
    return cases


# --- What it tells


def test_entries_are_the_cases_of_the_search_the_last_published_first(
    client: Client, library: list[CaseStudyPage]
) -> None:
    titles = [entry.title for entry in read(client).entries]
    assert titles == ["Capteurs d’eau", "Un atelier", "Capteurs d’air"]
    assert [entry.title for entry in read(client, "q=capteur&domaine=qualite-air").entries] == [
        "Capteurs d’air"
    ]
    assert len(read(client, "territoire=dep:86").entries) == 1


def test_an_entry_says_who_when_what_and_where(
    client: Client, library: list[CaseStudyPage]
) -> None:
    entry = read(client, "domaine=eau").entries[0]
    case = library[0]
    assert entry.author == "Ville d’Antony"
    assert entry.summary == "Mesurer l’eau & compter."
    assert entry.summary_detail.type == "text/plain"
    assert datetime(*entry.published_parsed[:6], tzinfo=UTC) == at(0)
    assert datetime(*entry.updated_parsed[:6], tzinfo=UTC) == at(9)
    assert entry.link == case.full_url
    assert entry.link.startswith("http")
    assert {(tag.term, tag.label) for tag in entry.tags} == {
        ("strategie-gouvernance", "Stratégie"),
        ("eau", "Eau"),
    }
    assert all(tag.scheme.startswith("http://localhost/") for tag in entry.tags)


def test_an_entry_keeps_its_name_when_the_case_changes_address(
    client: Client, library: list[CaseStudyPage]
) -> None:
    before = read(client, "domaine=eau").entries[0]
    case = CaseStudyPage.objects.get(pk=library[0].pk)
    case.slug, case.title = "autre-adresse", "Autre titre"
    case.save_revision().publish()
    indexing.drain()
    after = read(client, "domaine=eau").entries[0]
    assert after.id == before.id
    assert after.link != before.link


def test_the_feed_is_named_in_words_and_leads_to_the_library(
    client: Client, library: list[CaseStudyPage]
) -> None:
    feed = read(client, "q=capteurs&domaine=qualite-air&domaine=eau&tri=titre&page=3").feed
    assert feed.title == (
        "«\xa0capteurs\xa0» · Domaine\xa0: Eau ou Air – Retours d’expérience – DataCités"
    )
    links = {link.rel: link.href for link in feed.links}
    assert links["self"] == (
        "http://localhost/flux/retours-experience/?q=capteurs&domaine=eau&domaine=qualite-air"
    )
    assert feed.id == links["self"]
    assert links["alternate"].startswith("http://localhost/retours-experience/?q=capteurs&domaine=")
    assert feed.language == "fr"
    assert read(client).feed.title == "Retours d’expérience – DataCités"


def test_it_is_atom_as_the_rules_want_it(client: Client, library: list[CaseStudyPage]) -> None:
    document = minidom.parseString(get(client).content)
    feed = document.documentElement
    assert (feed.tagName, feed.getAttribute("xmlns")) == ("feed", ATOM)
    assert feed.getAttribute("xml:lang") == "fr"
    for node in (feed, *feed.getElementsByTagName("entry")):
        own = [child for child in node.childNodes if child.nodeType == child.ELEMENT_NODE]
        names = [child.tagName for child in own]
        assert all(names.count(name) == 1 for name in ("id", "title", "updated"))
        rels = [child.getAttribute("rel") for child in own if child.tagName == "link"]
        assert rels.count("alternate") == 1
        for child in own:
            if child.tagName in ("updated", "published"):
                assert RFC3339.fullmatch(child.firstChild.data)
            if child.tagName == "link":
                assert urlsplit(child.getAttribute("href")).scheme == "http"
    for entry in feed.getElementsByTagName("entry"):
        assert entry.getElementsByTagName("author")[0].getElementsByTagName("name")
    ids = [node.firstChild.data for node in feed.getElementsByTagName("id")]
    assert len(set(ids)) == len(ids)
    assert all(urlsplit(name).scheme in ("http", "urn") for name in ids)


def test_at_most_thirty_entries(client: Client, index: SearchBackend) -> None:
    partner = make_partner()
    cases = [make_case(partner) for _ in range(33)]
    for day, case in enumerate(cases):
        dated(case, day, day)
    indexing.drain()
    entries = read(client).entries
    assert len(entries) == 30
    assert entries[0].link == cases[-1].full_url


def test_many_entries_cost_no_more_queries(
    client: Client, index: SearchBackend, django_assert_max_num_queries: Any
) -> None:
    domain, counts = make_domain(), []
    for number in (2, 12):
        for _ in range(number):
            make_case(make_partner(), domains=[domain])
        indexing.drain()
        read(client)
        with django_assert_max_num_queries(30) as queries:
            assert read(client, "domaine=energie").entries
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- Fetched again and again


def test_an_unchanged_feed_is_not_sent_twice(client: Client, library: list[CaseStudyPage]) -> None:
    first = get(client, "q=capteurs")
    assert first["Cache-Control"] == "max-age=300"
    assert first["Last-Modified"] == http_date(at(9).timestamp())
    again = get(client, "q=capteurs", **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    dated_again = get(client, "q=capteurs", **{"If-Modified-Since": first["Last-Modified"]})
    assert dated_again.status_code == 304
    other = get(client, "q=atelier", **{"If-None-Match": first["ETag"]})
    assert other.status_code == 200


def test_a_changed_feed_is_sent(client: Client, library: list[CaseStudyPage]) -> None:
    first = get(client, "q=capteurs")
    case = CaseStudyPage.objects.get(pk=library[1].pk)
    case.summary = "Autre résumé"
    case.save_revision().publish()
    indexing.drain()
    again = get(client, "q=capteurs", **{"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert "Autre résumé" in again.content.decode()


def test_an_empty_feed_does_not_change_by_itself(
    client: Client, library: list[CaseStudyPage]
) -> None:
    empty = get(client, "q=introuvable")
    assert read(client, "q=introuvable").entries == []
    assert get(client, "q=introuvable")["ETag"] == empty["ETag"]


def test_only_reading_is_answered(client: Client, library: list[CaseStudyPage]) -> None:
    assert client.post(FEED).status_code == 405
    head = client.head(FEED)
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Type"] == "application/atom+xml; charset=utf-8"


@pytest.mark.parametrize("url", ["elasticsearch://127.0.0.1:9/x", "tantivy:///nonexistent/index"])
def test_without_an_engine_readers_are_asked_to_come_back(
    client: Client, library: list[CaseStudyPage], settings: Settings, url: str
) -> None:
    settings.SEARCH_URL = url
    response = get(client, "q=capteurs")
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert response["Cache-Control"] == "no-store"


# --- What must not be seen, bad input


def test_what_a_reader_may_not_read_is_not_in_it(
    client: Client, library: list[CaseStudyPage]
) -> None:
    PageViewRestriction.objects.create(page=library[0], restriction_type=PageViewRestriction.LOGIN)
    CaseStudyPage.objects.filter(pk=library[1].pk).update(live=False)
    assert [entry.title for entry in read(client).entries] == ["Un atelier"]


def test_a_member_of_the_team_gets_the_same_feed_as_everybody(
    client: Client, library: list[CaseStudyPage], admin_client: Client
) -> None:
    PageViewRestriction.objects.create(page=library[0], restriction_type=PageViewRestriction.LOGIN)
    assert get(admin_client).content == get(client).content


def test_hostile_text_stays_text(client: Client, index: SearchBackend) -> None:
    case = make_case(make_partner('<b>Ville</b> & "co"', slug="hostile"), title="Hostile")
    # The editor refuses control characters; a database written by other means may hold them.
    CaseStudyPage.objects.filter(pk=case.pk).update(
        title="]]></title><script>alert(1)</script> & capteurs \x0b\x1f\ufffe",
        summary="<img src=x onerror=alert(1)> &amp; &#0; \u2028",
    )
    indexing.enqueue([case.pk])
    indexing.drain()
    entry = read(client, "q=capteurs").entries[0]
    assert entry.title_detail.type == "text/plain"
    assert entry.title == "]]></title><script>alert(1)</script> & capteurs"
    assert entry.summary.startswith("<img src=x onerror=alert(1)> &amp; &#0")
    raw = get(client, "q=capteurs").content.decode()
    assert "<script" not in raw
    assert "<img" not in raw


def test_unknown_choices_are_ignored_as_in_the_library(
    client: Client, library: list[CaseStudyPage]
) -> None:
    feed = read(client, "domaine=eau&domaine=inconnu&etape=rien&x=1")
    assert len(feed.entries) == 2
    query = parse_qs(urlsplit(feed.feed.id).query)
    assert query == {"domaine": ["eau"]}


@pytest.mark.parametrize(
    "querystring",
    [
        "q=%00%01%1f%7f%ff%fe",
        "q=%F0%9F%98%80+%E2%80%AE%EF%BF%BE",
        "q=]]%3E%3C/title%3E%3C!--%26amp;",
        "q=" + "mot+" * 2_500,
        "q=%22%28AND+OR+*+title:x~9%5E99",
        "page=1000000000&tri=hasard",
        "&".join(f"domaine=d{i}" for i in range(200)),
    ],
)
def test_bad_input_gets_a_feed(
    client: Client, library: list[CaseStudyPage], querystring: str
) -> None:
    read(client, querystring)


@given(st.text())
def test_any_text_can_be_held_by_xml(text: str) -> None:
    minidom.parseString(f"<t>{escape(xml_text(text))}</t>".encode())


# --- Where it is found


def test_the_library_leads_to_the_feed_and_to_the_alert_of_its_search(
    client: Client, library: list[CaseStudyPage]
) -> None:
    html = client.get("/retours-experience/?q=capteurs&domaine=eau").content.decode()
    head = re.search(r'<link[^>]*type="application/atom\+xml"[^>]*>', html)
    assert head
    assert f'href="{FEED}?q=capteurs&amp;domaine=eau"' in head[0]
    body = html.partition("<body")[2]
    assert f'href="{FEED}?q=capteurs&amp;domaine=eau"' in body
    assert 'href="/alertes/nouvelle/?q=capteurs&amp;domaine=eau"' in body


def test_nothing_found_can_be_followed_too(client: Client, library: list[CaseStudyPage]) -> None:
    html = client.get("/retours-experience/?q=introuvable").content.decode()
    assert 'href="/alertes/nouvelle/?q=introuvable"' in html
    assert make_theme().label not in html.partition("follow-title")[2].partition("</section>")[0]
