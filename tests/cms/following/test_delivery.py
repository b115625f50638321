"""Who is told of what, how often, when, and what a broken mail server changes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from casestudies.models import CaseStudyPage
from cms.following import delivery, sending
from cms.following.announcing import announce, silence
from cms.following.changing import change_general_rhythm, confirm, stop_all
from cms.following.models import Correspondent, Event, Follow, Notification
from cms.following.people import correspondent_at, correspondent_of
from cms.following.rhythm import Rhythm
from cms.following.sending import Report
from cms.models.versions import PublishedVersion
from tests.builders import make_poitiers
from tests.cms.editors import Editors
from tests.cms.following.followers import account, add, visitor
from tests.services.post_office import Clock, PostOffice

pytestmark = pytest.mark.django_db
Running = Callable[[], Report]
DAY = timedelta(days=1)


def update(page: CaseStudyPage, by: Any, summary: str = "Le coût est précisé.") -> None:
    """Publish a new version."""
    page = CaseStudyPage.objects.get(pk=page.pk)
    page.approach = f"<p>Un récit {PublishedVersion.objects.count()}.</p>"
    page.change_summary = summary
    page.save_revision(user=by).publish(user=by, skip_permission_checks=True)


def text(post: PostOffice, number: int = -1) -> str:
    return " ".join(str(post.mails[number].get_body(("plain",)).get_content()).split())


# --- Who


def test_followers_of_a_page_are_told_of_its_new_version(
    world: Editors, run: Running, post: PostOffice
) -> None:
    case = world.published("Capteurs", world.alice)
    visitor("camille@ville.fr", f"page:{case.pk}")
    run()
    update(case, world.alice)
    run()
    assert post.recipients == ["camille@ville.fr"]
    assert post.mails[0]["Subject"].strip() == "Ville d’Antony met à jour « Capteurs »"
    assert "Le coût est précisé." in text(post)
    assert f"{case.get_url()}historique/1/2/" in text(post)


@pytest.mark.parametrize("what", ["partner", "theme", "territory", "region"])
def test_followers_of_what_a_case_is_about_are_told_of_it(
    world: Editors, run: Running, post: PostOffice, what: str
) -> None:
    poitiers = make_poitiers()
    topic = {
        "partner": f"partner:{world.antony.pk}",
        "theme": f"theme:{world.theme.identifier}",
        "territory": f"territory:{poitiers.code}",
        "region": "territory:reg:75",
    }[what]
    visitor("camille@ville.fr", topic)
    case = world.case("Capteurs", world.alice)
    case.case_territories = [type(case.case_territories.first())(territory=poitiers)]
    case.save_revision(user=world.alice).publish()
    run()
    assert post.recipients == ["camille@ville.fr"]
    assert post.mails[0]["Subject"] == "Ville d’Antony publie « Capteurs »"


def test_nobody_is_told_of_their_own_acts(world: Editors, run: Running, post: PostOffice) -> None:
    case = world.published("Capteurs", world.alice)
    account(world.alice, f"page:{case.pk}")
    account(world.adele, f"page:{case.pk}")
    run()
    update(case, world.alice)
    run()
    assert post.recipients == ["adele@example.fr"]


def test_one_event_is_one_mail_however_many_ways_it_is_followed(
    world: Editors, run: Running, post: PostOffice
) -> None:
    case = world.published("Capteurs", world.alice)
    run()
    reader = visitor("camille@ville.fr", f"page:{case.pk}", f"partner:{world.antony.pk}")
    add(reader, f"theme:{world.theme.identifier}", rhythm="hebdomadaire")
    update(case, world.alice)
    for _time in range(3):
        run()
    assert post.recipients == ["camille@ville.fr"]
    assert Notification.objects.filter(correspondent=reader).count() == 1


def test_what_commands_publish_is_told_to_nobody(
    world: Editors, run: Running, post: PostOffice
) -> None:
    case = world.published("Capteurs", world.alice)
    run()
    visitor("camille@ville.fr", f"page:{case.pk}")
    with silence():
        update(case, world.alice)
    run()
    assert post.mails == []


def test_an_unconfirmed_follow_or_an_account_out_of_use_is_told_nothing(
    world: Editors, run: Running, post: PostOffice
) -> None:
    case = world.published("Capteurs", world.alice)
    run()
    asked = correspondent_at("camille@ville.fr")
    Follow.objects.create(correspondent=asked, topic=f"page:{case.pk}")
    account(world.basile, f"page:{case.pk}")
    world.basile.is_active = False
    world.basile.save()
    update(case, world.alice)
    run()
    assert post.mails == []


def test_a_page_closed_meanwhile_is_told_only_to_those_who_may_read_it(
    world: Editors, run: Running, post: PostOffice
) -> None:
    case = world.published("Capteurs", world.alice)
    run()
    visitor("camille@ville.fr", f"page:{case.pk}")
    account(world.basile, f"page:{case.pk}")
    account(world.adele, f"page:{case.pk}")
    update(case, world.alice)
    delivery.deliver_events()
    closed = PageViewRestriction.objects.create(
        page=Page.objects.get(pk=case.pk), restriction_type="groups"
    )
    closed.groups.add(world.antony.group)
    run()
    assert post.recipients == ["adele@example.fr"]
    closed.delete()
    run()
    assert post.recipients == ["adele@example.fr"]


def test_a_withdrawn_version_is_told_to_nobody(
    world: Editors, run: Running, post: PostOffice
) -> None:
    case = world.published("Capteurs", world.alice)
    run()
    visitor("camille@ville.fr", f"page:{case.pk}")
    update(case, world.alice, "Le mot de trop")
    PublishedVersion.objects.filter(page=case).update(hidden_at=timezone.now())
    run()
    assert post.mails == []


def test_what_an_address_confirmed_as_a_visitor_becomes_that_of_its_account(
    world: Editors, run: Running, post: PostOffice
) -> None:
    case = world.published("Capteurs", world.alice)
    run()
    visitor("basile@example.fr", f"page:{case.pk}")
    assert correspondent_of(world.basile).follows.count() == 1
    update(case, world.alice)
    run()
    assert post.recipients == ["basile@example.fr"]


def test_what_was_published_behind_a_restriction_is_not_told_once_it_is_gone(
    world: Editors, run: Running, post: PostOffice
) -> None:
    case = world.published("Capteurs", world.alice)
    run()
    closed = PageViewRestriction.objects.create(
        page=Page.objects.get(pk=case.pk), restriction_type="login"
    )
    visitor("camille@ville.fr", f"page:{case.pk}")
    update(case, world.alice, "Le mot fermé")
    closed.delete()
    run()
    assert post.mails == []


def test_two_runs_at_once_send_one_mail(
    world: Editors, run: Running, post: PostOffice, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    case = world.published("Capteurs", world.alice)
    run()
    for rank in range(3):
        visitor(f"p{rank}@ville.fr", f"page:{case.pk}")
    update(case, world.alice)
    delivery.deliver_events()
    read = sending.notifications_for

    def read_then_another_runs(*args: Any) -> Any:
        found = read(*args)
        monkeypatch.setattr(sending, "notifications_for", read)
        sending.Run(clock)()
        return found

    monkeypatch.setattr(sending, "notifications_for", read_then_another_runs)
    sending.Run(clock)()
    assert sorted(post.recipients) == ["p0@ville.fr", "p1@ville.fr", "p2@ville.fr"]
    assert not Correspondent.objects.exclude(held_until=None).exists()


def test_with_the_page_its_followers_are_forgotten(
    world: Editors, run: Running, post: PostOffice
) -> None:
    case = world.published("Capteurs", world.alice)
    visitor("camille@ville.fr", f"page:{case.pk}")
    Correspondent.objects.update(created_at=timezone.now() - 30 * DAY)
    Page.objects.get(pk=case.pk).delete()
    run()
    assert not Correspondent.objects.filter(email="camille@ville.fr").exists()


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


# --- How much it costs


def followers(count: int, topic: str) -> None:
    now = timezone.now()
    people = Correspondent.objects.bulk_create(
        Correspondent(email=f"p{rank}@ville.fr", confirmed_at=now, rhythm="immediat")
        for rank in range(count)
    )
    Follow.objects.bulk_create(
        Follow(correspondent=person, topic=topic, confirmed_at=now) for person in people
    )


def queries_of(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        act()
    return len(captured)


def test_publishing_costs_the_same_whoever_follows(world: Editors, run: Running) -> None:
    case = world.published("Capteurs", world.alice)
    update(case, world.alice)
    alone = queries_of(lambda: update(case, world.alice))
    followers(3000, f"page:{case.pk}")
    assert queries_of(lambda: update(case, world.alice)) == alone


def test_delivery_costs_a_query_for_each_batch(world: Editors, run: Running) -> None:
    case = world.published("Capteurs", world.alice)
    run()
    followers(1200, f"page:{case.pk}")
    update(case, world.alice)
    assert queries_of(delivery.deliver_events) < 40
    assert Notification.objects.count() == 1200


def test_telling_costs_the_same_for_one_reader_or_a_hundred(
    world: Editors, run: Running, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = world.published("Capteurs", world.alice)
    run()
    followers(100, f"page:{case.pk}")
    update(case, world.alice)
    update(case, world.alice)
    delivery.deliver_events()
    monkeypatch.setattr(sending.Run, "_mail", lambda self, correspondent, items: True)
    assert queries_of(sending.Run(clock)) < 16
