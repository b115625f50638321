"""What readers see: the mark on each page, and the list of pages that wait."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from wagtail.models import PageViewRestriction

from casestudies.models import CaseStudyPage
from cms.dashboard import Desk
from cms.freshness.desk import FreshnessPanel
from cms.freshness.models import Confirmation, Freshness, NoReminder
from cms.models import HomePage
from tests.cms.editors import Editors, signed_in

pytestmark = pytest.mark.django_db
LATE = "personne n’a confirmé cette page depuis le"


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def test_a_page_says_when_it_was_published(client: Client, case: CaseStudyPage) -> None:
    html = read(client, case.get_url())
    assert "Publiée le " in html
    assert LATE not in html


def test_a_page_says_who_confirmed_it_and_when(client: Client, case: CaseStudyPage) -> None:
    Freshness.objects.update(
        confirmed_at=timezone.now().replace(year=2026, month=5, day=3),
        by_name="Alice Test",
        organisation_name="Ville d'Antony",
    )
    html = read(client, case.get_url())
    assert "Confirmée le 3 mai 2026 par Alice Test, Ville d’Antony." in html


def test_an_overdue_page_says_so_and_leads_to_the_answer(
    client: Client, case: CaseStudyPage, due_in: Callable[..., date]
) -> None:
    due_in(case, 0)
    assert LATE not in read(client, case.get_url())
    due_in(case, -1)
    html = read(client, case.get_url())
    assert LATE in html
    assert f'href="{case.get_url()}confirmer/"' in html


def test_a_page_to_be_revised_says_who_says_so(client: Client, case: CaseStudyPage) -> None:
    since = timezone.now().replace(year=2026, month=5, day=3)
    Freshness.objects.update(to_review_since=since, organisation_name="Ville d'Antony")
    html = read(client, case.get_url())
    assert "Son organisation signale depuis le 3 mai 2026 qu’elle est à revoir." in html
    Freshness.objects.update(organisation_name="")
    assert "Signalée à revoir depuis le 3 mai 2026." in read(client, case.get_url())


def test_old_versions_and_pages_about_the_page_have_no_mark(
    client: Client, case: CaseStudyPage, due_in: Callable[..., date]
) -> None:
    due_in(case, -1)
    for rest in ("historique/", "historique/1/", "citer/"):
        assert LATE not in read(client, f"{case.get_url()}{rest}")


def test_pages_without_a_state_are_shown(client: Client, case: CaseStudyPage) -> None:
    Freshness.objects.all().delete()
    for path in ("/", case.get_url(), "/partenaires/", "/partenaires/antony/", "/glossaire/"):
        assert "freshness-mark" not in read(client, path)


def test_the_state_is_read_with_the_page(
    case: CaseStudyPage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    page = HomePage.objects.get().route(None, case.get_url().strip("/").split("/")).page
    assert isinstance(page, CaseStudyPage)
    with django_assert_num_queries(0):
        assert page.freshness.due_on


# --- The list


def test_the_list_holds_late_pages_and_those_to_be_revised(
    client: Client, world: Editors, case: CaseStudyPage, due_in: Callable[..., date]
) -> None:
    revised = world.published("Peser les déchets", world.basile, world.brest)
    fresh = world.published("Mesurer le bruit", world.basile, world.brest)
    due_in(case, -3)
    due_in(revised, 100, to_review_since=timezone.now())
    html = read(client, "/a-confirmer/")
    assert "2 pages à confirmer" in html
    assert html.index("Compter les vélos") < html.index("Peser les déchets")
    assert fresh.title not in html
    narrowed = read(client, "/a-confirmer/?partenaire=brest")
    assert "Compter les vélos" not in narrowed
    assert "Peser les déchets" in narrowed
    assert "Aucune page à confirmer pour ce partenaire" in read(
        client, "/a-confirmer/?partenaire=nulle-part"
    )


def test_nobody_reads_there_what_they_may_not_open(
    client: Client, world: Editors, case: CaseStudyPage, due_in: Callable[..., date]
) -> None:
    due_in(case, -3)
    PageViewRestriction.objects.create(page=case, restriction_type="login")
    assert "Aucune page n’attend de confirmation" in read(client, "/a-confirmer/")
    assert "Compter les vélos" in read(signed_in(world.basile), "/a-confirmer/")
    case.unpublish()
    assert "Compter les vélos" not in read(signed_in(world.root), "/a-confirmer/")


def test_only_those_who_may_answer_are_offered_to(
    client: Client, world: Editors, case: CaseStudyPage, due_in: Callable[..., date]
) -> None:
    due_in(case, -3)
    address = f'href="{case.get_url()}confirmer/"'
    assert address not in read(client, "/a-confirmer/")
    assert address not in read(signed_in(world.basile), "/a-confirmer/")
    assert address in read(signed_in(world.alice), "/a-confirmer/")


@pytest.mark.parametrize("value", ["", "' OR 1=1", "x" * 5000, "\x00", "-1", "99"])
@pytest.mark.parametrize("parameter", ["partenaire", "page"])
def test_bad_choices_get_a_page(client: Client, world: Editors, parameter: str, value: str) -> None:
    assert client.get("/a-confirmer/", {parameter: value}).status_code in {200, 400}


def test_the_list_costs_the_same_however_long(
    world: Editors, case: CaseStudyPage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        world.published(f"Expérience {number}", world.alice)
    Freshness.objects.update(due_on=timezone.localdate() - timedelta(days=2))
    client = signed_in(world.alice)
    client.get("/")
    with django_assert_max_num_queries(14):
        assert "13 pages à confirmer" in read(client, "/a-confirmer/")


# --- The desk


def test_the_desk_shows_ones_pages_and_the_word_that_was_left(
    world: Editors, case: CaseStudyPage, due_in: Callable[..., date]
) -> None:
    assert "desk-freshness" not in read(signed_in(world.alice), "/gestion/")
    due_in(case, 200, to_review_since=timezone.now(), by_name="Alice Test")
    Confirmation.objects.create(page=case, version=1, verdict="a-revoir", note="Le coût a changé")
    for user in (world.alice, world.adele, world.mona):
        html = read(signed_in(user), "/gestion/")
        assert "Compter les vélos" in html
        assert "Le coût a changé" in html
    assert "desk-freshness" not in read(signed_in(world.basile), "/gestion/")


def test_the_desk_costs_the_same_however_much_waits(
    world: Editors, case: CaseStudyPage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(11):
        world.published(f"Expérience {number}", world.alice)
    Freshness.objects.update(due_on=timezone.localdate() + timedelta(days=2))
    request = RequestFactory().get("/")
    request.user = world.alice
    with django_assert_max_num_queries(6):
        context = FreshnessPanel(Desk(request)).get_context_data()
    assert len(context["items"]) == 10
    assert context["has_more"]


def test_an_account_says_whether_it_is_asked(world: Editors) -> None:
    client = signed_in(world.alice)
    assert "Demandez-moi par e-mail" in read(client, "/gestion/account/")
    posted = {
        "name_email-first_name": "Alice",
        "name_email-last_name": "Test",
        "name_email-email": world.alice.email,
        "locale-preferred_language": "",
        "locale-current_time_zone": "",
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
        "avatar-avatar_choice": "default",
    }
    response = client.post("/gestion/account/", posted)
    assert response.status_code == 302, response.context["panels_by_tab"]
    assert NoReminder.objects.filter(user=world.alice).exists()
    client.post("/gestion/account/", {**posted, "reminders-reminders": "on"})
    assert not NoReminder.objects.exists()
