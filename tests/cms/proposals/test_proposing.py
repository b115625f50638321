"""Proposing a change without an account: the editor, the mail, the private page, and bad input."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from casestudies.models import CaseStudyPage
from cms.proposals.models import Proposal, State
from tests.builders import PASSWORD
from tests.cms.editors import Editors
from tests.cms.proposals.proposing import ADDRESS, link, send
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
