"""Followers of a small world, what is published for them, and what they read."""

from typing import Any

from django.utils import timezone

from casestudies.models import CaseStudyPage
from cms.following.models import Correspondent, Follow
from cms.following.people import correspondent_of
from cms.models import User
from cms.models.versions import PublishedVersion
from tests.services.post_office import PostOffice


def visitor(email: str, *topics: str, rhythm: str = "immediat") -> Correspondent:
    """A confirmed mailbox that follows `topics`."""
    found = Correspondent.objects.create(email=email, confirmed_at=timezone.now(), rhythm=rhythm)
    add(found, *topics)
    return found


def account(user: User, *topics: str, rhythm: str = "immediat") -> Correspondent:
    """An account that follows `topics`."""
    found = correspondent_of(user)
    Correspondent.objects.filter(pk=found.pk).update(rhythm=rhythm)
    found.refresh_from_db()
    add(found, *topics)
    return found


def add(correspondent: Correspondent, *topics: str, rhythm: str = "") -> None:
    """Follow more."""
    for topic in topics:
        Follow.objects.create(
            correspondent=correspondent,
            topic=topic,
            rhythm=rhythm,
            confirmed_at=timezone.now(),
        )


def update(page: CaseStudyPage, by: Any, summary: str = "Le coût est précisé.") -> None:
    """Publish a new version."""
    page = CaseStudyPage.objects.get(pk=page.pk)
    page.approach = f"<p>Un récit {PublishedVersion.objects.count()}.</p>"
    page.change_summary = summary
    page.save_revision(user=by).publish(user=by, skip_permission_checks=True)


def text(post: PostOffice, number: int = -1) -> str:
    return " ".join(str(post.mails[number].get_body(("plain",)).get_content()).split())
