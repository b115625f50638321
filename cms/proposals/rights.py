"""Who may decide about a proposal."""

from typing import Any

from django.db.models import Q, QuerySet
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.following.people import ids_of, members_of, moderators
from cms.membership import is_moderator
from cms.models import User
from cms.models.versions import organisation_of
from cms.proposals.models import Proposal, ProposalQuerySet


def may_decide(user: Any, proposal: Proposal) -> bool:
    """Whether `user` edits the page that it is about, and has not made it themselves."""
    if not isinstance(user, User) or not user.is_active or proposal.page is None:
        return False
    if is_own(user, proposal):
        return False
    return bool(may_read(user, proposal))


def may_read(user: Any, proposal: Proposal) -> bool:
    """Whether `user` is among those to whom it was addressed."""
    if not isinstance(user, User) or proposal.page is None:
        return False
    return is_moderator(user) or bool(proposal.page.permissions_for_user(user).can_edit())


def is_own(user: User, proposal: Proposal) -> bool:
    """Whether `user` made it, by their account or by its mailbox alone."""
    proposer = proposal.proposer
    if proposer is None:
        return False
    return proposer.user_id == user.pk or (proposer.email or "") == user.email.lower()


def addressed_to(user: User) -> ProposalQuerySet:
    """The proposals that `user` may decide about or read."""
    found: ProposalQuerySet = Proposal.objects.exclude(page=None).exclude(state__in=["a-confirmer"])
    if is_moderator(user):
        return found
    pages: QuerySet[Page] = policy_registry.get_by_type(Page).instances_user_has_any_permission_for(
        user, ["change"]
    )
    return found.filter(Q(page__in=pages.values("pk")))


def examiners(page: Page | None) -> list[int]:
    """Ids of the correspondents who decide about proposals for `page`."""
    if page is None:
        return []
    return ids_of([*members_of(organisation_of(page)), *moderators()])
