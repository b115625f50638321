"""Alerts of a small world."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from casestudies.models import CaseStudyPage
from search import indexing
from search.models import SavedSearch
from tests.builders import make_case, make_partner

DAY = timedelta(days=1)


def publish(title: str = "Capteurs", days_ago: float = 0, **fields: Any) -> CaseStudyPage:
    """A case that says "capteurs", published `days_ago`."""
    case = make_case(fields.pop("partner", None) or make_partner(), title=title, **fields)
    if days_ago:
        date(case, days_ago, days_ago)
    return case


def date(case: CaseStudyPage, first: float, last: float) -> None:
    """Published first and last so many days ago."""
    now = timezone.now()
    CaseStudyPage.objects.filter(pk=case.pk).update(
        first_published_at=now - first * DAY, last_published_at=now - last * DAY
    )
    indexing.enqueue([case.pk])


def follow(
    email: str = "camille@ville.fr",
    querystring: str = "q=capteurs",
    frequency: str = "quotidien",
    days_ago: float = 1,
    confirmed: bool = True,
) -> SavedSearch:
    """An alert asked for `days_ago`."""
    then = timezone.now() - days_ago * DAY
    return SavedSearch.objects.create(
        email=email,
        querystring=querystring,
        frequency=frequency,
        created_at=then,
        last_checked_at=then,
        confirmed_at=then if confirmed else None,
    )
