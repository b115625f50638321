"""Who may say that a page is still exact: whoever may edit it and read it, now."""

from typing import Any

from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail.query import PageQuerySet

from cms.models import User
from cms.models.versions import organisation_of
from cms.visibility import visible_to


def confirmable_by(user: Any) -> PageQuerySet:
    """The published pages that `user` may confirm."""
    pages: PageQuerySet = policy_registry.get_by_type(Page).instances_user_has_permission_for(
        user, "change"
    )
    return visible_to(pages, user)


def may_confirm(user: Any, page: Page) -> bool:
    """Whether `user` may confirm `page` now."""
    return bool(confirmable_by(user).filter(pk=page.pk).exists())


def public_standing(user: User, page: Page) -> tuple[str, str]:
    """(name, organization) of who answers, as readers may know them.

    The organization is the page's own and only named for those who write for it: nobody answers in
    the name of others.
    """
    organisation = organisation_of(page)
    group = organisation.group_id if organisation else None
    if organisation and group and user.groups.filter(pk=group).exists():
        return user.public_name, organisation.title
    return user.public_name, ""
