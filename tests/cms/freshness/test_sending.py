"""Who is asked, when, in how many mails."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from casestudies.models import CaseStudyPage
from cms.following.models import Correspondent
from cms.freshness import sending
from cms.freshness.answers import choose_date
from cms.freshness.links import stop_url
from cms.freshness.models import Freshness, NoReminder, Reminder
from cms.freshness.sending import Report, Run
from cms.mailing.courier import Courier, Outcome
from tests.cms.editors import Editors

pytestmark = pytest.mark.django_db


def run(in_days: int = 0) -> Report:
    return Run(clock=lambda: timezone.now() + timedelta(days=in_days))()


def recipients() -> list[str]:
    return sorted(message.to[0].partition("@")[0] for message in mail.outbox)


def told() -> str:
    return str(mail.outbox[-1].body)


def test_the_author_is_asked_thirty_days_before(
    case: CaseStudyPage, due_in: Callable[..., date]
) -> None:
    due_in(case, 31)
    run()
    assert not mail.outbox
    due_in(case, 30)
    run()
    assert recipients() == ["alice"]
    assert mail.outbox[0].subject == "Toujours exact ? Compter les vélos"
    assert "Toujours exact :" in told()
    assert "À revoir :" in told()


def test_the_organization_is_asked_a_fortnight_later_and_the_author_not_again(
    case: CaseStudyPage, due_in: Callable[..., date]
) -> None:
    due_in(case, 30)
    run()
    run(13)
    assert recipients() == ["alice"]
    run(14)
    assert recipients() == ["adele", "alice"]
    run(60)
    run(300)
    assert len(mail.outbox) == 2


def test_one_mail_lists_all_pages_of_a_person(
    world: Editors, case: CaseStudyPage, due_in: Callable[..., date]
) -> None:
    other = world.published("Mesurer le bruit", world.alice)
    theirs = world.published("Peser les déchets", world.basile, world.brest)
    for page in (case, other, theirs):
        due_in(page, 10)
    run()
    assert recipients() == ["alice", "basile"]
    (to_alice,) = [message for message in mail.outbox if message.to == [world.alice.email]]
    assert "2 pages à confirmer" in to_alice.subject
    assert "Mesurer le bruit" in str(to_alice.body)
    assert "Peser les déchets" not in str(to_alice.body)


def test_the_link_of_the_mail_answers(
    client: Client, case: CaseStudyPage, due_in: Callable[..., date]
) -> None:
    due_in(case, 10)
    run()
    address = re.search(r"http://localhost(/a-confirmer/reponse/\S+=exact)", told())
    assert address
    client.post(address[1], {"reponse": "exact"})
    assert Freshness.objects.get(page_id=case.pk).confirmed_at
    run(14)
    assert len(mail.outbox) == 1


def test_where_the_author_is_gone_the_organization_is_asked_at_once(
    world: Editors, case: CaseStudyPage, due_in: Callable[..., date]
) -> None:
    due_in(case, 10)
    world.alice.is_active = False
    world.alice.save()
    run()
    assert recipients() == ["adele"]


def test_an_author_who_left_the_organization_is_not_asked(
    world: Editors, case: CaseStudyPage, due_in: Callable[..., date]
) -> None:
    due_in(case, 10)
    world.alice.groups.clear()
    run()
    assert recipients() == ["adele"]


def test_who_wants_no_mail_gets_none(
    world: Editors, case: CaseStudyPage, due_in: Callable[..., date]
) -> None:
    due_in(case, 10)
    Correspondent.objects.create(user=world.alice, rhythm="site")
    NoReminder.objects.create(user=world.adele)
    run()
    run(14)
    assert not mail.outbox
    assert Freshness.objects.get(page_id=case.pk).asked_organisation_at


def test_pages_to_be_revised_withdrawn_or_confirmed_meanwhile_are_not_asked_about(
    world: Editors, case: CaseStudyPage, due_in: Callable[..., date], monkeypatch
) -> None:
    other, gone = (world.published(title, world.alice) for title in ("Deux", "Trois"))
    due_in(case, 10, to_review_since=timezone.now())
    due_in(gone, 10)
    due_in(other, 10)
    gone.unpublish()
    written = sending.write_reminders

    def then_confirmed(now: object) -> int:
        count = written(now)
        due_in(other, 300)
        return count

    monkeypatch.setattr(sending, "write_reminders", then_confirmed)
    run()
    assert not mail.outbox
    assert not Reminder.objects.filter(sent_at=None).exists()


def test_another_date_is_asked_about_anew(case: CaseStudyPage, due_in: Callable[..., date]) -> None:
    due_in(case, 10)
    run()
    choose_date(case, timezone.localdate() + timedelta(days=20))
    run()
    run()
    assert recipients() == ["alice", "alice"]


def test_programs_are_told_that_a_program_wrote_and_how_to_stop(
    client: Client, world: Editors, case: CaseStudyPage, due_in: Callable[..., date]
) -> None:
    due_in(case, 10)
    run()
    headers = mail.outbox[0].extra_headers
    address = headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"
    raw = b" ".join(mail.outbox[0].message().as_bytes().split())
    assert f"List-Unsubscribe: <http://localhost{address}>".encode() in raw, "as it is, not encoded"
    assert "Ne plus recevoir ces demandes" in client.get(address).content.decode()
    assert not NoReminder.objects.exists()
    strict = Client(enforce_csrf_checks=True)
    for _twice in range(2):
        response = strict.post(address, {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
        assert not response.cookies
    assert NoReminder.objects.get().user == world.alice
    assert "Recevoir de nouveau" in client.get(address).content.decode()
    strict.post(address, {"rappels": "oui"})
    assert not NoReminder.objects.exists()


def test_a_forged_way_to_stop_stops_nobody(client: Client, world: Editors) -> None:
    address = stop_url(world.alice).removeprefix("http://localhost")
    forged = address.replace(address.split("/")[3][:4], "AAAA")
    for path in (forged, "/a-confirmer/rappels/1234567890/"):
        assert client.post(path).status_code == 404
    assert not NoReminder.objects.exists()


# --- Failures


def test_a_killed_run_repeats_one_mail_at_most(
    world: Editors, case: CaseStudyPage, due_in: Callable[..., date], monkeypatch
) -> None:
    theirs = world.published("Peser les déchets", world.basile, world.brest)
    for page in (case, theirs):
        due_in(page, 10)
    deliver = Courier.deliver

    def die(self: Courier, message: EmailMessage) -> Outcome:
        deliver(self, message)
        raise KeyboardInterrupt

    monkeypatch.setattr(Courier, "deliver", die)
    with pytest.raises(KeyboardInterrupt):
        run()
    monkeypatch.setattr(Courier, "deliver", deliver)
    assert recipients() == ["alice"]
    run()
    assert recipients() == ["alice", "basile"], "the held one is left alone"
    run(1)
    run(1)
    assert recipients() == ["alice", "alice", "basile"]


def test_a_run_beside_another_sends_nothing_twice(
    case: CaseStudyPage, due_in: Callable[..., date], monkeypatch
) -> None:
    due_in(case, 10)
    deliver = Courier.deliver

    def meanwhile(self: Courier, message: EmailMessage) -> Outcome:
        monkeypatch.setattr(Courier, "deliver", deliver)
        run()
        return deliver(self, message)

    monkeypatch.setattr(Courier, "deliver", meanwhile)
    run()
    assert recipients() == ["alice"]


def test_a_server_that_is_away_makes_all_wait(
    world: Editors, case: CaseStudyPage, due_in: Callable[..., date], monkeypatch
) -> None:
    due_in(case, 10)
    monkeypatch.setattr("cms.mailing.courier.GIVE_UP_AWAY", 1)

    def away(self: object, messages: object) -> int:
        raise OSError

    backend = "django.core.mail.backends.locmem.EmailBackend.send_messages"
    with monkeypatch.context() as patch:
        patch.setattr(backend, away)
        with pytest.raises(CommandError):
            call_command("freshness", stdout=StringIO())
    assert not mail.outbox
    run()
    assert recipients() == ["alice"]


def test_an_address_refused_five_times_is_left_alone(
    case: CaseStudyPage, due_in: Callable[..., date], monkeypatch
) -> None:
    due_in(case, 10)
    tried = []

    def refuse(self: Courier, message: EmailMessage) -> Outcome:
        tried.append(message)
        return Outcome.REFUSED

    monkeypatch.setattr(Courier, "deliver", refuse)
    for day in range(8):
        run(day)
    assert len(tried) == 5


def test_the_command_says_what_it_did_without_addresses(
    case: CaseStudyPage, due_in: Callable[..., date]
) -> None:
    due_in(case, 10)
    out = StringIO()
    call_command("freshness", stdout=out)
    assert "1 message(s) envoyé(s)" in out.getvalue()
    assert "@" not in out.getvalue()


def test_a_long_list_is_cut_and_counted(world: Editors, monkeypatch) -> None:
    monkeypatch.setattr(sending, "MAX_LISTED", 2)
    for number in range(4):
        world.published(f"Expérience {number}", world.alice)
    Freshness.objects.update(due_on=timezone.localdate())
    run()
    assert "4 pages à confirmer" in mail.outbox[0].subject
    assert told().count("Toujours exact :") == 2
    assert "2 autres vous attendent sur votre bureau" in told()
    run()
    assert len(mail.outbox) == 1


def test_what_belongs_to_no_partner_is_asked_of_moderators(world: Editors) -> None:
    from cms.models import StandardPage

    page = StandardPage(title="À propos", slug="a-propos")
    world.home.add_child(instance=page)
    page.save_revision().publish()
    Freshness.objects.update(due_on=timezone.localdate())
    run()
    assert recipients() == ["max", "mona"]
