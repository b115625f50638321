"""Addresses below a page that moved: readers are led on, what is sent arrives."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction, Site

from casestudies.models import CaseStudyPage
from cms.discussions.models import Post
from cms.models import User
from tests.builders import make_case, make_partner
from tests.cms.editors import signed_in

pytestmark = pytest.mark.django_db


Rename = Callable[[Page], CaseStudyPage]


@pytest.fixture
def rename(case: CaseStudyPage, django_capture_on_commit_callbacks: Any) -> Rename:
    """Give a page another slug; Wagtail writes redirections once this is committed."""

    def publish(page: Page) -> CaseStudyPage:
        page.slug = "autrement"
        with django_capture_on_commit_callbacks(execute=True):
            page.save_revision().publish()
        return CaseStudyPage.objects.get(pk=case.pk)

    return publish


@pytest.mark.parametrize(
    "rest",
    ["historique/", "historique/2/", "historique/1/3/?vue=colonnes", "citer/", "citer/bibtex/?version=2",
     "pages-liees/", "proposer/", "discussion/", "discussion/1/?page=2&a=%C3%A9", "discussion/1/1/modifier/"],
)  # fmt: skip
def test_readers_are_led_to_the_same_address_below_the_new_place(
    client: Client, case: CaseStudyPage, rename: Rename, rest: str
) -> None:
    old = case.get_url()
    new = rename(case).get_url()
    assert new != old
    response = client.get(f"{old}{rest}")
    assert (response.status_code, response["Location"]) == (302, f"{new}{rest}")
    assert client.get(response["Location"]).status_code == 200
    assert client.head(f"{old}{rest}").status_code == 302


def test_what_needs_an_account_is_led_on_too(
    case: CaseStudyPage, rename: Rename, author: User
) -> None:
    old = case.get_url()
    new = rename(case).get_url()
    response = signed_in(author).get(f"{old}confirmer/?reponse=exact")
    assert response["Location"] == f"{new}confirmer/?reponse=exact"


def test_pages_below_the_one_that_moved_are_found_after_several_moves(
    client: Client, case: CaseStudyPage, rename: Rename
) -> None:
    first = case.get_url()
    moved = rename(case.get_parent().specific)
    second = moved.get_url()
    moved.move(make_partner("Brest"), pos="last-child")
    third = CaseStudyPage.objects.get(pk=case.pk).get_url()
    assert len({first, second, third}) == 3
    for old in (first, second):
        assert client.get(f"{old}historique/")["Location"] == f"{third}historique/"


def test_a_message_sent_from_the_old_place_arrives(
    case: CaseStudyPage, rename: Rename, author: User
) -> None:
    client, old = signed_in(author), case.get_url()
    assert client.post(f"{old}discussion/", {"body": "Une question."}).status_code == 302
    new = rename(case).get_url()
    response = client.post(f"{old}discussion/1/", {"body": "Une réponse."})
    assert response["Location"] == f"{new}discussion/1/#message-2"
    assert Post.objects.filter(thread__page=case).count() == 2


def test_a_refused_message_sent_from_the_old_place_is_shown_again(
    case: CaseStudyPage, rename: Rename, author: User
) -> None:
    old = case.get_url()
    rename(case)
    response = signed_in(author).post(f"{old}discussion/", {"body": "", "title": "Un titre"})
    assert response.status_code == 200
    assert "Un titre" in response.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_leads_to_a_page_that_its_reader_may_not_open(
    client: Client, author: User, case: CaseStudyPage, rename: Rename, method: str
) -> None:
    old = case.get_url()
    page = rename(case)
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    send: Any = getattr(client, method)
    for rest in ("discussion/", "proposer/"):
        assert send(f"{old}{rest}").status_code == 404
    assert signed_in(author).get(f"{old}historique/").status_code == 302
    PageViewRestriction.objects.all().delete()
    page.unpublish()
    assert send(f"{old}discussion/").status_code == 404


@pytest.mark.parametrize("is_live", [True, False])
def test_a_page_that_took_the_old_place_is_not_taken_for_the_one_that_left(
    client: Client, case: CaseStudyPage, rename: Rename, is_live: bool
) -> None:
    old, slug, partner = case.get_url(), case.slug, case.get_parent().specific
    rename(case)
    other = make_case(partner, title="Une autre", slug=slug)
    assert other.get_url() == old
    assert Redirect.objects.filter(redirect_page=case).exists()
    if not is_live:
        other.unpublish()
    assert client.get(f"{old}historique/").status_code == (200 if is_live else 404)


def test_redirections_of_editors_and_of_other_sites_lead_from_their_address_only(
    client: Client, case: CaseStudyPage
) -> None:
    Redirect.add_redirect("/ancienne", case)
    elsewhere = Site.objects.create(hostname="autre.example", root_page=Page.objects.get(depth=1))
    Redirect.add_redirect("/autre", case, site=elsewhere, automatically_created=True)
    assert client.get("/ancienne/").status_code == 301
    assert client.get("/ancienne/historique/").status_code == 404
    assert client.get("/autre/historique/").status_code == 404
    assert client.get("/jamais/vu/historique/").status_code == 404
