"""The links of proposals: forged, expired, reused; and pages that close, move or go."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
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
