"""The one door for who may see what.

Every listing, search result, feed, export, history and related page that reaches a reader goes
through `visible_to`, so that a leak is fixed once.
"""

from functools import cache
from typing import Any, TypeVar

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value
from wagtail.models import Page, PageViewRestriction
from wagtail.query import PageQuerySet

SomePages = TypeVar("SomePages", bound=PageQuerySet)


def visible_to(pages: SomePages, user: Any = None) -> SomePages:
    """The pages among `pages` that `user` (nobody in particular by default) may read now.

    A page is visible when it is live and neither it nor any ancestor is closed to that user. Pages
    closed by a shared password are never listed: the password is given page by page. The condition
    is part of the query, so that it costs none of its own.
    """
    if user is not None and user.is_superuser:
        return pages.live()
    is_known = user is not None and user.is_authenticated
    above = _above(closed_to(user)) if is_known else _above_closed_to_anyone()
    return pages.live().filter(~Exists(above))


def _above(restrictions: QuerySet[PageViewRestriction]) -> QuerySet[PageViewRestriction]:
    """Those of `restrictions` that close the page of the outer query, by an ancestor or itself."""
    path = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    return restrictions.annotate(candidate=path).filter(candidate__startswith=F("page__path"))


@cache
def _above_closed_to_anyone() -> QuerySet[PageViewRestriction]:
    """The same condition in every list: to build it takes longer than to ask it. Never evaluated."""
    return _above(closed_to())


def is_visible(page: Page, user: Any = None) -> bool:
    """Whether `user` may read `page` now."""
    return bool(visible_to(Page.objects.filter(pk=page.pk), user).exists())


def is_open(page: Page) -> bool:
    """Whether nothing closes `page`, live or not, to anyone."""
    above = PageViewRestriction.objects.annotate(
        candidate=Value(page.path, output_field=CharField())
    )
    return not above.filter(candidate__startswith=F("page__path")).exists()


def closed_to(user: Any = None) -> QuerySet[PageViewRestriction]:
    """The restrictions that `user` does not satisfy."""
    restrictions: QuerySet[PageViewRestriction] = PageViewRestriction.objects.all()
    if user is None or not user.is_authenticated:
        return restrictions
    satisfied = Q(restriction_type=PageViewRestriction.LOGIN) | Q(
        restriction_type=PageViewRestriction.GROUPS, groups__in=user.groups.all()
    )
    return restrictions.exclude(pk__in=restrictions.filter(satisfied).values("pk"))
