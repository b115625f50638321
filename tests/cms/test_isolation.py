"""Pages that nothing leads to, and what is led to and is not there."""

import pytest
from django.test import Client
from wagtail.models import Page

from casestudies.models import CaseStudyPage
from cms.isolation import isolation
from tests.builders import PASSWORD
from tests.cms.editors import Editors

pytestmark = pytest.mark.django_db


def says(page: CaseStudyPage, html: str, by: object) -> None:
    page = CaseStudyPage.objects.get(pk=page.pk)
    page.lessons = html
    page.save_revision(user=by).publish()


def labels() -> list[str]:
    return [each.label for each in isolation().wanted]


def orphans() -> list[str]:
    return [page.title for page in isolation().orphans if page.title.startswith("Fiche")]


def test_a_page_that_another_links_to_or_names_is_no_orphan(world: Editors) -> None:
    first, second = (
        world.published("Fiche une", world.alice),
        world.published("Fiche deux", world.alice),
    )
    third = world.published("Fiche trois", world.alice)
    assert orphans() == ["Fiche deux", "Fiche trois", "Fiche une"]
    says(
        first,
        f'<p>Voir <a linktype="page" id="{second.pk}">elle</a> et {third.reference}.</p>',
        world.alice,
    )
    assert orphans() == ["Fiche une"]
    says(first, f"<p>{first.reference} parle de soi.</p>", world.alice)
    assert "Fiche une" in orphans()


def test_drafts_neither_lead_nor_are_orphans(world: Editors) -> None:
    second = world.published("Fiche deux", world.alice)
    draft = world.case("Fiche brouillon", world.alice)
    draft.lessons = f'<p><a linktype="page" id="{second.pk}">elle</a></p>'
    draft.save_revision()
    assert orphans() == ["Fiche deux"]


def test_what_is_gone_is_wanted_where_it_was_linked(world: Editors) -> None:
    first, second = (
        world.published("Fiche une", world.alice),
        world.published("Fiche deux", world.alice),
    )
    says(first, f'<p><a linktype="page" id="{second.pk}">elle</a> et REX-98.</p>', world.alice)
    assert labels() == ["REX-98"]
    CaseStudyPage.objects.get(pk=second.pk).unpublish()
    assert labels() == ["REX-98", "« Fiche deux », qui n’est pas publiée"]
    Page.objects.get(pk=second.pk).delete()
    assert labels() == ["REX-98", "Une page supprimée"]
    assert [page.pk for page in isolation().wanted[1].pages] == [first.pk]


def test_the_report_is_for_moderators(world: Editors) -> None:
    world.published("Fiche une", world.alice)
    for user, status in ((world.alice, 302), (world.mona, 200)):
        client = Client()
        client.login(username=user.email, password=PASSWORD)
        response = client.get("/gestion/pages-isolees/")
        assert response.status_code == status
        if status == 200:
            assert "Fiche une" in response.content.decode()
