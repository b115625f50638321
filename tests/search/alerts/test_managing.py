"""What the link in a mail lets its reader do, and nobody else."""

import uuid

import pytest
from django.test import Client
from django.utils import timezone

from search.models import SavedSearch
from tests.builders import make_domain, make_site
from tests.search.alerts.world import DAY, follow

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(db: None) -> None:
    make_site()
    make_domain("eau", "Eau", "reseaux")


def url(alert: SavedSearch, stop: bool = False) -> str:
    return f"/alertes/{alert.token}/" + ("arret/" if stop else "")


def test_a_link_shows_all_the_alerts_of_its_mailbox_and_no_others(client: Client) -> None:
    mine = follow("camille@ville.fr", "q=capteurs&domaine=eau")
    follow("camille@ville.fr", "q=éclairage")
    follow("camille@ville.fr", "q=attente", confirmed=False)
    follow("autre@ville.fr", "q=secret")
    response = client.get(url(mine))
    html = response.content.decode()
    assert "«\xa0capteurs\xa0» · Domaine\xa0: Eau" in html
    assert "éclairage" in html
    assert "attente" not in html
    assert "secret" not in html
    assert "Les 2 recherches que suit c…@ville.fr" in html
    assert "camille@ville.fr" not in html
    assert "no-store" in response["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in html


def test_the_rhythm_changes_and_counts_from_the_last_mail(client: Client) -> None:
    alert, now = follow(frequency="quotidien"), timezone.now()
    SavedSearch.objects.update(last_sent_at=now, not_before=now + DAY)
    data = {"action": "frequency", "alert": alert.pk, "frequency": "hebdomadaire"}
    html = client.post(url(alert), data, follow=True).content.decode()
    assert "Le nouveau rythme est enregistré" in html
    alert.refresh_from_db()
    assert alert.frequency == "hebdomadaire"
    assert 6 * DAY < alert.not_before - now <= 7 * DAY


def test_a_new_rhythm_does_not_hurry_an_address_that_fails(client: Client) -> None:
    alert, now = follow(), timezone.now()
    later = now + 3 * DAY
    SavedSearch.objects.update(last_sent_at=now - DAY, not_before=later, failing_since=now)
    data = {"action": "frequency", "alert": alert.pk, "frequency": "quotidien"}
    client.post(url(alert), data)
    alert.refresh_from_db()
    assert alert.not_before == later


def test_one_alert_is_stopped_and_the_others_go_on(client: Client) -> None:
    first, second = follow(querystring="q=un"), follow(querystring="q=deux")
    response = client.post(url(first), {"action": "stop", "alert": second.pk}, follow=True)
    assert "L’alerte est arrêtée" in response.content.decode()
    assert list(SavedSearch.objects.all()) == [first]


def test_stopping_the_alert_of_the_link_leads_to_those_left(client: Client) -> None:
    first, second = follow(querystring="q=un"), follow(querystring="q=deux")
    response = client.post(url(first), {"action": "stop", "alert": first.pk})
    assert response["Location"] == url(second)


def test_with_the_last_alert_the_address_is_gone(client: Client) -> None:
    alert = follow("camille@ville.fr")
    html = client.post(url(alert), {"action": "stop", "alert": alert.pk}).content.decode()
    assert "votre adresse est effacée" in html
    assert not SavedSearch.objects.filter(email="camille@ville.fr").exists()
    assert client.get(url(alert)).status_code == 404


def test_all_can_be_stopped_at_once(client: Client) -> None:
    first = follow(querystring="q=un")
    follow(querystring="q=deux")
    other = follow("autre@ville.fr")
    html = client.post(url(first), {"action": "stop-all"}).content.decode()
    assert "votre adresse est effacée" in html
    assert list(SavedSearch.objects.all()) == [other]


def test_nobody_touches_the_alerts_of_another_mailbox(client: Client) -> None:
    mine, theirs = follow("camille@ville.fr"), follow("autre@ville.fr", frequency="hebdomadaire")
    for data in (
        {"action": "stop", "alert": theirs.pk},
        {"action": "frequency", "alert": theirs.pk, "frequency": "quotidien"},
    ):
        html = client.post(url(mine), data, follow=True).content.decode()
        assert "Rien n’a changé" in html
    theirs.refresh_from_db()
    assert theirs.frequency == "hebdomadaire"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"action": "stop"},
        {"action": "stop", "alert": "x"},
        {"action": "stop", "alert": "9" * 40},
        {"action": "frequency", "alert": "1"},
        {"action": "frequency", "alert": "1", "frequency": "toujours"},
        {"action": "détruire", "alert": "1"},
    ],
)
def test_a_form_that_makes_no_sense_changes_nothing(client: Client, data: dict[str, str]) -> None:
    alert = follow(frequency="hebdomadaire")
    assert client.post(url(alert), data, follow=True).status_code == 200
    alert.refresh_from_db()
    assert alert.frequency == "hebdomadaire"


@pytest.mark.parametrize("path", ["/alertes/x/", "/alertes/%00/", "/alertes/123e4567/arret/"])
def test_what_is_no_link_is_no_page(client: Client, path: str) -> None:
    assert client.get(path).status_code in (400, 404)


def test_a_link_nobody_was_sent_leads_nowhere(client: Client) -> None:
    assert client.get(f"/alertes/{uuid.uuid4()}/").status_code == 404


# --- Unsubscribing from the mail


def test_a_mail_program_stops_an_alert_in_one_click() -> None:
    alert = follow()
    program = Client(enforce_csrf_checks=True)
    response = program.post(url(alert, stop=True), {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert not response.cookies
    assert not SavedSearch.objects.exists()


def test_opening_the_unsubscribe_link_asks_first(client: Client) -> None:
    alert = follow(querystring="q=capteurs")
    html = client.get(url(alert, stop=True)).content.decode()
    assert "capteurs" in html
    assert '<form method="post">' in html
    assert SavedSearch.objects.exists()
    stopped = client.post(url(alert, stop=True)).content.decode()
    assert "L’alerte est arrêtée" in stopped
    assert "votre adresse est effacée" in stopped


def test_stopping_twice_is_fine_and_said(client: Client) -> None:
    alert = follow()
    client.post(url(alert, stop=True))
    for response in (client.post(url(alert, stop=True)), client.get(url(alert, stop=True))):
        assert response.status_code == 200
        assert "déjà arrêtée" in response.content.decode()


def test_stopping_one_alert_says_that_others_go_on(client: Client) -> None:
    follow(querystring="q=un")
    html = client.post(url(follow(querystring="q=deux"), stop=True)).content.decode()
    assert "Vos autres alertes continuent" in html


def test_only_that_address_does_without_the_token_against_forgery() -> None:
    alert = follow()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(url(alert), {"action": "stop", "alert": alert.pk}).status_code == 403
    assert SavedSearch.objects.exists()
