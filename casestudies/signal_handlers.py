"""What follows from a change to a case."""

from typing import Any

from django.core.cache import cache
from django.db.models import Max
from wagtail.signals import page_published

from casestudies.models import CaseStudyPage
from casestudies.references import CACHE_KEY


def connect() -> None:
    """Connect the receivers; called once by the application."""
    page_published.connect(number_case, sender=CaseStudyPage, dispatch_uid="number_case")


def number_case(instance: CaseStudyPage, **kwargs: Any) -> None:
    """Give a case its permanent number when it is first published, in the same transaction.

    Two first publications at once would draw the same number: the unique column lets one of them
    through and the other publication is rolled back, to be done again.
    """
    cache.delete(CACHE_KEY)
    if instance.number is None:
        highest = CaseStudyPage.objects.aggregate(highest=Max("number"))["highest"] or 0
        instance.number = highest + 1
        CaseStudyPage.objects.filter(pk=instance.pk).update(number=instance.number)
