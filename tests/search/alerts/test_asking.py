"""Asking for an alert and confirming it: by whom, how often, and what others can learn from it."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from cms.mailing import limits
from cms.mailing.guard import SALT
from search.alerts.following import MAX_PER_MAILBOX
from search.backends.base import SearchBackend
from search.models import SavedSearch
from tests.builders import make_domain, make_poitiers, make_site
from tests.search.alerts.world import follow
from tests.services.post_office import PostOffice

pytestmark = pytest.mark.django_db
NEW = "/alertes/nouvelle/"
ADDRESS = "camille@ville.fr"


@pytest.fixture(autouse=True)
def home(db: None) -> None:
    make_site()


def opened(seconds_ago: int = 30) -> str:
    """What the form carries when it was opened `seconds_ago`."""
    return signing.TimestampSigner(salt=SALT).sign(str(int(time.time()) - seconds_ago))


def ask(client: Client, querystring: str = "q=capteurs", **given: str) -> Any:
    data = {"email": ADDRESS, "frequency": "quotidien", "opened": opened(), **given}
    return client.post(f"{NEW}?{querystring}", data)


def link(post: PostOffice) -> str:
    """The path in the last mail received."""
    body = post.mails[-1].get_body(("plain",)).get_content()
    return re.search(r"http://localhost(/alertes/[0-9a-f-]+/)", body)[1]


# --- The page


def test_the_page_names_the_search_in_words(client: Client) -> None:
    make_domain("eau", "Eau", "reseaux")
    make_poitiers()
    html = client.get(
        f"{NEW}?q=capteurs&domaine=eau&territoire=insee:86194&domaine=nul&tri=titre"
    ).content.decode()
    words = re.sub(r"<[^>]+>", " ", html.partition('class="followed"')[2].partition("</dl>")[0])
    assert "capteurs" in words
    assert "Domaine Eau" in " ".join(words.split())
    assert "Territoire Poitiers (86)" in " ".join(words.split())
    assert "nul" not in words
    assert 'href="/retours-experience/?q=capteurs&amp;domaine=eau&amp;territoire=' in html


def test_everything_can_be_followed(client: Client, post: PostOffice) -> None:
    assert "Tous les retours d’expérience" in client.get(NEW).content.decode()
    ask(client, "")
    assert "Tous les retours d’expérience" in str(post.mails[0].get_body(("plain",)).get_content())
    assert SavedSearch.objects.get().querystring == ""


def test_opening_the_page_changes_nothing_and_is_not_kept(client: Client) -> None:
    response = client.get(f"{NEW}?q=capteurs")
    assert "no-store" in response["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in response.content.decode()
    assert not SavedSearch.objects.exists()


def test_hostile_words_are_shown_as_text(client: Client) -> None:
    html = client.get(f"{NEW}?q=<script>alert(1)</script>").content.decode()
    assert "<script>alert" not in html


def test_a_search_too_long_to_be_kept_is_refused_politely(client: Client) -> None:
    for number in range(30):
        make_domain(f"d{number}-{'x' * 40}")
    choices = "&".join(f"domaine=d{number}-{'x' * 40}" for number in range(20))
    tags = "&".join(f"q={'é' * 200}" for _ in range(1))
    response = client.get(f"{NEW}?{choices}&{tags}")
    assert response.status_code == 400
    assert "trop longue" in response.content.decode()


# --- Asking


def test_a_request_sends_one_mail_to_be_confirmed(client: Client, post: PostOffice) -> None:
    response = ask(client)
    assert response.status_code == 302
    assert response["Location"] == "/alertes/demande/?q=capteurs"
    assert "Regardez vos messages" in client.get(response["Location"]).content.decode()
    assert post.recipients == [ADDRESS]
    mail = post.mails[0]
    assert mail["Subject"] == "À confirmer : votre alerte sur DataCités"
    assert mail["From"] == "DataCités <ne-pas-repondre@localhost>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "«\xa0capteurs\xa0»" in mail.get_body(("plain",)).get_content()
    alert = SavedSearch.objects.get()
    assert (alert.email, alert.querystring, alert.frequency) == (ADDRESS, "q=capteurs", "quotidien")
    assert alert.confirmed_at is None


def test_a_link_scanner_does_not_confirm(client: Client, post: PostOffice) -> None:
    ask(client)
    for method in (client.get, client.head):
        response = method(link(post))
        assert response.status_code == 200
    assert "Confirmer" in client.get(link(post)).content.decode()
    assert SavedSearch.objects.get().confirmed_at is None


def test_the_button_confirms_and_the_link_then_manages(client: Client, post: PostOffice) -> None:
    ask(client)
    address = link(post)
    html = client.post(address, follow=True).content.decode()
    assert "C’est confirmé" in html
    assert "Vos alertes" in html
    first = SavedSearch.objects.get().confirmed_at
    assert first is not None
    client.post(address)
    assert SavedSearch.objects.get().confirmed_at == first


def test_a_link_left_for_seven_days_is_dead(client: Client, post: PostOffice) -> None:
    ask(client)
    SavedSearch.objects.update(created_at=timezone.now() - timedelta(days=7, seconds=1))
    for response in (client.get(link(post)), client.post(link(post))):
        assert response.status_code == 404
        assert "Ce lien ne mène plus à rien" in response.content.decode()
    assert SavedSearch.objects.get().confirmed_at is None


def test_asking_again_renews_the_request_and_its_link(client: Client, post: PostOffice) -> None:
    ask(client)
    SavedSearch.objects.update(created_at=timezone.now() - timedelta(days=6))
    ask(client, frequency="hebdomadaire")
    alert = SavedSearch.objects.get()
    assert alert.frequency == "hebdomadaire"
    assert timezone.now() - alert.created_at < timedelta(minutes=1)
    assert len(post.mails) == 2


def test_the_same_search_in_another_order_is_the_same_alert(
    client: Client, post: PostOffice
) -> None:
    make_domain("eau")
    make_domain("energie")
    ask(client, "domaine=eau&domaine=energie&tri=titre&page=2")
    ask(client, "domaine=energie&domaine=eau", email="CAMILLE@Ville.fr")
    assert SavedSearch.objects.get().querystring == "domaine=eau&domaine=energie"


# --- What others can learn, and do


def test_nobody_learns_whether_an_address_follows_a_search(
    client: Client, post: PostOffice
) -> None:
    follow(ADDRESS)
    known, unknown = ask(client), ask(client, email="inconnu@ville.fr")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert known.content == unknown.content
    assert post.recipients == [ADDRESS, "inconnu@ville.fr"]
    assert post.mails[0]["Subject"].strip() == "Vous suivez déjà cette recherche sur DataCités"
    assert ADDRESS not in client.get(known["Location"]).content.decode()


def test_asking_for_somebody_else_s_alert_again_does_not_change_it(
    client: Client, post: PostOffice
) -> None:
    alert = follow(ADDRESS, frequency="hebdomadaire")
    ask(client, frequency="quotidien")
    alert.refresh_from_db()
    assert alert.frequency == "hebdomadaire"
    assert link(post) == f"/alertes/{alert.token}/"


def test_what_a_stranger_types_is_no_link_in_a_mailbox(client: Client, post: PostOffice) -> None:
    ask(client, "q=gagnez+sur+https://pirate.example/x?y=1+www.pirate.example+" + "mot+" * 30)
    body = post.mails[0].get_body(("plain",)).get_content()
    assert "pirate.example" not in body
    assert re.findall(r"https?://[^/\s]+", body) == ["http://localhost"]
    told = next(line for line in body.splitlines() if "gagnez" in line)
    assert len(told) < 120


@pytest.mark.parametrize(
    "address",
    [
        "",
        "pas une adresse",
        "a@b",
        "a@ville.fr, b@ville.fr",
        "a@ville.fr;b@ville.fr",
        "a@ville.fr\nBcc: victime@ville.fr",
        "a@ville.fr\r\n\r\ncorps",
        '"a\\"b"@ville.fr',
        '"x y"@ville.fr',
        "=?utf-8?q?a=2C?=b@ville.fr,c@ville.fr",
        "Camille <camille@ville.fr>",
        "a@[127.0.0.1",
        "é@ville.fr",
        "a" * 250 + "@ville.fr",
        "a@ville.fr\x00",
        "a\u202e@ville.fr",
    ],
)
def test_what_is_no_address_is_said_and_nothing_is_sent(
    client: Client, post: PostOffice, address: str
) -> None:
    response = ask(client, email=address)
    html = response.content.decode()
    assert response.status_code == 200
    assert 'aria-invalid="true"' in html
    assert 'id="email-error"' in html
    assert "Rien n’est parti" in html
    assert not post.mails
    assert not SavedSearch.objects.exists()


def test_a_frequency_that_does_not_exist_is_said(client: Client, post: PostOffice) -> None:
    assert "Choisissez" in ask(client, frequency="toujours").content.decode()
    assert not post.mails


def test_a_program_that_fills_in_everything_is_answered_and_ignored(
    client: Client, post: PostOffice
) -> None:
    response = ask(client, website="https://spam.example")
    assert response["Location"] == "/alertes/demande/?q=capteurs"
    assert not post.mails
    assert not SavedSearch.objects.exists()


def test_what_is_sent_within_three_seconds_must_be_sent_again(
    client: Client, post: PostOffice
) -> None:
    html = ask(client, opened=opened(1)).content.decode()
    assert "parti très vite" in html
    assert f'value="{ADDRESS}"' in html
    kept = re.search(r'name="opened" value="([^"]+)"', html)[1]
    assert "parti très vite" in ask(client, opened=kept).content.decode()
    assert not post.mails
    assert ask(client, opened=opened(4)).status_code == 302


@pytest.mark.parametrize("stamp", ["", "1", "1:2:3", "forgé"])
def test_a_form_without_its_stamp_gets_a_new_one(
    client: Client, post: PostOffice, stamp: str
) -> None:
    html = ask(client, opened=stamp).content.decode()
    assert "trop longtemps" in html
    renewed = re.search(r'name="opened" value="([^"]+)"', html)[1]
    assert signing.TimestampSigner(salt=SALT).unsign(renewed)
    assert not post.mails


def test_a_form_from_another_site_is_refused(post: PostOffice) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert ask(strict).status_code == 403
    alert = follow(confirmed=False)
    assert strict.post(f"/alertes/{alert.token}/").status_code == 403
    assert not post.mails
    alert.refresh_from_db()
    assert alert.confirmed_at is None


def test_one_reader_may_not_ask_without_end(client: Client, post: PostOffice) -> None:
    most = limits.PER_READER.most
    answers = [ask(client, email=f"a{n}@ville.fr").status_code for n in range(most + 2)]
    assert answers == [302] * most + [429] * 2
    assert len(post.mails) == most
    elsewhere = Client(REMOTE_ADDR="192.0.2.9")
    assert ask(elsewhere, email="b@ville.fr").status_code == 302


def test_one_mailbox_is_not_flooded_and_nobody_is_told(post: PostOffice) -> None:
    most = limits.PER_MAILBOX.most
    readers = [Client(REMOTE_ADDR=f"192.0.2.{n}") for n in range(most + 2)]
    answers = [ask(reader, f"q=mot{n}") for n, reader in enumerate(readers)]
    assert {answer.status_code for answer in answers} == {302}
    assert len(post.mails) == most
    assert SavedSearch.objects.count() == most


def test_a_mailbox_follows_fifty_searches_at_most(client: Client, post: PostOffice) -> None:
    for number in range(MAX_PER_MAILBOX):
        follow(ADDRESS, f"q=mot{number}")
    assert ask(client).status_code == 302
    assert SavedSearch.objects.count() == MAX_PER_MAILBOX
    assert post.mails[0]["Subject"] == "Trop d’alertes sur DataCités"
    assert client.get(link(post)).status_code == 200


def test_neither_addresses_nor_networks_are_kept_beside_the_alerts(
    client: Client, post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys: list[str] = []
    add = cache.add
    monkeypatch.setattr(cache, "add", lambda key, *rest: keys.append(key) or add(key, *rest))
    ask(client)
    assert len(keys) == 2
    assert not [key for key in keys if "camille" in key or "127.0.0.1" in key]


@pytest.mark.parametrize(
    ("headers", "behind", "seen"),
    [
        ({"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "203.0.113.7"}, False, "192.0.2.1"),
        ({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 203.0.113.7"}, True, "203.0.113.7"),
        ({"REMOTE_ADDR": "2001:db8::1:2:3:4"}, False, "2001:db8::/64"),
        ({"REMOTE_ADDR": ""}, False, ""),
        ({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "n'importe quoi"}, True, "n'importe quoi"),
    ],
)  # fmt: skip
def test_a_reader_is_known_by_the_nearest_trusted_hop(
    rf: Any, settings: Settings, headers: dict[str, str], behind: bool, seen: str
) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if behind else None
    assert limits.reader_of(rf.get("/", **headers)) == seen


# --- A mail server that does not take the mail


def test_an_address_that_the_mail_server_refuses_is_said(client: Client, post: PostOffice) -> None:
    post.refused.add(ADDRESS)
    response = ask(client)
    assert response.status_code == 200
    assert "refuse cette adresse" in response.content.decode()


def test_without_a_mail_server_the_reader_is_told_and_keeps_what_was_typed(
    client: Client, settings: Settings, caplog: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    response = ask(client)
    assert response.status_code == 503
    assert "la faute est de notre côté" in response.content.decode()
    assert f'value="{ADDRESS}"' in response.content.decode()
    assert ADDRESS not in caplog.text


def test_a_mail_server_that_stalls_is_not_waited_for(client: Client, post: PostOffice) -> None:
    post.stalled.add(ADDRESS)
    began = time.monotonic()
    assert ask(client).status_code == 503
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "querystring", ["q=%00%ff", "domaine=" + "x" * 5000, "q=" + "a" * 10_000, "page=x&tri=y"]
)
def test_bad_input_gets_a_page(
    client: Client, index: SearchBackend, post: PostOffice, querystring: str
) -> None:
    assert client.get(f"{NEW}?{querystring}").status_code == 200
    assert ask(client, querystring).status_code == 302
