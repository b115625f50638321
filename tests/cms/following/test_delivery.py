"""Who is told of what, once, and what it costs however many follow."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from cms.following import delivery, sending
from cms.following.announcing import silence
from cms.following.models import Correspondent, Follow, Notification
from cms.following.people import correspondent_at, correspondent_of
from cms.following.sending import Report
from cms.models.versions import PublishedVersion
from tests.builders import make_poitiers
from tests.cms.editors import Editors
from tests.cms.following.followers import account, add, text, update, visitor
from tests.services.post_office import Clock, PostOffice

pytestmark = pytest.mark.django_db
Running = Callable[[], Report]
DAY = timedelta(days=1)


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
