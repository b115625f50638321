"""What can happen to a proposal, and who is told: those who decide, or its author. Never followers."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from cms.following.kinds import Kind, Told, register
from cms.following.models import Event
from cms.proposals.addresses import examine_url, private_url
from cms.proposals.models import KEPT, Proposal, State
from cms.proposals.rights import examiners

SENT = "proposal-sent"
REPLIED = "proposal-replied"
ANSWERED = "proposal-answered"
DECIDED = "proposal-decided"


class OfProposal(Kind):
    """An event whose subject is a proposal."""

    to_examiners = False

    def direct(self, event: Event) -> Iterable[int]:
        """Those who decide, or its author."""
        proposal = Proposal.objects.filter(pk=event.subject_id or 0).select_related("page").first()
        if proposal is None:
            return []
        if self.to_examiners:
            return examiners(proposal.page)
        return [proposal.proposer_id] if proposal.proposer_id else []

    def tell(self, events: Sequence[Event]) -> Mapping[int, Told]:
        """What happened, without a word of the proposal."""
        proposals = Proposal.objects.in_bulk([event.subject_id for event in events])
        return {
            event.pk: Told(self.say(proposal), self.url(proposal))
            for event in events
            if (proposal := proposals.get(event.subject_id or 0))
        }

    def url(self, proposal: Proposal) -> str:
        """The page of those who are told."""
        return examine_url(proposal) if self.to_examiners else private_url(proposal)

    @abstractmethod
    def say(self, proposal: Proposal) -> str:
        """What happened, in a sentence."""


class Sent(OfProposal):
    """Somebody proposes a change."""

    name = SENT
    for_accounts = True
    to_examiners = True

    def say(self, proposal: Proposal) -> str:
        """Who, and about what."""
        return _("%(who)s propose un changement à « %(title)s »") % {
            "who": _first_up(proposal.credited),
            "title": proposal.page_title,
        }


class Replied(OfProposal):
    """Its author has answered, or changed it."""

    name = REPLIED
    for_accounts = True
    to_examiners = True

    def say(self, proposal: Proposal) -> str:
        """Who, and about what."""
        return _("%(who)s répond au sujet de sa proposition pour « %(title)s »") % {
            "who": _first_up(proposal.credited),
            "title": proposal.page_title,
        }


class Answered(OfProposal):
    """Those who decide ask something, or remark on a line."""

    name = ANSWERED

    def say(self, proposal: Proposal) -> str:
        """About what."""
        return _("On vous répond au sujet de votre proposition pour « %s »") % proposal.page_title


class Decided(OfProposal):
    """It was taken, in whole or in part, or not."""

    name = DECIDED

    def say(self, proposal: Proposal) -> str:
        """What was decided."""
        if proposal.state == State.PARTLY:
            text = _("Votre proposition pour « %s » est reprise en partie")
        elif proposal.state in KEPT:
            text = _("Votre proposition pour « %s » est reprise")
        else:
            text = _("Votre proposition pour « %s » n’est pas reprise")
        return text % proposal.page_title


def _first_up(name: object) -> str:
    text = str(name)
    return text[:1].upper() + text[1:]


def connect() -> None:
    """Declare the kinds."""
    for kind in (Sent(), Replied(), Answered(), Decided()):
        register(kind)
