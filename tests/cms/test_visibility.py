"""The one door: who may see what."""

import pytest
from wagtail.models import Page, PageViewRestriction

from cms.visibility import is_visible, visible_to
from tests.builders import make_case, make_partner, make_user

pytestmark = pytest.mark.django_db


def restrict(page: Page, kind: str, **fields) -> PageViewRestriction:
    return PageViewRestriction.objects.create(page=page, restriction_type=kind, **fields)


def test_drafts_are_seen_by_nobody() -> None:
    draft = make_case(publish=False)
    assert not visible_to(Page.objects.filter(pk=draft.pk)).exists()
    assert not is_visible(draft)


def test_what_stands_below_a_restricted_page_is_closed_too() -> None:
    case = make_case()
    restrict(case.get_parent(), PageViewRestriction.LOGIN)
    assert not visible_to(Page.objects.filter(pk=case.pk)).exists()
    assert visible_to(Page.objects.filter(pk=case.pk), make_user()).exists()


def test_a_page_for_one_group_is_closed_to_the_others() -> None:
    partner, case = make_partner(), make_case()
    restriction = restrict(case, PageViewRestriction.GROUPS)
    restriction.groups.add(partner.group)
    assert is_visible(case, make_user(partner=partner))
    assert not is_visible(case, make_user())
    assert is_visible(case, make_user(is_superuser=True))


def test_a_page_behind_a_password_is_never_listed() -> None:
    case = make_case()
    restrict(case, PageViewRestriction.PASSWORD, password="x")
    assert not is_visible(case, make_user())


def test_an_unpublished_page_is_gone_at_once() -> None:
    case = make_case()
    case.unpublish()
    assert not visible_to(Page.objects.filter(pk=case.pk)).exists()
