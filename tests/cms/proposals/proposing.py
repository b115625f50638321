"""Proposes changes as a visitor's browser does."""

import re
import time
from typing import Any

from django.core import signing
from django.test import Client
from django.utils import timezone

from casestudies.models import CaseStudyPage
from cms.following.people import correspondent_at, correspondent_of
from cms.mailing.guard import SALT
from cms.models import User
from cms.proposals import acts
from cms.proposals.models import Proposal
from cms.proposals.reading import kept
from cms.proposals.texts import parts_of
from tests.services.post_office import PostOffice

ADDRESS = "camille@ville.fr"


def opened(seconds_ago: int = 30) -> str:
    """What the form carries when it was opened `seconds_ago`."""
    return signing.TimestampSigner(salt=SALT).sign(str(int(time.time()) - seconds_ago))


def fields(**given: str) -> dict[str, str]:
    """What a visitor fills in besides the texts."""
    return {
        "email": ADDRESS,
        "name": "Camille Durand",
        "reason": "Il y en avait douze.",
        "opened": opened(),
        "envoyer": "1",
        **given,
    }


def send(client: Client, page: CaseStudyPage, texts: dict[str, str], **given: str) -> Any:
    """Post the editor; `texts` are fields as the page names them."""
    return client.post(f"{page.get_url()}proposer/", {**fields(**given), **texts})


def link(post: PostOffice, number: int = -1) -> str:
    """The private address in a mail received."""
    body = post.mails[number].get_body(("plain",)).get_content()
    found = re.search(r"http://localhost(/propositions/[0-9a-f-]{36}/)", body)
    assert found, body
    return found[1]


def proposal(
    page: CaseStudyPage, by: User | str = ADDRESS, name: str = "Camille Durand", **texts: str
) -> Proposal:
    """A proposal that has been sent."""
    who = correspondent_at(by) if isinstance(by, str) else correspondent_of(by)
    base = page.published_versions.order_by("-number").first()
    made = Proposal.objects.create(
        page=page,
        page_title=page.title,
        base=base,
        base_texts=kept(parts_of(type(page), base.content)),
        texts=texts,
        reason="Il y en avait douze.",
        proposer=who,
        proposer_name=name,
        has_account=isinstance(by, User),
    )
    acts.confirm(made, timezone.now())
    made.refresh_from_db()
    return made
