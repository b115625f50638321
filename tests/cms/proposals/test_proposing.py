"""Proposing a change without an account: the editor, the mail, the private page, and bad input."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from casestudies.models import CaseStudyPage
from cms.following.models import Correspondent
from cms.following.people import correspondent_of
from cms.proposals.models import Proposal, State
from cms.proposals.rights import is_own
from tests.builders import PASSWORD
from tests.cms.editors import Editors
from tests.cms.proposals.proposing import ADDRESS, link, proposal, send
from tests.services.post_office import PostOffice

pytestmark = pytest.mark.django_db
TWELVE = {"html-approach": "<p>Nous avons posé douze capteurs.</p><p>Puis nous avons attendu.</p>"}
PLAIN = {"texte-approach": "Nous avons posé douze capteurs.\r\n\r\nPuis nous avons attendu."}
Running = Callable[[], Any]


@pytest.mark.parametrize("texts", [TWELVE, PLAIN], ids=["editor", "plain"])
def test_a_visitor_proposes_confirms_and_follows(
    client: Client, case: CaseStudyPage, post: PostOffice, run: Running, texts: dict[str, str]
) -> None:
    assert send(client, case, texts).url == "/propositions/envoyee/"
    made = Proposal.objects.get()
    assert made.state == State.UNCONFIRMED
    assert made.texts == {"approach": TWELVE["html-approach"]}
    run()
    assert post.recipients == [ADDRESS]
    private = link(post)
    html = client.get(private).content.decode()
    assert "Confirmer et envoyer" in html
    assert Proposal.objects.get().state == State.UNCONFIRMED
    client.post(f"{private}agir/", {"action": "confirm"})
    run()
    assert Proposal.objects.get().state == State.OPEN
    assert set(post.recipients[1:]) == {
        "alice@example.fr", "adele@example.fr", "mona@example.fr", "max@example.fr",
    }  # fmt: skip
    html = client.get(private).content.decode()
    assert "<del>dix</del>" in html.replace("\n", "") or "dix" in html
    assert "douze" in html


def test_confirming_twice_sends_once(
    client: Client, case: CaseStudyPage, post: PostOffice, run: Running
) -> None:
    send(client, case, TWELVE)
    private = link(post)
    for _time in range(2):
        client.post(f"{private}agir/", {"action": "confirm"})
    run()
    assert len(post.recipients) == 5


def test_the_address_is_nowhere_to_be_read(
    client: Client, world: Editors, case: CaseStudyPage, post: PostOffice, run: Running
) -> None:
    send(client, case, TWELVE)
    private = link(post)
    client.post(f"{private}agir/", {"action": "confirm"})
    client.login(username="mona@example.fr", password=PASSWORD)
    made = Proposal.objects.get()
    for address in (private, f"/propositions/{made.pk}/", "/propositions/"):
        assert ADDRESS not in client.get(address).content.decode()
    run()
    assert not [mail for mail in post.mails[1:] if ADDRESS in mail.as_string()]


def test_an_account_proposes_without_a_mail(
    client: Client, world: Editors, case: CaseStudyPage, post: PostOffice
) -> None:
    client.login(username="basile@example.fr", password=PASSWORD)
    response = client.post(
        f"{case.get_url()}proposer/", {**TWELVE, "reason": "Douze.", "envoyer": "1"}
    )
    made = Proposal.objects.get()
    assert response.url == f"/propositions/{made.token}/"
    assert (made.state, made.proposer_name) == (State.OPEN, "Basile Test")
    assert post.mails == []


def test_seeing_the_changes_sends_nothing_and_keeps_all(
    client: Client, case: CaseStudyPage
) -> None:
    response = send(client, case, TWELVE, voir="1", envoyer="")
    html = response.content.decode()
    assert "Ce que vous changez" in html
    assert "Nous avons posé douze capteurs." in html
    assert "Il y en avait douze." in html
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("texts", "given", "said"),
    [
        ({}, {}, "Vous n’avez rien changé"),
        (TWELVE, {"reason": ""}, "Dites en une phrase pourquoi"),
        (TWELVE, {"email": "camille"}, "Cette adresse n’est pas complète"),
        (TWELVE, {"email": "camille@ville.fr\r\nBcc: tous@ville.fr"}, "Cette adresse n’est pas"),
        (TWELVE, {"name": "camille@ville.fr"}, "Un nom, sans adresse"),
        (TWELVE, {"opened": ""}, "resté ouvert trop longtemps"),
        ({"texte-title": ""}, {}, "Une page garde un titre"),
        ({"texte-title": "t" * 300}, {}, "255 signes au plus"),
        ({"texte-approach": "mot " * 60_000}, {}, "Trop long"),
        ({"html-approach": "<p>mot</p>" * 25_000}, {}, "Trop long"),
    ],
)
def test_what_cannot_be_sent_says_why_and_loses_nothing(
    client: Client,
    case: CaseStudyPage,
    post: PostOffice,
    texts: dict[str, str],
    given: dict[str, str],
    said: str,
) -> None:
    response = send(client, case, texts, **given)
    html = " ".join(
        response.content.decode()
        .replace("&nbsp;", " ")
        .replace("\u202f", " ")
        .replace("\xa0", " ")
        .split()
    )
    assert response.status_code == 200
    assert said in html
    assert given.get("reason", "Il y en avait douze.") in html
    if texts is TWELVE:
        assert "douze capteurs" in html
    assert not Proposal.objects.exists()
    assert post.mails == []


def test_a_megabyte_is_refused_at_once(client: Client, case: CaseStudyPage) -> None:
    response = send(client, case, {"html-approach": "<p>mot</p>" * 110_000})
    assert response.status_code == 413
    assert "Revenez en arrière" in response.content.decode()
    assert not Proposal.objects.exists()


def test_a_program_that_fills_in_everything_is_thanked_and_forgotten(
    client: Client, case: CaseStudyPage, post: PostOffice
) -> None:
    assert send(client, case, TWELVE, website="http://spam.example").url == "/propositions/envoyee/"
    assert not Proposal.objects.exists()
    assert post.mails == []


def test_an_address_the_server_refuses_is_said_and_nothing_is_kept(
    client: Client, case: CaseStudyPage, post: PostOffice
) -> None:
    post.refused = {ADDRESS}
    html = send(client, case, TWELVE).content.decode()
    assert "refuse cette adresse" in html
    assert "douze capteurs" in html
    assert not Proposal.objects.exists()


def test_too_many_from_one_place_wait(
    client: Client, case: CaseStudyPage, post: PostOffice
) -> None:
    for rank in range(20):
        send(client, case, TWELVE, email=f"p{rank}@ville.fr")
    response = send(client, case, TWELVE, email="p21@ville.fr")
    assert response.status_code == 429
    assert "douze capteurs" in response.content.decode()


def test_one_person_has_five_waiting_at_most_for_a_page(
    client: Client, world: Editors, case: CaseStudyPage
) -> None:
    client.login(username="basile@example.fr", password=PASSWORD)
    for rank in range(6):
        response = send(client, case, {"html-approach": f"<p>Texte {rank}.</p>"})
    assert response.status_code == 429
    assert "Texte 5" in response.content.decode()
    assert Proposal.objects.count() == 5


def test_nobody_is_kept_from_proposing_by_those_who_type_their_address(
    client: Client, world: Editors, case: CaseStudyPage, post: PostOffice
) -> None:
    for rank in range(6):
        cache.clear()
        texts = {"html-approach": f"<p>Texte {rank}.</p>"}
        assert send(client, case, texts, email="basile@example.fr").status_code == 302
    client.login(username="basile@example.fr", password=PASSWORD)
    assert send(client, case, TWELVE).status_code == 302


def test_a_mailbox_that_was_sent_much_keeps_the_text_on_the_page(
    client: Client, case: CaseStudyPage, post: PostOffice
) -> None:
    for rank in range(7):
        response = send(client, case, {"html-approach": f"<p>Texte {rank}.</p>"})
    assert response.status_code == 429
    assert "Texte 6" in response.content.decode()
    assert len(post.mails) == 6


def test_a_second_click_is_not_a_second_proposal(
    client: Client, case: CaseStudyPage, post: PostOffice
) -> None:
    for _click in range(2):
        assert send(client, case, TWELVE).url == "/propositions/envoyee/"
    assert Proposal.objects.count() == 1
    assert len(post.mails) == 1


def test_what_was_published_while_it_was_written_is_not_undone(
    client: Client, world: Editors, case: CaseStudyPage
) -> None:
    edited = CaseStudyPage.objects.get(pk=case.pk)
    edited.approach = "<p>Nous avons posé dix capteurs.</p><p>Puis nous avons attendu un an.</p>"
    edited.results = "<p>Rien encore.</p>"
    edited.save_revision(user=world.alice).publish()
    plain = {
        "texte-approach": "Nous avons posé douze capteurs.\n\nPuis nous avons attendu.",
        "texte-results": "Moins d’eau perdue.",
    }
    send(client, case, {**TWELVE, **plain, "base": "1"})
    made = Proposal.objects.get()
    assert made.base.number == 1
    assert list(made.texts) == ["approach"]


@pytest.mark.parametrize("name", ["La modération", "Modératrice", "DataCités", "Brest métropole"])
def test_nobody_signs_for_others(client: Client, case: CaseStudyPage, name: str) -> None:
    assert "celui d’une organisation" in send(client, case, TWELVE, name=name).content.decode()


def test_lines_and_no_break_spaces_of_a_summary_stay(client: Client, case: CaseStudyPage) -> None:
    CaseStudyPage.objects.filter(pk=case.pk).update(summary="x")
    page = CaseStudyPage.objects.get(pk=case.pk)
    page.summary = "Un.\nDeux.\n\nTrois\u00a0: fin."
    page.save_revision().publish()
    send(client, case, {"texte-summary": page.summary.replace("\n", "\r\n"), **TWELVE})
    assert list(Proposal.objects.get().texts) == ["approach"]


# --- Links


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forged_link_leads_nowhere(client: Client, case: CaseStudyPage, method: str) -> None:
    proposal(case, approach="<p>Autre.</p>")
    for end in ("", "agir/", "modifier/"):
        address = f"/propositions/{uuid.uuid4()}/{end}"
        response = getattr(client, method)(address)
        assert response.status_code in {404, 405}


def test_an_unconfirmed_proposal_expires(
    client: Client, case: CaseStudyPage, post: PostOffice, run: Running
) -> None:
    send(client, case, TWELVE)
    private = link(post)
    Proposal.objects.update(created_at=timezone.now() - timedelta(days=7, minutes=1))
    assert client.get(private).status_code == 404
    assert client.post(f"{private}agir/", {"action": "confirm"}).status_code == 404
    Correspondent.objects.update(created_at=timezone.now() - timedelta(days=8))
    run()
    assert not Proposal.objects.exists()
    assert not Correspondent.objects.filter(email=ADDRESS).exists()


def test_opening_its_link_changes_nothing(client: Client, case: CaseStudyPage) -> None:
    made = proposal(case, approach="<p>Autre.</p>")
    before = Proposal.objects.values().get()
    for end in ("", "modifier/"):
        assert client.get(f"/propositions/{made.token}/{end}").status_code == 200
    assert client.get(f"/propositions/{made.token}/agir/").status_code == 405
    assert Proposal.objects.values().get() == before


def test_its_author_changes_it_and_what_was_said_before_is_told_apart(
    client: Client, case: CaseStudyPage, post: PostOffice, run: Running
) -> None:
    made = proposal(case, approach=TWELVE["html-approach"])
    response = client.post(
        f"/propositions/{made.token}/modifier/",
        {
            "html-approach": "<p>Nous avons posé vingt capteurs.</p><p>Puis nous avons attendu.</p>",
            "reason": "Vingt.",
            "round": "1",
            "envoyer": "1",
        },
    )
    assert response.status_code == 302
    made.refresh_from_db()
    assert (made.round, made.reason) == (2, "Vingt.")
    assert "vingt" in made.texts["approach"]


def test_its_author_withdraws_it(client: Client, case: CaseStudyPage) -> None:
    made = proposal(case, approach="<p>Autre.</p>")
    client.post(f"/propositions/{made.token}/agir/", {"action": "withdraw"})
    made.refresh_from_db()
    assert made.state == State.WITHDRAWN
    client.post(f"/propositions/{made.token}/agir/", {"action": "reply", "text": "Si", "round": 1})
    assert not made.remarks.exists()


def test_the_link_of_an_account_opens_to_it_alone(
    client: Client, world: Editors, case: CaseStudyPage
) -> None:
    made = proposal(case, by=world.basile, approach=TWELVE["html-approach"])
    address = f"/propositions/{made.token}/"
    assert "/gestion/login/" in client.get(address).url
    client.login(username="alice@example.fr", password=PASSWORD)
    assert client.get(address).status_code == 404
    client.login(username="basile@example.fr", password=PASSWORD)
    assert client.get(address).status_code == 200


def test_many_words_in_an_hour_wait(client: Client, case: CaseStudyPage) -> None:
    made = proposal(case, approach=TWELVE["html-approach"])
    for _word in range(11):
        response = client.post(
            f"/propositions/{made.token}/agir/", {"action": "reply", "text": "Alors ?", "round": 1}
        )
    assert response.status_code == 429
    assert "Alors ?" in response.content.decode()
    assert made.remarks.count() == 10


def test_what_is_written_too_late_is_shown_back(client: Client, case: CaseStudyPage) -> None:
    made = proposal(case, approach=TWELVE["html-approach"])
    Proposal.objects.update(state=State.DECLINED)
    reply = {"action": "reply", "text": "Attendez", "round": 1}
    response = client.post(f"/propositions/{made.token}/agir/", reply)
    assert (response.status_code, "Attendez" in response.content.decode()) == (409, True)
    changed = {"html-approach": "<p>Vingt.</p>", "reason": "Vingt.", "round": "1"}
    response = client.post(f"/propositions/{made.token}/modifier/", changed)
    assert (response.status_code, "Vingt." in response.content.decode()) == (409, True)


def test_a_form_whose_token_is_gone_is_given_back(case: CaseStudyPage) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})
    response = send(strict, case, TWELVE)
    assert response.status_code == 403
    assert "douze capteurs" in response.content.decode()


def test_a_year_after_the_decision_the_mailbox_is_forgotten(
    case: CaseStudyPage, run: Running
) -> None:
    made = proposal(case, approach=TWELVE["html-approach"])
    long_ago = timezone.now() - timedelta(days=366)
    Proposal.objects.update(state=State.DECLINED, decided_at=long_ago)
    Correspondent.objects.update(created_at=long_ago)
    run()
    made.refresh_from_db()
    assert (made.proposer, made.texts, made.proposer_name) == (None, {}, "Camille Durand")
    assert not Correspondent.objects.filter(email=ADDRESS).exists()


def test_what_was_proposed_by_mail_is_its_account_s(world: Editors, case: CaseStudyPage) -> None:
    made = proposal(case, by="mona@example.fr", approach=TWELVE["html-approach"])
    assert is_own(world.mona, made)
    before = Correspondent.objects.create(email="max@example.fr", confirmed_at=timezone.now())
    Proposal.objects.update(proposer=before)
    assert is_own(world.max, Proposal.objects.get())
    account = correspondent_of(world.max)
    assert Proposal.objects.get().proposer == account
    assert not Correspondent.objects.filter(email="max@example.fr").exists()


# --- Pages that close


def test_a_page_closed_to_its_reader_cannot_be_proposed_to(
    client: Client, case: CaseStudyPage
) -> None:
    PageViewRestriction.objects.create(page=Page.objects.get(pk=case.pk), restriction_type="login")
    assert client.get(f"{case.get_url()}proposer/").status_code == 404
    assert send(client, case, TWELVE).status_code == 404


def test_once_the_page_is_closed_its_texts_are_no_longer_shown(
    client: Client, case: CaseStudyPage
) -> None:
    made = proposal(case, approach=TWELVE["html-approach"])
    PageViewRestriction.objects.create(page=Page.objects.get(pk=case.pk), restriction_type="login")
    html = client.get(f"/propositions/{made.token}/").content.decode()
    assert "capteurs." not in html
    assert "plus ouverte à la lecture" in html
    assert client.get(f"/propositions/{made.token}/modifier/").status_code == 302


def test_a_page_that_moved_is_still_the_one_proposed_to(
    client: Client, world: Editors, case: CaseStudyPage
) -> None:
    made = proposal(case, approach=TWELVE["html-approach"])
    Page.objects.get(pk=case.pk).move(Page.objects.get(pk=world.brest.pk), pos="last-child")
    html = client.get(f"/propositions/{made.token}/").content.decode()
    assert "/partenaires/brest/" in html
    assert "douze" in html


def test_when_the_page_is_deleted_its_author_is_told(
    client: Client, case: CaseStudyPage, post: PostOffice, run: Running
) -> None:
    made = proposal(case, approach=TWELVE["html-approach"])
    run()
    post.messages.clear()
    Page.objects.get(pk=case.pk).delete()
    run()
    made.refresh_from_db()
    assert (made.page, made.state) == (None, State.DECLINED)
    assert post.recipients == [ADDRESS]
    assert "La page a été supprimée." in client.get(f"/propositions/{made.token}/").content.decode()
