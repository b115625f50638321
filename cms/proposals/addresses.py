"""Addresses of proposals."""

from django.urls import reverse
from wagtail.models import Page

from cms.history.addresses import path_of
from cms.proposals.models import Proposal


def propose_url(page: Page) -> str:
    """Where a change of `page` is proposed."""
    return reverse("cms_proposals:propose", args=[path_of(page)])


def private_url(proposal: Proposal) -> str:
    """The page of its author: the link is the key."""
    return reverse("cms_proposals:private", args=[proposal.token])


def examine_url(proposal: Proposal) -> str:
    """The page of those who decide."""
    return reverse("cms_proposals:examine", args=[proposal.pk])
