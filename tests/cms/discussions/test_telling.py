"""Who is told of what is said, and what the mails hold."""

import pytest
from wagtail.models import PageViewRestriction

from casestudies.models import CaseStudyPage
from cms.following.delivery import deliver_events
from cms.following.models import Correspondent, Event, Notification
from cms.following.people import correspondent_of
from cms.following.sending import Run
from cms.following.telling import Teller
from cms.following.topics import find_topic
from cms.models import User
from tests.cms.discussions.talking import Talk
from tests.cms.editors import Editors
from tests.cms.following.followers import account, visitor
from tests.services.post_office import Clock, PostOffice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def publications_were_told(case: CaseStudyPage) -> None:
    deliver_events()
    Event.objects.all().delete()


def told(user: User) -> list[str]:
    """What somebody is told in the site, in order."""
    notifications = list(
        Notification.objects.filter(correspondent__user=user)
        .select_related("event", "correspondent__user")
        .order_by("event")
    )
    items = Teller(notifications).items(correspondent_of(user), notifications)
    return [f"{item.told.text} {item.told.url}" for item in items]


def test_those_who_are_called_who_wrote_the_page_and_who_take_part_are_told(
    talk: Talk, people: Editors
) -> None:
    thread = talk.open(people.basile, "Mot secret @adele.test", title="Les capteurs")
    deliver_events()
    opened = "Basile Test ouvre la discussion « Les capteurs » sur « Compter les vélos »"
    for user in (people.adele, people.alice):
        assert told(user) == [f"{opened} {talk.url}1/#message-1"]
    assert told(people.basile) == told(people.mona) == []
    talk.reply(people.mona, thread, "Encore @adele.test")
    deliver_events()
    deliver_events()
    answered = "Mona Test répond dans la discussion « Les capteurs » sur « Compter les vélos »"
    for user in (people.basile, people.alice, people.adele):
        assert told(user)[-1] == f"{answered} {talk.url}1/#message-2"
        assert "secret" not in str(told(user))
    assert told(people.mona) == []
    assert Notification.objects.filter(is_direct=False).count() == 0


def test_a_title_made_of_first_words_is_not_told(talk: Talk, people: Editors) -> None:
    talk.reply(people.mona, talk.open(people.basile, "Mot secret"))
    deliver_events()
    assert told(people.alice) == [
        f"Basile Test ouvre une discussion sur « Compter les vélos » {talk.url}1/#message-1",
        f"Mona Test répond dans une discussion sur « Compter les vélos » {talk.url}1/#message-2",
    ]


def test_followers_of_the_page_or_of_the_thread_are_told_once_if_they_have_an_account(
    talk: Talk, people: Editors
) -> None:
    topic = f"page:{talk.page.pk}"
    reader = visitor("lectrice@example.org", topic)
    account(people.mona, topic)
    thread = talk.open(people.basile)
    account(people.max, f"discussion:{thread.pk}")
    account(people.root, topic, f"discussion:{thread.pk}")
    talk.reply(people.alice, thread)
    deliver_events()
    assert [len(told(user)) for user in (people.mona, people.max, people.root)] == [2, 1, 1]
    assert not reader.notifications.exists()


def test_a_thread_is_a_topic_for_accounts_that_may_read_its_page(
    talk: Talk, people: Editors
) -> None:
    thread = talk.open(people.basile, "Un mot.")
    key = f"discussion:{thread.pk}"
    topic = find_topic(key, people.mona)
    assert topic
    assert (topic.label, topic.url) == ("Un mot.", f"{talk.url}1/")
    assert find_topic(key, None) is None
    for wrong in ("discussion:0", "discussion:x", "discussion:", "discussion:" + "9" * 30):
        assert find_topic(wrong, people.mona) is None
    assert f"sujet=discussion%3A{thread.pk}" in talk.get(people.mona, "1/")
    PageViewRestriction.objects.create(
        page=talk.page, restriction_type=PageViewRestriction.GROUPS
    ).groups.add(people.antony.group)
    assert find_topic(key, people.basile) is None
    assert find_topic(key, people.adele)
    talk.post(people.root, "1/retirer/", reason="x")
    assert find_topic(key, people.adele) is None


def test_what_was_withdrawn_deleted_or_closed_meanwhile_is_told_to_nobody(
    talk: Talk, people: Editors
) -> None:
    thread = talk.open(people.basile, "@mona.test")
    talk.reply(people.basile, thread, "@mona.test encore")
    deliver_events()
    assert len(told(people.mona)) == 2
    talk.post(people.max, "1/2/retirer/", reason="x")
    assert len(told(people.mona)) == 1
    talk.post(people.max, "1/2/retirer/", rendre="1")
    talk.post(people.max, "1/retirer/", reason="x")
    assert told(people.mona) == []
    talk.post(people.max, "1/retirer/", rendre="1")
    restriction = PageViewRestriction.objects.create(
        page=talk.page, restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.add(people.antony.group)
    assert told(people.mona) == []
    assert len(told(people.alice)) == 2
    restriction.delete()
    talk.post(people.basile, "1/1/supprimer/")
    talk.post(people.basile, "1/2/supprimer/")
    assert told(people.alice) == []


def test_what_is_hidden_before_it_is_delivered_concerns_nobody(talk: Talk, people: Editors) -> None:
    talk.open(people.basile, "@mona.test")
    talk.post(people.max, "1/retirer/", reason="x")
    deliver_events()
    assert not Notification.objects.exists()


def test_an_account_that_is_no_longer_in_use_is_not_written_to(talk: Talk, people: Editors) -> None:
    thread = talk.open(people.basile)
    people.basile.is_active = False
    people.basile.save()
    talk.reply(people.alice, thread, "@basile.test")
    deliver_events()
    assert not Correspondent.objects.filter(user=people.basile).exists()


def test_mails_hold_who_and_where_and_one_line_of_subject(
    talk: Talk, people: Editors, post: PostOffice, clock: Clock
) -> None:
    talk.open(
        people.basile,
        "Mot secret @adele.test https://a.example/secret",
        title="Capteurs\r\nBcc: x@evil.example\r\n\r\n<b>",
        quote="Passage secret",
    )
    deliver_events()
    Run(clock)()
    assert sorted(post.recipients) == ["adele@example.fr", "alice@example.fr"]
    for mail in post.mails:
        assert mail["Bcc"] is None
        subject = str(mail["Subject"])
        assert "\n" not in subject
        assert "Capteurs Bcc: x@evil.example" in subject
        words = str(mail.get_body(("plain",)).get_content())
        assert f"http://localhost{talk.url}1/#message-1" in words
        assert "secret" not in mail.as_string()
        assert "&lt;b&gt;" in str(mail.get_body(("html",)).get_content())


def test_telling_costs_the_same_for_one_message_or_for_many(
    talk: Talk, people: Editors, django_assert_max_num_queries
) -> None:
    thread = talk.open(people.basile)
    for number in range(25):
        talk.reply(people.basile, thread, f"Mot {number}")
    deliver_events()
    notifications = list(
        Notification.objects.filter(correspondent__user=people.alice).select_related(
            "event", "correspondent__user"
        )
    )
    assert len(notifications) == 26
    reader = correspondent_of(people.alice)
    with django_assert_max_num_queries(6):
        assert len(Teller(notifications).items(reader, notifications)) == 26
