"""What proposals add to following, to the desk and to the editor's menu."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from cms.dashboard import Desk
from cms.following.models import Correspondent
from cms.proposals.models import KEEP, KEPT, Proposal, Remark, State
from cms.proposals.rights import addressed_to

MAX_SHOWN = 5


@dataclass(frozen=True)
class MySection:
    """One's own proposals, on the page of what one follows."""

    proposals: list[Proposal]
    template: str = "cms/proposals/mine.html"


@hooks.register("following_section")
def my_proposals(request: HttpRequest, correspondent: Correspondent) -> MySection | None:
    """Pending, taken and refused ones: nobody wonders what has become of theirs."""
    mine = list(correspondent.proposals.exclude(state=State.UNCONFIRMED).order_by("-pk")[:50])
    return MySection(mine) if mine else None


@hooks.register("keeps_correspondents")
def authors() -> QuerySet[Any]:
    """Whoever has proposed something can be answered, for a year after the decision."""
    return Proposal.objects.exclude(proposer=None).values("proposer")


@hooks.register("forget_expired")
def forget(now: datetime) -> None:
    """What nobody confirmed goes; a year after a decision, the mailbox and the text that was not taken."""
    Proposal.objects.expired(now).delete()
    old = Proposal.objects.filter(decided_at__lte=now - KEEP)
    old.filter(has_account=False).exclude(proposer=None).update(proposer=None)
    refused = old.filter(state__in=[State.DECLINED, State.WITHDRAWN]).exclude(base_texts=[])
    Remark.objects.filter(proposal__in=refused.values("pk")).update(quoted="")
    refused.update(texts={}, base_texts=[])


@hooks.register("text_writers")
def proposers(pages: Iterable[int]) -> Iterable[tuple[int, int]]:
    """What was proposed and taken, and is not yet public, is also its proposer's text."""
    taken = Proposal.objects.filter(page__in=pages, state__in=KEPT, version=None)
    rows: Iterable[tuple[int, int]] = taken.exclude(proposer__user=None).values_list(
        "page", "proposer__user"
    )
    return rows


class ProposalsPanel(Component):
    """What awaits a decision, on the desk."""

    template_name = "cms/admin/dashboard/proposals.html"
    order = 1.5

    def __init__(self, proposals: list[Proposal]) -> None:
        self.proposals = proposals

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        """The oldest ones; the page of all has the others."""
        return {
            "proposals": self.proposals[:MAX_SHOWN],
            "has_more": len(self.proposals) > MAX_SHOWN,
        }


@hooks.register("dashboard_panel")
def proposals_panel(desk: Desk) -> ProposalsPanel | None:
    """Nothing when nothing waits."""
    waiting = list(addressed_to(desk.user).waiting()[: MAX_SHOWN + 1])
    return ProposalsPanel(waiting) if waiting else None


@hooks.register("register_admin_menu_item")
def proposals_menu_item() -> MenuItem:
    """After pages: what others wish of them."""
    return MenuItem(
        _("Propositions"),
        reverse("cms_proposals:inbox"),
        name="proposals",
        icon_name="comment",
        order=250,
    )


@hooks.register("correspondent_taken_over")
def take_over(visitor: Correspondent, account: Correspondent) -> None:
    """What somebody proposed before they had an account is theirs."""
    visitor.proposals.update(proposer=account)
