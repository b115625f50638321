"""Recent changes, as a page and as a feed."""

from collections.abc import Callable

import feedparser
import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from casestudies.models import CaseStudyPage
from cms.models import PartnerPage
from tests.builders import make_case, make_theme

pytestmark = pytest.mark.django_db

FEED = "/flux/modifications/"


def read(client: Client, **query: str) -> str:
    response = client.get("/modifications/", query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def other() -> CaseStudyPage:
    return make_case(
        title="Compter les vélos", themes=[make_theme("Compétences", "competences")], publish=True
    )


def test_publications_are_listed_the_latest_first(
    client: Client, case: CaseStudyPage, other: CaseStudyPage
) -> None:
    html = read(client)
    assert html.index("Compter les vélos") < html.index("Ce qui en reste")
    assert html.index("Ce qui en reste") < html.index("Le nombre exact")
    assert f'href="{case.get_url()}historique/2/3/"' in html


@pytest.mark.parametrize(
    "query",
    [
        {"partenaire": "grand-poitiers"},
        {"theme": "strategie-gouvernance"},
        {"territoire": "insee:86194"},
        {"territoire": "reg:75"},
    ],
)
def test_they_can_be_narrowed(
    client: Client, case: CaseStudyPage, other: CaseStudyPage, query: dict[str, str]
) -> None:
    html = read(client, **query)
    assert "Le nombre exact" in html
    assert "Compter les vélos" not in html
    titles = {entry.title for entry in feedparser.parse(client.get(FEED, query).content).entries}
    assert titles == {"Éclairer la nuit"}


@pytest.mark.parametrize("value", ["", "nulle-part", "' OR 1=1 --", "x" * 5000, "<b>", "\x00"])
@pytest.mark.parametrize("parameter", ["partenaire", "theme", "territoire", "page"])
def test_bad_choices_get_a_page(
    client: Client, case: CaseStudyPage, parameter: str, value: str
) -> None:
    assert client.get("/modifications/", {parameter: value}).status_code in {200, 400}
    assert client.get(FEED, {parameter: value}).status_code in {200, 400}


def test_a_choice_without_changes_says_so(client: Client, case: CaseStudyPage) -> None:
    assert "Aucune modification publiée" in read(client, theme="nulle-part")


def test_closed_pages_are_not_listed(client: Client, case: CaseStudyPage) -> None:
    PageViewRestriction.objects.create(page=case, restriction_type="login")
    assert "Le nombre exact" not in read(client)
    assert "Éclairer la nuit" not in client.get(FEED).content.decode()


def test_the_feed_is_valid_and_stable(client: Client, case: CaseStudyPage) -> None:
    response = client.get(FEED)
    parsed = feedparser.parse(response.content)
    assert not parsed.bozo
    assert parsed.feed.link.endswith("/modifications/")
    entry = parsed.entries[0]
    assert entry.title == "Éclairer la nuit"
    assert entry.summary == "Ce qui en reste"
    assert entry.author == "Camille Martin"
    assert entry.link.endswith(f"{case.get_url()}historique/2/3/")
    assert len({entry.id for entry in parsed.entries}) == len(parsed.entries)
    again = client.get(FEED, headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_text_that_xml_cannot_hold_is_left_out(
    client: Client, case: CaseStudyPage, rewrite: Callable[..., None]
) -> None:
    rewrite(case, "Des <balises> & un signe \x0b de trop")
    parsed = feedparser.parse(client.get(FEED).content)
    assert not parsed.bozo


def test_the_feed_of_a_member_shows_no_more_than_that_of_anyone(
    client: Client, case: CaseStudyPage, partner: PartnerPage, author
) -> None:
    PageViewRestriction.objects.create(page=partner, restriction_type="login")
    client.force_login(author)
    assert "Éclairer la nuit" not in client.get(FEED).content.decode()
