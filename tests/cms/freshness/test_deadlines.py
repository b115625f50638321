"""Dates by which pages are to be confirmed, and what a publication does to them."""

from collections.abc import Callable
from datetime import date

import pytest
from django.utils import timezone

from casestudies.models import CaseStudyPage
from cms.freshness.deadlines import confirmed_kinds, months_later
from cms.freshness.models import Freshness
from cms.freshness.publications import write_missing
from cms.models import GlossaryPage, GuideIndexPage, HomePage, PartnerIndexPage, PartnerPage
from tests.cms.editors import Editors

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 5, 3), 12, date(2027, 5, 3)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 11, 30), 36, date(2029, 11, 30)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


def test_kinds_say_how_long_they_are_taken_for_exact() -> None:
    kinds = confirmed_kinds()
    assert kinds[CaseStudyPage] == 12
    assert kinds[PartnerPage] == 24
    assert not kinds.keys() & {HomePage, GuideIndexPage, PartnerIndexPage, GlossaryPage}


def test_a_publication_writes_the_date(case: CaseStudyPage) -> None:
    assert case.freshness.due_on == months_later(timezone.localdate(), 12)


def test_pages_that_nobody_confirms_have_no_state(world: Editors) -> None:
    world.home.save_revision().publish()
    assert not Freshness.objects.filter(page_id=world.home.pk).exists()


def test_a_new_publication_is_fresh_whatever_was_said(
    case: CaseStudyPage, due_in: Callable[..., date]
) -> None:
    now = timezone.now()
    due_in(case, -10, to_review_since=now, asked_author_at=now, by_name="Alice")
    case.summary = "Autre chose."
    case.save_revision().publish()
    state = Freshness.objects.get(page_id=case.pk)
    assert state.due_on == months_later(timezone.localdate(), 12)
    assert (state.to_review_since, state.asked_author_at, state.by_name) == (None, None, "")


def test_pages_published_before_get_their_state_once(case: CaseStudyPage) -> None:
    case.freshness.delete()
    case.last_published_at = timezone.now().replace(year=2020, month=6, day=15)
    CaseStudyPage.objects.filter(pk=case.pk).update(last_published_at=case.last_published_at)
    assert write_missing() == 1
    assert Freshness.objects.get(page_id=case.pk).due_on == date(2021, 6, 15)
    assert write_missing() == 0


def test_drafts_and_withdrawn_pages_get_none(world: Editors, case: CaseStudyPage) -> None:
    world.case("Brouillon", world.alice)
    case.freshness.delete()
    case.unpublish()
    assert write_missing() == 0
