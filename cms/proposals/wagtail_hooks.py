"""What proposals add to following, to the desk and to the editor's menu."""

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
from cms.proposals.models import KEEP_REFUSED, Proposal, State
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
    """Whoever has proposed something can still be answered."""
    return Proposal.objects.exclude(proposer=None).values("proposer")


@hooks.register("forget_expired")
def forget(now: datetime) -> None:
    """What nobody confirmed goes; of what was not taken, the text goes after a year."""
    Proposal.objects.expired(now).delete()
    Proposal.objects.filter(
        state__in=[State.DECLINED, State.WITHDRAWN], decided_at__lte=now - KEEP_REFUSED
    ).exclude(texts={}).update(texts={}, base_texts=[])


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
