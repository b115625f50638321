"""What follows from what happens to pages: credit where a proposal becomes public, an end with its page."""

from typing import Any

from django.db.models.signals import post_save, pre_delete
from wagtail.models import Page

from cms.models import BasePage
from cms.models.versions import PublishedVersion
from cms.proposals.models import KEPT, WAITING, Proposal, State
from cms.proposals.reading import Reading

MAX_CREDIT = 300


def connect() -> None:
    """Connect the receivers; called once by the application."""
    post_save.connect(credit, sender=PublishedVersion, dispatch_uid="credit_proposals")
    pre_delete.connect(close, sender=Page, dispatch_uid="close_proposals")


def credit(
    instance: PublishedVersion, created: bool = False, raw: bool = False, **kwargs: Any
) -> None:
    """The version names those whose proposals it takes up; runs in the publishing transaction."""
    if raw or not created:
        return
    waiting = Proposal.objects.filter(page_id=instance.page_id, state__in=KEPT, version=None)
    kind = instance.page.specific_class
    if kind is None or not issubclass(kind, BasePage):
        return
    taken = [each for each in waiting if Reading(each).is_taken_up(kind, instance.content)]
    if not taken:
        return
    names = dict.fromkeys(proposal.credited for proposal in taken)
    instance.credited = ", ".join(names)[:MAX_CREDIT]
    instance.save(update_fields=["credited"])
    Proposal.objects.filter(pk__in=[proposal.pk for proposal in taken]).update(version=instance)


def close(instance: Page, **kwargs: Any) -> None:
    """Nobody can decide any more: those who wait are told, what was not confirmed goes."""
    from cms.proposals.acts import close_without_page  # noqa: PLC0415 - acts need the loaded models

    mine = Proposal.objects.filter(page_id=instance.pk)
    mine.filter(state=State.UNCONFIRMED).delete()
    for proposal in mine.filter(state__in=WAITING).select_related("page"):
        close_without_page(proposal)
