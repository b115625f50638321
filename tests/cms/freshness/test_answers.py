"""Answering: by the link of a mail, or signed in."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from wagtail.models import PageViewRestriction

from casestudies.models import CaseStudyPage
from cms.freshness import links
from cms.freshness.answers import PublicAnswer, confirmations_of
from cms.freshness.deadlines import months_later
from cms.freshness.models import Confirmation, Freshness, Verdict
from cms.models import User
from tests.cms.editors import Editors, signed_in

pytestmark = pytest.mark.django_db


def link(page: CaseStudyPage, user: User, verdict: Verdict = Verdict.EXACT) -> str:
    due_on = Freshness.objects.get(page_id=page.pk).due_on
    address = links.answer_url(links.Asked(user.pk, page.pk, due_on), verdict)
    return address.removeprefix("http://localhost")


@pytest.fixture
def asked(case: CaseStudyPage, due_in: Callable[..., date], world: Editors) -> str:
    """The link of the mail that Alice got."""
    due_in(case, 20, asked_author_at=timezone.now())
    return link(case, world.alice)


def read(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def test_opening_the_link_changes_nothing_and_names_the_page(
    client: Client, asked: str, case: CaseStudyPage
) -> None:
    before = Freshness.objects.values().get(page_id=case.pk)
    html = read(client, asked)
    assert client.head(asked).status_code == 200
    assert "Compter les vélos" in html
    assert f"Dernière version publiée le {timezone.localdate().day}" in html
    assert Freshness.objects.values().get(page_id=case.pk) == before
    assert not Confirmation.objects.exists()


@pytest.mark.parametrize("verdict", Verdict)
def test_the_answer_chosen_in_the_mail_is_the_first_button(
    client: Client, case: CaseStudyPage, world: Editors, verdict: Verdict
) -> None:
    html = read(client, link(case, world.alice, verdict))
    buttons = [html.index(f'value="{each.value}"') for each in (verdict, *Verdict)]
    assert buttons[0] == min(buttons)


def test_one_click_without_signing_in_confirms(
    client: Client, asked: str, case: CaseStudyPage, world: Editors
) -> None:
    response = client.post(asked, {"reponse": "exact", "note": " Vérifié  hier "}, follow=True)
    assert "Merci : les lecteurs voient que la page est confirmée" in response.content.decode()
    state = Freshness.objects.get(page_id=case.pk)
    assert state.due_on == months_later(timezone.localdate(), 12)
    assert state.said_by == "Alice Test, Ville d'Antony"
    assert state.asked_author_at is None
    row = Confirmation.objects.get()
    assert (row.by, row.version, row.verdict, row.note) == (
        world.alice,
        1,
        "exact",
        "Vérifié hier",
    )


def test_a_link_used_again_says_when_and_by_whom_and_records_nothing(
    client: Client, asked: str
) -> None:
    client.post(asked, {"reponse": "exact"})
    for verdict in Verdict:
        html = client.post(asked, {"reponse": verdict.value}, follow=True).content.decode()
        assert "Il n’y a plus rien à confirmer" in html
        assert "par Alice Test, Ville d’Antony" in html
    assert Confirmation.objects.count() == 1


def test_a_page_said_to_be_revised_is_marked_once_and_can_be_taken_back(
    client: Client, asked: str, case: CaseStudyPage
) -> None:
    for _twice in range(2):
        client.post(asked, {"reponse": "a-revoir", "note": "Le coût a changé"})
    state = Freshness.objects.get(page_id=case.pk)
    assert state.to_review_since
    assert state.confirmed_at is None
    assert Confirmation.objects.count() == 1
    assert "Signalée à revoir le" in read(client, asked)
    client.post(asked, {"reponse": "exact"})
    state.refresh_from_db()
    assert state.to_review_since is None
    assert Confirmation.objects.count() == 2


def test_a_page_published_today_is_confirmed_once(
    client: Client, case: CaseStudyPage, world: Editors
) -> None:
    address = link(case, world.alice)
    client.post(address, {"reponse": "exact"})
    html = client.post(address, {"reponse": "exact"}, follow=True).content.decode()
    assert "rien n’a été compté deux fois" in html
    assert Confirmation.objects.count() == 1


def test_an_answer_too_long_or_missing_loses_nothing(client: Client, asked: str) -> None:
    html = client.post(asked, {"reponse": "exact", "note": "é" * 301}).content.decode()
    assert "é" * 301 in html
    assert "Raccourcissez ce mot" in html
    html = client.post(asked, {"note": "Un mot"}).content.decode()
    assert "Choisissez l’une des deux réponses" in html
    assert "Un mot" in html
    assert not Confirmation.objects.exists()


@pytest.mark.parametrize(
    "token", ["0" * 40, "abc:def:ghi-jkl_mno", signing.dumps([1, 1, "2026-01-01"], salt="autre")]
)
def test_a_forged_link_leads_to_a_way_out(client: Client, world: Editors, token: str) -> None:
    html = read(client, f"/a-confirmer/reponse/{token}/", 404)
    assert "Ce lien ne mène à rien" in html
    assert "/gestion/" in html
    assert client.post(f"/a-confirmer/reponse/{token}/", {"reponse": "exact"}).status_code == 404


def test_an_old_link_offers_to_sign_in(client: Client, asked: str, monkeypatch) -> None:
    monkeypatch.setattr(links, "VALID_SECONDS", -1)
    assert "plus de 60 jours" in read(client, asked, 410)
    assert client.post(asked, {"reponse": "exact"}).status_code == 410
    assert not Confirmation.objects.exists()


def test_whoever_may_no_longer_edit_is_told(
    client: Client, asked: str, case: CaseStudyPage, world: Editors
) -> None:
    world.alice.groups.clear()
    html = read(client, asked, 403)
    assert "Votre compte ne permet plus de la modifier" in html
    assert "vélos" not in html
    client.post(asked, {"reponse": "exact"})
    world.alice.groups.add(world.antony.group)
    world.alice.is_active = False
    world.alice.save()
    assert client.post(asked, {"reponse": "exact"}).status_code == 403
    assert not Confirmation.objects.exists()


def test_a_page_withdrawn_or_deleted_is_told(
    client: Client, asked: str, case: CaseStudyPage
) -> None:
    case.unpublish()
    assert "Cette page n’est plus publiée" in read(client, asked, 410)
    case.delete()
    assert client.post(asked, {"reponse": "exact"}).status_code == 410


def test_a_page_that_moved_is_confirmed_where_it_is(
    client: Client, asked: str, case: CaseStudyPage
) -> None:
    case.slug = "ailleurs"
    case.save()
    assert "/partenaires/antony/ailleurs/" in read(client, asked)


def test_a_page_published_since_is_not_confirmed_unread(
    client: Client, asked: str, case: CaseStudyPage
) -> None:
    case.summary = "Tout autre chose."
    case.save_revision().publish()
    assert "la page a été publiée de nouveau" in read(client, asked)
    client.post(asked, {"reponse": "a-revoir"})
    assert not Confirmation.objects.exists()


# --- Signed in


def confirm(client: Client, case: CaseStudyPage, **data: str):
    return client.post(f"{case.get_url()}confirmer/", data, follow=True)


def test_signing_in_comes_first(client: Client, case: CaseStudyPage) -> None:
    response = client.get(f"{case.get_url()}confirmer/")
    assert response.status_code == 302
    assert response.url == f"/gestion/login/?next={case.get_url()}confirmer/"
    assert client.post(f"{case.get_url()}confirmer/", {"reponse": "exact"}).status_code == 302
    assert not Confirmation.objects.exists()


@pytest.mark.parametrize(
    ("who", "said_by"),
    [("adele", "Adele Test, Ville d'Antony"), ("mona", "Mona Test"), ("root", "Root")],
)
def test_members_and_moderators_confirm(
    world: Editors, case: CaseStudyPage, who: str, said_by: str
) -> None:
    confirm(signed_in(getattr(world, who)), case, reponse="exact")
    assert Freshness.objects.get(page_id=case.pk).said_by == said_by


def test_others_do_not(world: Editors, case: CaseStudyPage) -> None:
    client = signed_in(world.basile)
    assert client.get(f"{case.get_url()}confirmer/").status_code == 403
    assert confirm(client, case, reponse="exact").status_code == 403
    assert confirm(client, case, date="2027-01-01").status_code == 403
    assert not Confirmation.objects.exists()


def test_a_page_closed_to_its_editor_is_not_found(world: Editors, case: CaseStudyPage) -> None:
    restriction = PageViewRestriction.objects.create(page=case, restriction_type="groups")
    restriction.groups.add(world.brest.group)
    assert signed_in(world.alice).get(f"{case.get_url()}confirmer/").status_code == 404


@pytest.mark.parametrize("path", ["/confirmer/", "/guide/confirmer/", "/glossaire/confirmer/"])
def test_pages_that_nobody_confirms_have_no_such_address(world: Editors, path: str) -> None:
    assert signed_in(world.root).get(path).status_code == 404


def test_two_colleagues_who_click_at_once_are_counted_once(
    world: Editors, case: CaseStudyPage, due_in: Callable[..., date]
) -> None:
    seen = due_in(case, 5).isoformat()
    confirm(signed_in(world.alice), case, reponse="exact", vu=seen)
    response = confirm(signed_in(world.adele), case, reponse="exact", vu=seen)
    assert "Rien n’a changé" in response.content.decode()
    assert Confirmation.objects.count() == 1


def test_another_date_is_chosen(world: Editors, case: CaseStudyPage) -> None:
    client = signed_in(world.adele)
    Freshness.objects.update(asked_author_at=timezone.now())
    wanted = timezone.localdate() + timedelta(days=90)
    response = confirm(client, case, date=wanted.isoformat())
    assert "La nouvelle date est enregistrée" in response.content.decode()
    state = Freshness.objects.get(page_id=case.pk)
    assert (state.due_on, state.asked_author_at) == (wanted, None)


@pytest.mark.parametrize("days", [-1, 0, 365 * 3 + 2])
def test_a_date_that_is_past_or_too_far_is_refused(
    world: Editors, case: CaseStudyPage, days: int
) -> None:
    chosen = (timezone.localdate() + timedelta(days=days)).isoformat()
    response = confirm(signed_in(world.alice), case, date=chosen)
    assert "Choisissez une date entre le" in response.content.decode()
    assert chosen in response.content.decode()


def test_notes_are_for_editors_and_rows_for_everyone(
    world: Editors, case: CaseStudyPage, client: Client
) -> None:
    confirm(signed_in(world.alice), case, reponse="a-revoir", note="Le chiffre est faux")
    html = signed_in(world.adele).get(f"{case.get_url()}confirmer/").content.decode()
    assert "Le chiffre est faux" in html
    assert "Le chiffre est faux" not in client.get(case.get_url()).content.decode()
    (row,) = confirmations_of(case)
    assert isinstance(row, PublicAnswer)
    assert (row.name, row.organisation, row.verdict) == (
        "Alice Test",
        "Ville d'Antony",
        Verdict.TO_REVIEW,
    )


def test_many_answers_cost_no_more(
    world: Editors, case: CaseStudyPage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Confirmation.objects.bulk_create(
        Confirmation(page=case, version=1, verdict="exact", by=world.alice) for _ in range(200)
    )
    client = signed_in(world.alice)
    client.get("/")
    with django_assert_max_num_queries(16):
        assert client.get(f"{case.get_url()}confirmer/").status_code == 200
    with django_assert_max_num_queries(1):
        assert len(confirmations_of(case)) == 200
