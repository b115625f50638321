"""When mails leave, what they say, and what a broken mail server changes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cms.following import delivery, sending
from cms.following.announcing import announce
from cms.following.changing import change_general_rhythm, confirm, stop_all
from cms.following.models import Correspondent, Event, Follow
from cms.following.rhythm import Rhythm
from cms.following.sending import Report
from cms.models.versions import PublishedVersion
from tests.cms.editors import Editors
from tests.cms.following.followers import account, text, update, visitor
from tests.services.post_office import Clock, PostOffice

pytestmark = pytest.mark.django_db
Running = Callable[[], Report]
DAY = timedelta(days=1)


# --- When


@pytest.mark.parametrize(
    ("rhythm", "moment", "due"),
    [
        ("immediat", "2026-11-27 10:00", "2026-11-27 10:00"),
        ("quotidien", "2026-11-27 10:00", "2026-11-28 07:00"),
        ("quotidien", "2026-11-27 06:59", "2026-11-27 07:00"),
        ("hebdomadaire", "2026-11-27 10:00", "2026-11-30 07:00"),
        ("hebdomadaire", "2026-11-30 06:00", "2026-11-30 07:00"),
        ("hebdomadaire", "2026-11-30 07:00", "2026-12-07 07:00"),
        ("hebdomadaire", "2026-10-24 12:00", "2026-10-26 07:00"),
        ("site", "2026-11-27 10:00", None),
    ],
)
def test_a_rhythm_says_when_a_mail_is_due(rhythm: str, moment: str, due: str | None) -> None:
    at = timezone.make_aware(datetime.fromisoformat(moment))
    expected = due and timezone.make_aware(datetime.fromisoformat(due))
    assert Rhythm(rhythm).due_at(at) == expected


def test_a_digest_gathers_what_happened_in_its_period(
    world: Editors, run: Running, post: PostOffice, clock: Clock
) -> None:
    first, second = world.published("Capteurs", world.alice), world.published("Eau", world.alice)
    run()
    visitor("camille@ville.fr", f"page:{first.pk}", f"page:{second.pk}", rhythm="quotidien")
    update(first, world.alice)
    update(second, world.alice)
    run()
    assert post.mails == []
    clock.turn(DAY)
    run()
    assert post.mails[0]["Subject"] == "2 nouvelles de ce que vous suivez sur DataCités"
    assert "Capteurs" in text(post)
    assert "Eau" in text(post)


def test_after_a_mail_the_next_waits_an_hour(
    world: Editors, run: Running, post: PostOffice, clock: Clock
) -> None:
    case = world.published("Capteurs", world.alice)
    run()
    visitor("camille@ville.fr", f"page:{case.pk}")
    for _edit in range(5):
        update(case, world.alice)
        run()
    assert len(post.mails) == 1
    clock.turn(timedelta(hours=1, minutes=1))
    run()
    assert len(post.mails) == 2
    assert "4 nouvelles" in post.mails[1]["Subject"]


def test_stopping_leaves_nothing_to_send(
    world: Editors, run: Running, post: PostOffice, clock: Clock
) -> None:
    case = world.published("Capteurs", world.alice)
    run()
    reader = visitor("camille@ville.fr", f"page:{case.pk}", rhythm="quotidien")
    update(case, world.alice)
    delivery.deliver_events()
    stop_all(reader)
    stop_all(reader)
    clock.turn(8 * DAY)
    update(case, world.alice)
    run()
    assert post.mails == []
    assert not Follow.objects.exists()
    Correspondent.objects.update(created_at=timezone.now() - 30 * DAY)
    run()
    assert not Correspondent.objects.filter(email="camille@ville.fr").exists()


def test_an_account_without_mails_is_told_in_the_site(
    world: Editors, run: Running, post: PostOffice
) -> None:
    case = world.published("Capteurs", world.alice)
    run()
    reader = account(world.basile, f"page:{case.pk}")
    change_general_rhythm(reader, "site")
    update(case, world.alice)
    run()
    assert post.mails == []
    assert reader.notifications.count() == 1


def test_who_asks_again_after_stopping_is_written_to_again(
    world: Editors, run: Running, post: PostOffice
) -> None:
    case = world.published("Capteurs", world.alice)
    run()
    reader = visitor("camille@ville.fr", f"page:{case.pk}")
    stop_all(reader)
    asked = Follow.objects.create(correspondent=reader, topic=f"page:{case.pk}", rhythm="immediat")
    confirm(asked, timezone.now())
    update(case, world.alice)
    run()
    assert len(post.mails) == 1


# --- The mail


def test_mails_can_be_stopped_in_one_click_from_the_mail_program(
    world: Editors, run: Running, post: PostOffice
) -> None:
    case = world.published("Capteurs", world.alice)
    run()
    reader = visitor("camille@ville.fr", f"page:{case.pk}")
    update(case, world.alice)
    run()
    mail = post.mails[0]
    assert mail["List-Unsubscribe"].strip() == f"<http://localhost/suivi/{reader.token}/arreter/>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_a_title_cannot_add_a_header(world: Editors, run: Running, post: PostOffice) -> None:
    case = world.published("Capteurs", world.alice)
    run()
    visitor("camille@ville.fr", f"page:{case.pk}")
    event = announce("published", by=None, page=case, subject_id=None)
    PublishedVersion.objects.filter(page=case).update(title="Eau\r\nBcc: tous@ville.fr", number=2)
    Event.objects.filter(pk=event.pk).update(subject_id=PublishedVersion.objects.get(page=case).pk)
    run()
    assert post.recipients == ["camille@ville.fr"]
    assert post.mails[0]["Bcc"] is None
    assert "Bcc: tous@ville.fr" in post.mails[0]["Subject"]


def test_a_refused_address_waits_longer_each_time_and_the_others_do_not(
    world: Editors, run: Running, post: PostOffice, clock: Clock
) -> None:
    case = world.published("Capteurs", world.alice)
    run()
    visitor("camille@ville.fr", f"page:{case.pk}")
    visitor("dominique@ville.fr", f"page:{case.pk}")
    post.refused = {"camille@ville.fr"}
    update(case, world.alice)
    assert run().kept == 1
    assert post.recipients == ["dominique@ville.fr"]
    assert run().kept == 0
    clock.turn(timedelta(hours=1, minutes=1))
    post.refused = set()
    run()
    assert post.recipients == ["dominique@ville.fr", "camille@ville.fr"]


def test_a_run_killed_after_a_mail_left_repeats_only_that_mail(
    world: Editors,
    run: Running,
    post: PostOffice,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = world.published("Capteurs", world.alice)
    run()
    visitor("camille@ville.fr", f"page:{case.pk}")
    visitor("dominique@ville.fr", f"page:{case.pk}")
    update(case, world.alice)

    def killed(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sending, "record", killed)
        with pytest.raises(KeyboardInterrupt):
            run()
    clock.turn(timedelta(minutes=16))
    run()
    assert post.recipients == ["camille@ville.fr", "camille@ville.fr", "dominique@ville.fr"]
    assert post.mails[0]["Message-ID"] == post.mails[1]["Message-ID"]


def test_an_event_that_cannot_be_told_does_not_keep_the_others_waiting(
    world: Editors, run: Running, post: PostOffice
) -> None:
    case = world.published("Capteurs", world.alice)
    run()
    visitor("camille@ville.fr", f"page:{case.pk}")
    announce("unknown-kind", by=None, page=case)
    update(case, world.alice)
    run()
    assert len(post.mails) == 1
