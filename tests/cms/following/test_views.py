"""Pages of following: asking, confirming, managing, stopping; and links that lead nowhere."""

import re
import time
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from casestudies.models import CaseStudyPage
from casestudies.models.territories import TerritoryFormerCode
from cms.discussions.models import Thread
from cms.following.models import Correspondent, Follow
from cms.mailing.guard import SALT
from tests.builders import PASSWORD, make_partner, make_poitiers, make_territory, make_theme
from tests.cms.editors import Editors, signed_in
from tests.cms.following.followers import account, add, visitor
from tests.services.post_office import PostOffice

pytestmark = pytest.mark.django_db
ADDRESS = "camille@ville.fr"


@pytest.fixture
def case(world: Editors) -> CaseStudyPage:
    return world.published("Capteurs", world.alice)


def opened() -> str:
    return signing.TimestampSigner(salt=SALT).sign(str(int(time.time()) - 30))


def ask(client: Client, topic: str, **given: str) -> Any:
    data = {"email": ADDRESS, "rhythm": "quotidien", "opened": opened(), **given}
    return client.post(f"/suivre/?sujet={topic}", data)


def link(post: PostOffice) -> str:
    body = post.mails[-1].get_body(("plain",)).get_content()
    found = re.search(r"http://localhost(/suivi/\S+/)", body)
    assert found, body
    return found[1]


@pytest.mark.parametrize("what", ["page", "partner", "theme", "territory"])
def test_a_visitor_follows_once_confirmed(
    client: Client, world: Editors, case: CaseStudyPage, post: PostOffice, what: str
) -> None:
    topic = {
        "page": f"page:{case.pk}",
        "partner": f"partner:{world.antony.pk}",
        "theme": f"theme:{world.theme.identifier}",
        "territory": f"territory:{make_poitiers().code}",
    }[what]
    assert client.get("/suivre/", {"sujet": topic}).status_code == 200
    assert ask(client, topic).url == "/suivre/demande/"
    assert not Follow.objects.standing().exists()
    confirm = link(post)
    assert client.get(confirm).status_code == 200
    assert not Follow.objects.standing().exists()
    private = client.post(confirm).url
    assert [follow.topic for follow in Follow.objects.standing()] == [topic]
    assert "Ne plus suivre" in client.get(private).content.decode()


def test_confirming_again_changes_nothing(
    client: Client, case: CaseStudyPage, post: PostOffice
) -> None:
    ask(client, f"page:{case.pk}")
    confirm = link(post)
    client.post(confirm)
    before = Follow.objects.values().get()
    assert client.post(confirm).status_code == 302
    assert Follow.objects.values().get() == before


def test_asking_again_tells_the_mailbox_only(
    client: Client, case: CaseStudyPage, post: PostOffice
) -> None:
    reader = visitor(ADDRESS, f"page:{case.pk}")
    assert ask(client, f"page:{case.pk}", rhythm="immediat").url == "/suivre/demande/"
    assert f"/suivi/{reader.token}/" in post.mails[0].get_body(("plain",)).get_content()
    assert Follow.objects.get().rhythm == ""


@pytest.mark.parametrize(
    "topic",
    ["", "page:", "page:x", "page:999999999999999999999", "page:0", "nul:1", "theme:nul",
     "territory:insee:00000", "page:1\x00", "discussion:1", "partner:1"],
)  # fmt: skip
def test_what_cannot_be_followed_is_not_found(
    client: Client, case: CaseStudyPage, topic: str
) -> None:
    assert client.get("/suivre/", {"sujet": topic}).status_code in {400, 404}


def test_a_closed_page_is_not_named(client: Client, case: CaseStudyPage) -> None:
    reader = visitor(ADDRESS, f"page:{case.pk}")
    PageViewRestriction.objects.create(page=Page.objects.get(pk=case.pk), restriction_type="login")
    assert client.get("/suivre/", {"sujet": f"page:{case.pk}"}).status_code == 404
    html = client.get(f"/suivi/{reader.token}/").content.decode()
    assert "Capteurs" not in html
    assert "n’est plus public" in html


@pytest.mark.parametrize("end", ["", "arreter/"])
def test_a_forged_link_says_nothing(client: Client, end: str, world: Editors) -> None:
    response = client.get(f"/suivi/{uuid.uuid4()}/{end}")
    assert response.status_code == (200 if end else 404)
    assert "@" not in response.content.decode().partition("<main")[2].partition("</main")[0]


def test_a_link_that_was_never_confirmed_opens_nothing(
    client: Client, case: CaseStudyPage, post: PostOffice
) -> None:
    ask(client, f"page:{case.pk}")
    assert client.get(f"/suivi/{Correspondent.objects.get().token}/").status_code == 404
    confirm = link(post)
    Follow.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert client.get(confirm).status_code == 404
    assert client.post(confirm).status_code == 404


def test_the_link_of_an_account_asks_to_sign_in(client: Client, world: Editors) -> None:
    reader = account(world.alice)
    assert client.get(f"/suivi/{reader.token}/").url == "/suivi/"
    assert "/gestion/login/" in client.get("/suivi/").url


def test_stopping_asks_once_and_may_be_done_twice(client: Client, case: CaseStudyPage) -> None:
    reader = visitor(ADDRESS, f"page:{case.pk}")
    stop = f"/suivi/{reader.token}/arreter/"
    assert "Arrêter les messages" in client.get(stop).content.decode()
    assert Follow.objects.exists()
    strict = Client(enforce_csrf_checks=True)
    for _time in range(2):
        assert strict.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Follow.objects.exists()


def test_nobody_manages_what_another_follows(
    client: Client, world: Editors, case: CaseStudyPage
) -> None:
    mine, theirs = visitor(ADDRESS, f"page:{case.pk}"), visitor("autre@ville.fr", f"page:{case.pk}")
    other = theirs.follows.get()
    for action in ("stop", "rhythm"):
        client.post(
            f"/suivi/{mine.token}/", {"action": action, "follow": other.pk, "rhythm": "immediat"}
        )
    other.refresh_from_db()
    assert other.rhythm == ""


def test_an_account_follows_changes_and_stops(
    client: Client, world: Editors, case: CaseStudyPage
) -> None:
    client.login(username=world.basile.email, password=PASSWORD)
    address = f"/suivre/?sujet=page:{case.pk}"
    client.post(address, {"rhythm": "immediat"})
    assert Follow.objects.standing().get().rhythm == "immediat"
    assert "Vous suivez" in client.get(address).content.decode()
    client.post(address, {"rhythm": ""})
    assert Follow.objects.get().rhythm == ""
    client.post("/suivi/", {"action": "general", "rhythm": "hebdomadaire"})
    assert Correspondent.objects.get(user=world.basile).rhythm == "hebdomadaire"
    client.post(address, {"stop": "1"})
    assert not Follow.objects.exists()


@pytest.mark.parametrize(
    "posted",
    [{}, {"action": "nul"}, {"action": "stop"}, {"action": "stop", "follow": "x"},
     {"action": "general", "rhythm": "nul"}, {"action": "rhythm", "follow": "99999999999999999999"}],
)  # fmt: skip
def test_nonsense_changes_nothing(
    client: Client, case: CaseStudyPage, posted: dict[str, str]
) -> None:
    reader = visitor(ADDRESS, f"page:{case.pk}")
    assert client.post(f"/suivi/{reader.token}/", posted).status_code == 302
    assert Follow.objects.count() == 1


def test_the_list_costs_the_same_for_one_event_or_thirty(
    client: Client, world: Editors, case: CaseStudyPage, django_assert_max_num_queries: Any
) -> None:
    from cms.following.delivery import deliver_events

    reader = visitor(ADDRESS, f"page:{case.pk}")
    for rank in range(30):
        page = CaseStudyPage.objects.get(pk=case.pk)
        page.approach = f"<p>Récit {rank}.</p>"
        page.save_revision(user=world.alice).publish()
    deliver_events()
    with django_assert_max_num_queries(16):
        assert client.get(f"/suivi/{reader.token}/").content.decode().count("met à jour") == 30


def test_the_list_costs_the_same_for_one_follow_of_each_kind_or_many(
    world: Editors, case: CaseStudyPage, django_assert_num_queries: Any
) -> None:
    former = make_poitiers()
    TerritoryFormerCode.objects.create(code="insee:86999", territory=former)
    thread = Thread.objects.create(page=case, number=1, title="Une question")
    first = (
        f"page:{case.pk}",
        f"partner:{world.antony.pk}",
        f"theme:{world.theme.identifier}",
        f"territory:{former.code}",
        "territory:insee:86999",
        f"discussion:{thread.pk}",
    )
    reader = account(world.basile, *first, "page:0", "nul:1", "discussion:0")
    client = signed_in(world.basile)
    client.get("/suivi/")
    with CaptureQueriesContext(connection) as few:
        html = client.get("/suivi/").content.decode()
    assert html.count("Ne plus suivre") == len(first) + 3
    for rank in range(2, 12):
        page = world.published(f"Capteurs {rank}", world.alice)
        other = Thread.objects.create(page=page, number=1, title=f"Question {rank}")
        partner = make_partner()
        theme = make_theme(f"Thème {rank}", f"theme-{rank}")
        place = make_territory(f"dep:{rank + 10}", f"Département {rank}")
        add(reader, f"page:{page.pk}", f"partner:{partner.pk}", f"discussion:{other.pk}",
            f"theme:{theme.identifier}", f"territory:{place.code}")  # fmt: skip
    with django_assert_num_queries(len(few)):
        html = client.get("/suivi/").content.decode()
    assert "Question 11" in html
    assert "Département 11" in html
