"""Mails of the review: who gets which, in French, and what a broken mail server changes: nothing."""

import smtplib
import socket
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.test import override_settings

from cms.models.workflow import version_token
from tests.cms.editors import Editors

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def commits(django_capture_on_commit_callbacks: Any) -> Any:
    """Run what waits for the commit."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def recipients() -> set[str]:
    assert all(len(message.recipients()) == 1 for message in mail.outbox)
    return {message.recipients()[0] for message in mail.outbox}


def approve(state: Any, user: Any, comment: str = "") -> Any:
    page = state.workflow_state.content_object
    return state.task.specific.on_action(
        state, user, "approve", comment=comment, seen=version_token(page.get_latest_revision())
    )


def test_moderators_are_told_of_a_submission_and_nobody_else(world: Editors, commits: Any) -> None:
    with commits():
        _page, state = world.submitted("Capteurs", world.alice)
    assert recipients() == {"mona@example.fr", "max@example.fr"}
    message = mail.outbox[0]
    assert message.subject == "À relire : « Capteurs » (Ville d'Antony)"
    assert "Alice Test (Ville d'Antony) envoie un texte en relecture" in message.body
    assert f"/gestion/relecture/{state.pk}/" in message.body
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


def test_a_moderator_who_wrote_is_not_asked_to_review(world: Editors, commits: Any) -> None:
    with commits():
        world.submitted("De ma plume", world.mona)
    assert recipients() == {"max@example.fr"}


def test_the_author_is_told_why_a_text_comes_back(world: Editors, commits: Any) -> None:
    page, state = world.submitted("Capteurs", world.alice)
    with commits():
        state.task.specific.on_action(
            state, world.mona, "reject", comment="Il manque le coût & la durée."
        )
    assert recipients() == {"alice@example.fr"}
    message = mail.outbox[0]
    assert message.subject == "À reprendre : « Capteurs »"
    assert "Bonjour Alice," in message.body
    assert "Mona Test a relu votre texte" in message.body
    assert "Il manque le coût & la durée." in message.body
    assert f"/gestion/pages/{page.pk}/edit/" in message.body


def test_the_author_is_told_of_the_publication(world: Editors, commits: Any) -> None:
    page, state = world.submitted("Capteurs", world.alice)
    with commits():
        approve(state, world.mona, "Merci !")
    assert recipients() == {"alice@example.fr"}
    assert mail.outbox[0].subject == "En ligne : « Capteurs »"
    assert "Merci !" in mail.outbox[0].body
    page.refresh_from_db()
    assert page.full_url in mail.outbox[0].body


def test_a_colleague_who_took_over_is_told_too(world: Editors, commits: Any) -> None:
    page = world.case("Capteurs", world.alice)
    text = page.get_latest_revision_as_object()
    text.save_revision(user=world.adele)
    state = page.get_workflow().start(page, world.adele).current_task_state
    with commits():
        state.task.specific.on_action(state, world.mona, "reject", comment="À revoir.")
    assert recipients() == {"alice@example.fr", "adele@example.fr"}


def test_deactivated_accounts_and_those_who_left_get_nothing(world: Editors, commits: Any) -> None:
    _page, state = world.submitted("Capteurs", world.alice)
    world.max.is_active = False
    world.max.save()
    with commits():
        state.task.specific.on_action(state, world.mona, "reject", comment="À revoir.")
        world.alice.groups.clear()
        world.alice.groups.add(world.brest.group)
    assert recipients() == set()
    with commits():
        world.submitted("Autre", world.adele)
    assert recipients() == {"mona@example.fr"}


def test_nothing_leaves_before_the_commit(
    world: Editors, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        world.submitted("Capteurs", world.alice)
    assert mail.outbox == []
    assert len(callbacks) >= 1


def test_preferences_are_kept(world: Editors, commits: Any) -> None:
    from wagtail.users.models import UserProfile

    profile = UserProfile.get_for_user(world.max)
    profile.submitted_notifications = False
    profile.save()
    with commits():
        world.submitted("Capteurs", world.alice)
    assert recipients() == {"mona@example.fr"}


@pytest.mark.parametrize(
    "title",
    [
        "Titre\r\nBcc: victime@example.org",
        "Titre\nX-Pirate: oui",
        "=?utf-8?q?a=2C?= <x@example.org>, b",
        "a" * 250,
        "\u2028B\u0085c",
    ],
)
def test_a_title_never_becomes_a_header(world: Editors, title: str, commits: Any) -> None:
    page = world.case("Capteurs", world.alice)
    type(page).objects.filter(pk=page.pk).update(title=title, draft_title=title)
    page.refresh_from_db()
    with commits():
        page.get_workflow().start(page, world.alice)
    assert len(mail.outbox) == 2
    sent = message_from_bytes(mail.outbox[0].message().as_bytes(), policy=default)
    assert set(sent.keys()) == {
        "Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To", "Date", "Message-ID",
        "Auto-Submitted", "X-Auto-Response-Suppress",
    }  # fmt: skip
    assert sent["To"] in {"mona@example.fr", "max@example.fr"}
    assert len(mail.outbox[0].subject) <= 150


class Broken:
    """A mail server that is not there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPServerDisconnected("gone")


def test_a_mail_that_fails_changes_nothing(
    world: Editors, caplog: Any, commits: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cms.notifications.get_connection", Broken)
    page, state = world.submitted("Capteurs", world.alice)
    with commits():
        assert approve(state, world.mona) is None
    page.refresh_from_db()
    assert page.live
    assert "no mail server" in caplog.text


def test_one_refused_recipient_does_not_silence_the_others(
    world: Editors, commits: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    class Picky(Broken):
        def send_messages(self, messages: Any) -> int:
            to = messages[0].to[0]
            if to.startswith("mona"):
                raise smtplib.SMTPRecipientsRefused({to: (550, b"no such user")})
            sent.append(to)
            return 1

    monkeypatch.setattr("cms.notifications.get_connection", Picky)
    with commits():
        world.submitted("Capteurs", world.alice)
    assert sent == ["max@example.fr"]


class Inbox:
    """Keeps what the server receives."""

    def __init__(self) -> None:
        self.received: list[tuple[list[str], Any]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.received.append(
            (envelope.rcpt_tos, message_from_bytes(envelope.content, policy=default))
        )
        return "250 OK"


def test_a_real_server_receives_what_was_meant(world: Editors, commits: Any) -> None:
    inbox = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        page = world.case("Capteurs d'éclairage — « à l'œuvre »", world.alice)
        state = page.get_workflow().start(page, world.alice).current_task_state
        with (
            override_settings(
                EMAIL_BACKEND=SMTP, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, EMAIL_USE_TLS=False
            ),
            commits(),
        ):
            state.task.specific.on_action(
                state, world.mona, "reject", comment="Précisez l'année.\n.\nMerci."
            )
    finally:
        controller.stop()
    assert [to for to, _message in inbox.received] == [["alice@example.fr"]]
    message = inbox.received[0][1]
    assert message["Subject"].strip() == "À reprendre : « Capteurs d'éclairage — « à l'œuvre » »"
    assert "Précisez l'année.\n.\nMerci." in message.get_content().replace("\r\n", "\n")
