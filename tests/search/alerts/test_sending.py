"""What is sent, to whom, when, and that nobody is told the same thing twice."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings
from wagtail.models import PageViewRestriction

from casestudies.models import CaseStudyPage, Domain
from search import indexing, newest
from search.alerts import sending
from search.alerts.sending import Report, Run
from search.backends.base import SearchBackend
from search.models import AnnouncedCase, SavedSearch
from tests.builders import make_domain, make_partner
from tests.search.alerts.world import DAY, date, follow, publish
from tests.services.post_office import Clock, PostOffice

pytestmark = pytest.mark.django_db
Running = Callable[[], Report]


def text(post: PostOffice, number: int = -1) -> str:
    return str(post.mails[number].get_body(("plain",)).get_content())


# --- One mail


def test_a_new_case_is_told_in_words_and_links(run: Running, post: PostOffice) -> None:
    alert = follow("camille@ville.fr", "q=capteurs", days_ago=1)
    case = publish(
        "Capteurs d'eau", partner=make_partner("Ville d'Antony"), summary="Mesurer l'eau & compter."
    )
    assert run().sent == 1
    mail = post.mails[0]
    assert post.recipients == ["camille@ville.fr"]
    assert mail["Subject"] == "1 nouvelle fiche : « capteurs »"
    assert mail["From"] == "DataCités <ne-pas-repondre@localhost>"
    assert mail["To"] == "camille@ville.fr"
    assert mail["Auto-Submitted"] == "auto-generated"
    body = text(post)
    assert "Capteurs d’eau" in body
    assert "Ville d’Antony" in body
    assert "Mesurer l’eau & compter." in body
    assert case.full_url in body
    assert "http://localhost/retours-experience/?q=capteurs&tri=recent" in body
    assert f"http://localhost/alertes/{alert.token}/" in body


def test_it_can_be_stopped_from_the_mail_program(run: Running, post: PostOffice) -> None:
    alert = follow()
    publish()
    run()
    mail = post.mails[0]
    assert mail["List-Unsubscribe"].strip() == f"<http://localhost/alertes/{alert.token}/arret/>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"http://localhost/alertes/{alert.token}/arret/" in text(post)


def test_its_html_says_the_same_and_shows_markup_as_text(run: Running, post: PostOffice) -> None:
    follow()
    case = publish("Capteurs <script>alert(1)</script>", summary="<img src=x> & co")
    run()
    html = str(post.mails[0].get_body(("html",)).get_content())
    assert f'<a href="{case.full_url}">Capteurs &lt;script&gt;alert(1)&lt;/script&gt;</a>' in html
    assert "<script" not in html
    assert "<img" not in html
    assert "arret/" in html


@pytest.mark.parametrize(
    "words",
    [
        "capteurs\r\nBcc: victime@example.org",
        "capteurs\nX-Pirate: oui",
        "capteurs, =?utf-8?q?a=2C?= <x@example.org>",
        "capteurs \u2028\u0085 c",
        "capteurs " + "a" * 180,
    ],
)
def test_words_never_become_headers(run: Running, post: PostOffice, words: str) -> None:
    query = QueryDict(mutable=True)
    query["q"] = words
    follow(querystring=query.urlencode())
    publish("Capteurs", summary=" ".join(words.split()))
    assert run().sent == 1
    for mail in post.mails:
        assert set(mail.keys()) == {
            "Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID",
            "Auto-Submitted", "X-Auto-Response-Suppress", "List-Unsubscribe", "List-Unsubscribe-Post",
        }  # fmt: skip
        assert mail["To"] == "camille@ville.fr"
        assert len(mail["Subject"]) <= 150
    assert set(post.recipients) <= {"camille@ville.fr"}


def test_a_hostile_title_is_only_text(run: Running, post: PostOffice) -> None:
    follow()
    case = publish()
    CaseStudyPage.objects.filter(pk=case.pk).update(title="Capteurs\r\nBcc: x@example.org\r\n\r\nZ")
    run()
    assert post.recipients == ["camille@ville.fr"]
    assert post.mails[0]["Bcc"] is None


def test_twenty_cases_are_listed_and_the_others_counted(run: Running, post: PostOffice) -> None:
    follow()
    partner = make_partner()
    for number in range(23):
        publish(f"Capteurs n° {number}", partner=partner)
    run()
    assert post.mails[0]["Subject"] == "23 nouvelles fiches : « capteurs »"
    assert text(post).count("* Capteurs") == 20
    assert "Et 3 autres." in text(post)
    assert AnnouncedCase.objects.count() == 23


# --- When


def test_nothing_new_is_no_mail(run: Running, post: PostOffice) -> None:
    publish(days_ago=3)
    follow(days_ago=1)
    publish("Un atelier", approach="<p>Rien.</p>", summary="Rien.")
    assert run().sent == 0
    assert post.mails == []


def test_facets_narrow_an_alert_as_they_narrow_the_library(run: Running, post: PostOffice) -> None:
    eau = make_domain("eau", "Eau", "reseaux")
    follow(querystring="q=capteurs&domaine=eau")
    publish("Capteurs d'air")
    publish("Capteurs d'eau", domains=[eau])
    run()
    assert "Capteurs d’eau" in text(post)
    assert "Capteurs d’air" not in text(post)


def test_a_case_is_told_once(run: Running, post: PostOffice, clock: Clock) -> None:
    follow()
    case = publish()
    run()
    for _ in range(3):
        clock.turn(2 * DAY)
        run()
    CaseStudyPage.objects.get(pk=case.pk).save_revision().publish()
    clock.turn(2 * DAY)
    run()
    assert len(post.mails) == 1


@pytest.mark.parametrize(("frequency", "days"), [("quotidien", 1), ("hebdomadaire", 7)])
def test_one_mail_at_most_in_each_period(
    run: Running, post: PostOffice, clock: Clock, frequency: str, days: int
) -> None:
    follow(frequency=frequency)
    publish("Capteurs un")
    run()
    publish("Capteurs deux")
    run()
    clock.turn((days - 1) * DAY)
    run()
    assert len(post.mails) == 1
    clock.turn(DAY)
    run()
    assert len(post.mails) == 2
    assert "Capteurs deux" in text(post)
    assert "Capteurs un" not in text(post)


def test_a_daily_run_at_the_same_minute_sends_every_day(
    run: Running, post: PostOffice, clock: Clock
) -> None:
    alert = follow()
    publish("Capteurs un")
    run()
    alert.refresh_from_db()
    sent_at = timezone.localtime(alert.last_sent_at)
    assert timezone.localtime(alert.not_before).date() == (sent_at + DAY).date()
    assert alert.not_before <= alert.last_sent_at + DAY


def test_a_case_published_again_is_told_as_an_update(run: Running, post: PostOffice) -> None:
    case = publish(days_ago=3)
    follow(days_ago=1)
    date(case, first=3, last=0)
    run()
    assert post.mails[0]["Subject"] == "1 fiche mise à jour : « capteurs »"
    assert "MISES À JOUR" in text(post)
    assert "NOUVELLES" not in text(post)


def test_what_the_engine_learns_late_is_told_late(
    run: Running, post: PostOffice, clock: Clock
) -> None:
    follow()
    publish("Capteurs d'abord")
    run()
    clock.turn(DAY)
    publish("Capteurs en retard")
    # The engine has not been told yet when this run looks.
    Run(clock)()
    assert len(post.mails) == 1
    clock.turn(DAY)
    run()
    assert "Capteurs en retard" in text(post)


def test_a_reader_is_told_of_what_came_between_asking_and_confirming(
    run: Running, post: PostOffice
) -> None:
    alert = follow(days_ago=2, confirmed=False)
    publish(days_ago=1)
    run()
    assert post.mails == []
    SavedSearch.objects.filter(pk=alert.pk).update(confirmed_at=timezone.now())
    run()
    assert len(post.mails) == 1


# --- Only what anyone may read, and only to who agreed


def test_a_case_closed_or_withdrawn_a_moment_ago_is_not_told(
    run: Running, post: PostOffice
) -> None:
    follow()
    closed, withdrawn = publish("Capteurs fermés"), publish("Capteurs retirés")
    publish("Capteurs ouverts")
    indexing.drain()
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    CaseStudyPage.objects.filter(pk=withdrawn.pk).update(live=False)
    run()
    assert "Capteurs ouverts" in text(post)
    assert "fermés" not in text(post)
    assert "retirés" not in text(post)


def test_unconfirmed_requests_get_nothing_and_are_forgotten(run: Running, post: PostOffice) -> None:
    follow("un@ville.fr", confirmed=False, days_ago=6)
    follow("deux@ville.fr", confirmed=False, days_ago=8)
    publish()
    report = run()
    assert post.mails == []
    assert report.forgotten == 1
    assert SavedSearch.objects.get().email == "un@ville.fr"


def test_a_choice_that_no_longer_exists_finds_nothing_rather_than_everything(
    run: Running, post: PostOffice
) -> None:
    make_domain("eau", "Eau", "reseaux")
    follow(querystring="q=capteurs&domaine=eau")
    Domain.objects.filter(identifier="eau").delete()
    publish()
    run()
    assert post.mails == []


def test_an_alert_stopped_during_the_run_gets_nothing(
    run: Running, post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    alert = follow()
    publish()
    real = sending.announcement

    def stopped_meanwhile(*arguments: Any) -> Any:
        SavedSearch.objects.filter(pk=alert.pk).delete()
        return real(*arguments)

    hold = sending.hold
    monkeypatch.setattr(
        sending, "hold", lambda *given: (SavedSearch.objects.all().delete(), hold(*given))[1]
    )
    assert run().sent == 0
    assert post.mails == []
    follow()
    monkeypatch.setattr(sending, "hold", hold)
    monkeypatch.setattr(sending, "announcement", stopped_meanwhile)
    run()
    assert not SavedSearch.objects.filter(pk=alert.pk).exists()


# --- Many


def test_a_search_that_many_follow_is_answered_once(
    run: Running, post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        follow(f"a{number}@ville.fr", "q=capteurs")
        follow(f"b{number}@ville.fr", "q=atelier")
    publish()
    asked: list[str] = []
    answer = newest.answer
    monkeypatch.setattr(newest, "answer", lambda query: asked.append(query.text) or answer(query))
    monkeypatch.setattr(sending, "BATCH", 5)
    assert run().sent == 12
    assert sorted(asked) == ["atelier", "capteurs"]


def test_a_thousand_quiet_alerts_cost_the_queries_of_ten(
    index: SearchBackend, post: PostOffice, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("Un atelier", approach="<p>Rien.</p>", summary="Rien.")
    indexing.drain()
    then, counts = timezone.now() - DAY, []
    for many in (10, 990):
        SavedSearch.objects.bulk_create(
            SavedSearch(
                email=f"{many}-{number}@ville.fr",
                querystring=f"q=capteurs{number % 3}",
                created_at=then,
                confirmed_at=then,
                last_checked_at=then,
            )
            for number in range(many)
        )
        SavedSearch.objects.update(last_checked_at=then)
        Run(clock)()
        SavedSearch.objects.update(last_checked_at=then)
        with CaptureQueriesContext(connection) as queries:
            report = Run(clock)()
        counts.append(len(queries))
    assert report.looked_at == 1000
    batches = 1000 // sending.BATCH
    # A batch reads once and writes once for each of the searches it holds a part of.
    assert counts[1] - counts[0] <= 3 * batches


def test_nothing_published_since_is_not_even_searched(
    run: Running, post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(days_ago=3)
    follow(days_ago=1)
    monkeypatch.setattr(newest, "answer", lambda query: pytest.fail("searched"))
    assert run().looked_at == 0


# --- Two runs, killed runs


def test_two_runs_at_once_send_one_mail(run: Running, post: PostOffice, clock: Clock) -> None:
    follow()
    publish()
    indexing.drain()
    real = sending.announcement
    others: list[Report] = []

    def meanwhile(*arguments: Any) -> Any:
        others.append(Run(clock)())
        return real(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sending, "announcement", meanwhile)
        assert Run(clock)().sent == 1
    assert [other.sent for other in others] == [0]
    assert len(post.mails) == 1


def test_a_run_killed_before_it_records_repeats_one_mail_and_no_other(
    run: Running, post: PostOffice, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow("a@ville.fr")
    follow("b@ville.fr")
    publish()
    with monkeypatch.context() as patch:
        patch.setattr(sending, "record", lambda *arguments: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            run()
    assert post.recipients == ["a@ville.fr"]
    run()
    assert post.recipients == ["a@ville.fr", "b@ville.fr"]
    clock.turn(sending.HOLD + timedelta(seconds=1))
    run()
    clock.turn(2 * DAY)
    run()
    assert post.recipients == ["a@ville.fr", "b@ville.fr", "a@ville.fr"]
    assert post.mails[0]["Message-ID"] == post.mails[2]["Message-ID"]
    assert post.mails[1]["Message-ID"] != post.mails[2]["Message-ID"]


# --- The command


def test_the_command_says_what_it_did_and_names_nobody(
    run: Running, post: PostOffice, capsys: Any
) -> None:
    follow("camille@ville.fr")
    follow("camille@ville.fr", "q=attente", confirmed=False, days_ago=8)
    publish()
    indexing.drain()
    output = io.StringIO()
    call_command("search_alerts", "--dry-run", stdout=output)
    assert "1 fiche(s), «\xa0capteurs\xa0»" in output.getvalue()
    assert "1 message(s) à envoyer" in output.getvalue()
    assert post.mails == []
    assert SavedSearch.objects.count() == 2
    assert not AnnouncedCase.objects.exists()
    call_command("search_alerts", stdout=output)
    assert output.getvalue().splitlines()[-1] == (
        "1 alerte(s) regardée(s), 1 message(s) envoyé(s), 0 remis à plus tard, "
        "1 demande(s) expirée(s) effacée(s)."
    )
    assert len(post.mails) == 1
    assert "camille" not in output.getvalue()


def test_without_an_engine_alerts_wait(
    run: Running, post: PostOffice, settings: Settings, clock: Clock
) -> None:
    follow()
    publish()
    run_before = settings.SEARCH_URL
    indexing.drain()
    settings.SEARCH_URL = "tantivy:///nonexistent/index"
    with pytest.raises(CommandError, match="La recherche ne répond pas"):
        call_command("search_alerts", stdout=io.StringIO())
    settings.SEARCH_URL = run_before
    assert run().sent == 1


def test_an_hourly_alert_waits_an_hour_and_no_longer(
    run: Running, post: PostOffice, clock: Clock
) -> None:
    follow(frequency="horaire")
    publish("Capteurs un", days_ago=0.5)
    run()
    publish("Capteurs deux")
    clock.turn(timedelta(minutes=30))
    run()
    assert len(post.mails) == 1
    clock.turn(timedelta(minutes=31))
    run()
    assert len(post.mails) == 2
    assert "au plus un message par heure" in text(post)
