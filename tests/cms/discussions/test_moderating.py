"""Resolving, locking and withdrawing: who may, what is left, and that it can be undone."""

import pytest

from cms.discussions.models import Post, Thread
from tests.cms.discussions.talking import Talk, seen
from tests.cms.editors import Editors

pytestmark = pytest.mark.django_db


def state(talk: Talk, user: object, action: str, status: int = 302) -> Thread:
    talk.post(user, "1/etat/", status, action=action)
    return Thread.objects.get(number=1)


def test_a_thread_is_resolved_by_who_asked_whose_page_it_is_and_moderators(
    talk: Talk, people: Editors
) -> None:
    talk.open(people.basile)
    for user in (people.basile, people.adele, people.mona, people.root):
        assert "Marquer comme résolue" in talk.get(user, "1/")
        thread = state(talk, user, "resolve")
        assert thread.resolved_by == user
        assert "résolue" in talk.get(people.alice, "1/")
        assert state(talk, user, "reopen").resolved_at is None
    Thread.objects.update(created_by=people.alice)
    assert "Marquer comme résolue" not in talk.get(people.basile, "1/")
    assert state(talk, people.basile, "resolve", 403).resolved_at is None
    assert state(talk, people.alice, "delete", 400).resolved_at is None
    talk.get(people.alice, "1/etat/", 405)


def test_moderators_lock_a_thread_and_nothing_typed_meanwhile_is_lost(
    talk: Talk, people: Editors
) -> None:
    thread = talk.open(people.alice)
    assert state(talk, people.alice, "lock", 403).locked_at is None
    state(talk, people.mona, "lock")
    html = talk.post(people.alice, "1/", status=200, body="Un long message").content.decode()
    assert "Un long message" in html
    assert "fermée entre-temps" in html
    assert thread.posts.count() == 1
    assert "verrouillée" in talk.get(people.adele, "1/")
    kept = talk.post(people.alice, "1/1/modifier/", 403, body="Autrement").content.decode()
    assert "Autrement" in kept
    assert "ne peut plus être modifié" in kept
    state(talk, people.alice, "resolve", 403)
    assert talk.reply(people.mona, thread).number == 2
    state(talk, people.mona, "unlock")
    assert talk.reply(people.alice, thread).number == 3


def test_moderators_withdraw_a_message_and_bring_it_back(talk: Talk, people: Editors) -> None:
    thread = talk.open(people.alice, "Un mot.")
    talk.reply(people.basile, thread, "Une insulte.")
    assert "Une insulte." in talk.get(people.mona, "1/2/retirer/")
    html = talk.post(people.mona, "1/2/retirer/", 200, reason=" ").content.decode()
    assert "Dites pourquoi" in html
    assert not Post.objects.exclude(hidden_at=None).exists()
    talk.post(people.mona, "1/2/retirer/", reason="Injure envers un agent")
    for user in (people.alice, people.basile):
        html = talk.get(user, "1/")
        assert "Message retiré par la modération" in html
        assert "Une insulte." not in html
        assert "Injure" not in html
        assert "Basile" not in html
    html = talk.get(people.max, "1/")
    assert "Une insulte." in html
    assert "Injure envers un agent" in html
    for rest in ("1/2/modifier/", "1/2/supprimer/"):
        talk.get(people.basile, rest, 403)
        talk.post(people.basile, rest, 403, body="Autre chose")
    talk.post(people.max, "1/2/retirer/", rendre="1")
    assert "Une insulte." in talk.get(people.alice, "1/")
    assert Post.objects.get(number=2).hidden_reason == ""


def test_moderators_withdraw_a_thread_and_bring_it_back(talk: Talk, people: Editors) -> None:
    talk.open(people.basile, "Un mot.", title="Un titre injurieux")
    talk.post(people.mona, "1/retirer/", reason="Injure")
    for user in (people.alice, people.basile):
        assert "injurieux" not in talk.get(user)
        html = talk.get(user, "1/", 410)
        assert "retirée par la modération" in html
        assert "injurieux" not in html
        for rest in ("1/1/modifier/", "1/1/supprimer/"):
            talk.post(user, rest, 404, body="x")
        kept = talk.post(user, "1/", 410, body="Un long message").content.decode()
        assert "Un long message" in kept
    assert "injurieux" in talk.get(people.max)
    assert "Motif" in talk.get(people.max, "1/")
    talk.post(people.max, "1/", 200, body="x")
    assert Post.objects.count() == 1
    talk.post(people.max, "1/retirer/", rendre="1")
    assert "injurieux" in talk.get(people.alice)


def test_a_thread_whose_first_message_is_withdrawn_is_not_named_by_it(
    talk: Talk, people: Editors
) -> None:
    thread = talk.open(people.basile, "Une insulte.")
    talk.reply(people.alice, thread, "Non.")
    talk.post(people.mona, "1/1/retirer/", reason="Injure")
    for rest in ("", "1/"):
        html = talk.get(people.alice, rest)
        assert "Une insulte." not in html
        assert "Discussion 1" in html


@pytest.mark.parametrize("rest", ["1/retirer/", "1/1/retirer/"])
def test_nobody_else_withdraws_or_brings_back(talk: Talk, people: Editors, rest: str) -> None:
    talk.open(people.basile)
    for user in (people.alice, people.basile):
        talk.get(user, rest, 403)
        talk.post(user, rest, 403, reason="x")
        talk.post(user, rest, 403, rendre="1")
        assert "retirer/" not in talk.get(user, "1/")


def test_others_messages_are_neither_changed_nor_deleted(talk: Talk, people: Editors) -> None:
    thread = talk.open(people.alice, "Un mot.")
    for user in (people.adele, people.basile, people.mona, people.root):
        for rest in ("1/1/modifier/", "1/1/supprimer/"):
            assert "Un mot." not in talk.get(user, rest, 403)
            talk.post(user, rest, 403, body="Détourné")
    assert thread.posts.get().body == "Un mot."


def test_numbers_lead_nowhere_below_another_page(talk: Talk, people: Editors) -> None:
    talk.open(people.alice, "Ici.")
    other = Talk(people.published("Une autre page", people.basile, people.brest))
    other.open(people.basile, "Là.")
    second = other.open(people.basile, "Là encore.")
    for rest in (
        "2/",
        "2/1/modifier/",
        "2/1/supprimer/",
        "2/1/retirer/",
        "2/retirer/",
        "1/2/modifier/",
    ):
        talk.get(people.mona, rest, 404)
        talk.post(people.mona, rest, 404, body="x", reason="x", rendre="1")
    talk.post(people.mona, "2/etat/", 404, action="lock")
    second.refresh_from_db()
    assert (second.locked_at, second.hidden_at) == (None, None)
    assert "Là." not in talk.get(people.basile, "1/")
    assert "Ici." not in seen(other.post(people.basile, "1/1/modifier/", 200, body=""))
