"""Those who decide: whole, in part, asking back, declining; credit, conflicts, and who may not."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from casestudies.models import CaseStudyPage
from cms.models import User
from cms.models.versions import PublishedVersion
from cms.proposals.models import Proposal, Remark, State
from cms.proposals.reading import Reading
from tests.cms.editors import Editors, signed_in
from tests.cms.proposals.proposing import ADDRESS, proposal
from tests.services.post_office import PostOffice

pytestmark = pytest.mark.django_db
TWELVE = "<p>Nous avons posé douze capteurs.</p><p>Puis nous avons attendu.</p>"
LESS = "<p>Moins d’eau perdue, un quart environ.</p>"
Running = Callable[[], Any]


@pytest.fixture
def sent(case: CaseStudyPage) -> Proposal:
    return proposal(case, approach=TWELVE, results=LESS)


def decide(user: User, made: Proposal, decision: str = "take", **given: Any) -> Any:
    data = {"decision": decision, "round": made.round, **given}
    return signed_in(user).post(f"/propositions/{made.pk}/", data)


def number_of(made: Proposal, name: str) -> int:
    """The number of the one change of a text."""
    for difference in Reading(made).comparison.changed:
        if difference.part.name == name:
            return next(each.number for each in difference.changes if each.number)
    raise AssertionError(name)


def test_a_moderator_takes_it_and_it_is_public_with_its_credit(
    world: Editors, case: CaseStudyPage, sent: Proposal, post: PostOffice, run: Running
) -> None:
    run()
    post.messages.clear()
    assert decide(world.mona, sent, word="Merci !").status_code == 302
    case.refresh_from_db()
    assert (case.approach, case.results) == (TWELVE, LESS)
    version = PublishedVersion.objects.get(page=case, number=2)
    assert version.credited == "Camille Durand (sans compte)"
    assert version.approved_by == world.mona
    assert version.summary == "Proposition de Camille Durand (sans compte) : Il y en avait douze."
    sent.refresh_from_db()
    assert (sent.state, sent.version) == (State.TAKEN, version)
    history = Client().get(f"{case.get_url()}historique/").content.decode()
    assert "d’après une proposition de Camille Durand" in history
    assert "approuvée par Mona Test" in history
    run()
    assert ADDRESS in post.recipients


def test_a_member_takes_it_and_it_goes_to_the_review(
    world: Editors, case: CaseStudyPage, sent: Proposal
) -> None:
    decide(world.alice, sent)
    page = CaseStudyPage.objects.get(pk=case.pk)
    assert "dix" in page.approach
    assert page.workflow_in_progress
    state = page.current_workflow_task_state
    state.task.specific.on_action(state, world.mona, "approve")
    page = CaseStudyPage.objects.get(pk=case.pk)
    assert page.approach == TWELVE
    version = PublishedVersion.objects.get(page=case, number=2)
    assert (version.credited, version.author, version.approved_by) == (
        "Camille Durand (sans compte)", world.alice, world.mona,
    )  # fmt: skip
    sent.refresh_from_db()
    assert sent.version == version


def test_a_part_is_taken_and_the_rest_left(
    world: Editors, case: CaseStudyPage, sent: Proposal
) -> None:
    decide(world.mona, sent, "take-chosen", changement=number_of(sent, "results"))
    case.refresh_from_db()
    assert case.results == LESS
    assert "dix" in case.approach
    sent.refresh_from_db()
    assert sent.state == State.PARTLY


def test_choosing_nothing_is_asked_again(world: Editors, sent: Proposal) -> None:
    response = decide(world.mona, sent, "take-chosen", word="Merci")
    assert response.status_code == 422
    assert "Cochez les changements" in response.content.decode()
    assert "Merci" in response.content.decode()


def test_declining_asks_for_a_reason_that_its_author_reads(
    world: Editors, sent: Proposal, post: PostOffice, run: Running
) -> None:
    assert decide(world.mona, sent, "decline").status_code == 422
    decide(world.mona, sent, "decline", word="Le rapport dit dix.")
    sent.refresh_from_db()
    assert sent.state == State.DECLINED
    run()
    assert "Le rapport dit dix." in Client().get(f"/propositions/{sent.token}/").content.decode()
    [mail] = post.to(ADDRESS)
    body = mail.get_body(("plain",)).get_content()
    assert f"/propositions/{sent.token}/" in body
    assert "Le rapport dit dix." not in body


def test_a_question_waits_for_its_answer(
    world: Editors, sent: Proposal, post: PostOffice, run: Running
) -> None:
    signed_in(world.mona).post(
        f"/propositions/{sent.pk}/", {"text": "D’où vient ce chiffre ?", "round": 1, "ask": "1"}
    )
    sent.refresh_from_db()
    assert sent.state == State.ASKED
    page = Client().get(f"/propositions/{sent.token}/").content.decode()
    assert "D’où vient ce chiffre" in page
    Client().post(
        f"/propositions/{sent.token}/agir/", {"action": "reply", "text": "Du marché.", "round": 1}
    )
    sent.refresh_from_db()
    assert sent.state == State.OPEN
    html = signed_in(world.mona).get(f"/propositions/{sent.pk}/").content.decode()
    assert "Du marché." in html


def test_a_remark_stands_beside_its_change(world: Editors, sent: Proposal) -> None:
    number = number_of(sent, "results")
    signed_in(world.alice).post(
        f"/propositions/{sent.pk}/", {"text": "Mesuré comment ?", "round": 1, "change": number}
    )
    remark = Remark.objects.get()
    assert (remark.change, remark.quoted) == (number, "Moins d’eau perdue, un quart environ.")
    html = Client().get(f"/propositions/{sent.token}/").content.decode()
    line = html.partition(f'id="changement-{number}"')[2].partition('class="change-line"')[0]
    assert "Mesuré comment" in line


# --- Conflicts


def edit(case: CaseStudyPage, by: User, **fields: str) -> None:
    page = CaseStudyPage.objects.get(pk=case.pk)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision(user=by).publish()


def test_later_edits_elsewhere_are_kept(
    world: Editors, case: CaseStudyPage, sent: Proposal
) -> None:
    edit(
        case,
        world.alice,
        approach="<p>Nous avons posé dix capteurs.</p><p>Puis nous avons attendu trois mois.</p>",
        governance="<p>Une régie.</p>",
    )
    decide(world.mona, sent)
    case.refresh_from_db()
    assert (
        case.approach
        == "<p>Nous avons posé douze capteurs.</p><p>Puis nous avons attendu trois mois.</p>"
    )
    assert case.governance == "<p>Une régie.</p>"


def test_a_conflict_is_shown_and_never_overwrites(
    world: Editors, case: CaseStudyPage, sent: Proposal
) -> None:
    edit(
        case,
        world.alice,
        approach="<p>Nous avons posé quinze capteurs.</p><p>Puis nous avons attendu.</p>",
    )
    html = signed_in(world.mona).get(f"/propositions/{sent.pk}/").content.decode()
    assert "La page a changé depuis" in html
    response = decide(world.mona, sent)
    assert response.status_code == 409
    html = response.content.decode()
    assert "Reprendre le reste" in html
    sent.refresh_from_db()
    assert sent.state == State.OPEN
    accepted = html.partition('name="accepted" value="')[2].partition('"')[0]
    assert decide(world.mona, sent, accepted=accepted).status_code == 302
    case.refresh_from_db()
    assert "quinze" in case.approach
    assert case.results == LESS
    sent.refresh_from_db()
    assert sent.state == State.PARTLY


def test_what_was_accepted_of_another_conflict_does_not_count(
    world: Editors, case: CaseStudyPage, sent: Proposal
) -> None:
    edit(
        case,
        world.alice,
        approach="<p>Nous avons posé quinze capteurs.</p><p>Puis nous avons attendu.</p>",
    )
    accepted = (
        decide(world.mona, sent)
        .content.decode()
        .partition('name="accepted" value="')[2]
        .partition('"')[0]
    )
    edit(
        case,
        world.alice,
        approach="<p>Nous avons posé vingt capteurs.</p><p>Puis nous avons attendu.</p>",
    )
    assert decide(world.mona, sent, accepted=accepted).status_code == 409


def test_a_draft_in_progress_receives_it_and_is_not_published(
    world: Editors, case: CaseStudyPage, sent: Proposal
) -> None:
    page = CaseStudyPage.objects.get(pk=case.pk)
    page.governance = "<p>Brouillon d’Adèle.</p>"
    page.save_revision(user=world.adele)
    response = decide(world.mona, sent)
    assert response.status_code == 302
    page = CaseStudyPage.objects.get(pk=case.pk)
    assert "dix" in page.approach
    draft = page.get_latest_revision_as_object()
    assert (draft.approach, draft.governance) == (TWELVE, "<p>Brouillon d’Adèle.</p>")
    assert not page.workflow_in_progress


def test_what_the_page_says_already_is_not_taken_again(
    world: Editors, case: CaseStudyPage, sent: Proposal
) -> None:
    edit(case, world.alice, approach=TWELVE, results=LESS)
    response = decide(world.mona, sent)
    assert response.status_code == 409
    assert "dit déjà tout cela" in response.content.decode()


def test_a_proposal_changed_meanwhile_is_shown_again(
    world: Editors, case: CaseStudyPage, sent: Proposal
) -> None:
    Proposal.objects.update(round=2)
    response = decide(world.mona, sent, word="Bravo")
    assert response.status_code == 409
    assert "a changé depuis que vous l’avez ouverte" in response.content.decode()
    assert "Bravo" in response.content.decode()


def test_two_deciders_take_it_once(world: Editors, case: CaseStudyPage, sent: Proposal) -> None:
    assert decide(world.mona, sent).status_code == 302
    assert decide(world.max, sent, "decline", word="Non").status_code in {409, 403}
    sent.refresh_from_db()
    assert sent.state == State.TAKEN
    assert PublishedVersion.objects.filter(page=case).count() == 2


def test_a_locked_page_is_not_changed(world: Editors, case: CaseStudyPage, sent: Proposal) -> None:
    CaseStudyPage.objects.filter(pk=case.pk).update(locked=True, locked_by=world.root)
    assert "verrouillée" in decide(world.mona, sent).content.decode()


def test_links_to_pages_stay_references(world: Editors, case: CaseStudyPage) -> None:
    edit(
        case,
        world.alice,
        approach=f'<p>Voir <a linktype="page" id="{world.brest.pk}">Brest</a> et la suite.</p>',
    )
    made = proposal(
        case,
        approach=f'<p>Voir <a href="{world.brest.get_url()}">Brest métropole</a> et <a href="{world.antony.get_url()}">Antony</a>.</p>',
    )
    decide(world.mona, made)
    case.refresh_from_db()
    assert f'<a linktype="page" id="{world.brest.pk}">Brest métropole</a>' in case.approach
    assert f'<a linktype="page" id="{world.antony.pk}">Antony</a>' in case.approach


def test_a_draft_that_was_thrown_away_gives_no_credit(
    world: Editors, case: CaseStudyPage, sent: Proposal
) -> None:
    page = CaseStudyPage.objects.get(pk=case.pk)
    page.governance = "<p>Brouillon.</p>"
    page.change_summary = "Mes mots"
    draft = page.save_revision(user=world.adele)
    decide(world.mona, sent)
    assert page.get_latest_revision_as_object().change_summary == "Mes mots"
    draft.publish()
    assert PublishedVersion.objects.get(page=case, number=2).credited == ""
    sent.refresh_from_db()
    assert sent.version is None


def test_what_its_proposer_wrote_is_approved_by_somebody_else(
    world: Editors, case: CaseStudyPage
) -> None:
    made = proposal(case, by=world.mona, name="Mona Test", approach=TWELVE)
    decide(world.adele, made)
    page = CaseStudyPage.objects.get(pk=case.pk)
    task = page.current_workflow_task
    assert "approve" not in [action[0] for action in task.get_actions(page, world.mona)]
    assert "approve" in [action[0] for action in task.get_actions(page, world.max)]


def test_the_decider_says_what_the_history_says(
    world: Editors, case: CaseStudyPage, sent: Proposal
) -> None:
    decide(world.mona, sent, summary="Le nombre de capteurs est corrigé.")
    version = PublishedVersion.objects.get(page=case, number=2)
    assert version.summary == "Le nombre de capteurs est corrigé."


def test_what_an_abbreviation_would_say_is_shown(world: Editors, case: CaseStudyPage) -> None:
    made = proposal(case, results='<p>Moins <abbr title="Motcaché">d’eau</abbr> perdue.</p>')
    html = signed_in(world.mona).get(f"/propositions/{made.pk}/").content.decode()
    assert "Motcaché" in html


# --- Who may not


def test_others_neither_read_nor_decide(world: Editors, sent: Proposal) -> None:
    assert signed_in(world.basile).get(f"/propositions/{sent.pk}/").status_code == 404
    assert decide(world.basile, sent).status_code == 404
    assert Client().get(f"/propositions/{sent.pk}/").status_code == 302
    assert "Capteurs" not in signed_in(world.basile).get("/propositions/").content.decode()


def test_nobody_decides_about_their_own(world: Editors, case: CaseStudyPage) -> None:
    made = proposal(case, by=world.mona, name="Mona Test", approach=TWELVE)
    html = signed_in(world.mona).get(f"/propositions/{made.pk}/").content.decode()
    assert "la décision revient à quelqu’un d’autre" in html
    assert decide(world.mona, made).status_code == 403


def test_an_unconfirmed_proposal_is_shown_to_nobody(
    world: Editors, case: CaseStudyPage, sent: Proposal
) -> None:
    Proposal.objects.update(state=State.UNCONFIRMED)
    client = signed_in(world.mona)
    assert client.get(f"/propositions/{sent.pk}/").status_code == 404
    assert "Capteurs" not in client.get("/propositions/").content.decode()


def test_a_refused_text_is_in_no_public_place(world: Editors, case: CaseStudyPage) -> None:
    made = proposal(case, approach="<p>Motrefusé.</p>")
    decide(world.mona, made, "decline", word="Motdemodération")
    visitor = Client()
    for end in ("", "historique/", "pages-liees/", "citer/", "proposer/"):
        html = visitor.get(f"{case.get_url()}{end}").content.decode()
        assert "Motrefusé" not in html
        assert "Motdemodération" not in html
    for path in ("/modifications/", "/flux/modifications/"):
        assert "Motrefusé" not in visitor.get(path).content.decode()
