"""Pages with a date by which they are to be confirmed."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from casestudies.models import CaseStudyPage
from cms.freshness.models import Freshness
from tests.cms.editors import Editors


@pytest.fixture
def case(world: Editors) -> CaseStudyPage:
    """Written by Alice, for Antony."""
    return world.published("Compter les vélos", world.alice)


@pytest.fixture
def due_in() -> Callable[..., date]:
    """Move a page's date to so many days from now."""

    def move(page: CaseStudyPage, days: int, **fields: object) -> date:
        due_on = timezone.localdate() + timedelta(days=days)
        Freshness.objects.filter(page_id=page.pk).update(due_on=due_on, **fields)
        return due_on

    return move
