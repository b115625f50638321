"""A publication is an event: told to those who follow the page, its partner, or what it is about."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.following.announcing import announce
from cms.following.kinds import Kind, Told, register
from cms.following.models import Event, Follow
from cms.following.topics import topics_of
from cms.history.addresses import comparison_url
from cms.models.versions import PublishedVersion
from cms.visibility import visible_to

PUBLISHED = "published"


class Publication(Kind):
    """A new page, or a new version of one."""

    name = PUBLISHED

    def topics(self, event: Event) -> Iterable[str]:
        """All that the page is about, as it is now."""
        return topics_of(event.page) if event.page else ()

    def tell(self, events: Sequence[Event]) -> Mapping[int, Told]:
        """The version, unless it was withdrawn since or was not public."""
        versions = (
            PublishedVersion.objects.filter(pk__in=[event.subject_id for event in events])
            .exclude(hidden_at__isnull=False)
            .select_related("page")
            .defer("content")
            .in_bulk()
        )
        # What was published behind a restriction does not open with its page.
        closed = {version.page_id for version in versions.values() if not version.is_public}
        opened = set(visible_to(Page.objects.filter(pk__in=closed)).values_list("pk", flat=True))
        return {
            event.pk: _told(version)
            for event in events
            if (version := versions.get(event.subject_id or 0))
            and (version.is_public or version.page_id not in opened)
        }


def _told(version: PublishedVersion) -> Told:
    who = version.organisation_name or version.author_name or "DataCités"
    page = version.page
    if version.number == 1:
        text = _("%(who)s publie « %(title)s »")
        return Told(text % {"who": who, "title": version.title}, page.get_url() or "/")
    text = _("%(who)s met à jour « %(title)s »")
    return Told(
        text % {"who": who, "title": version.title},
        comparison_url(page, version.number - 1, version.number),
        version.summary,
    )


def connect() -> None:
    """Connect the receivers and declare the kind."""
    register(Publication())
    post_delete.connect(page_was_deleted, sender=Page, dispatch_uid="forget_page_topics")
    post_save.connect(
        version_was_published, sender=PublishedVersion, dispatch_uid="announce_version"
    )


def version_was_published(
    instance: PublishedVersion, created: bool = False, raw: bool = False, **kwargs: Any
) -> None:
    """Runs inside the publishing transaction."""
    if created and not raw:
        announce(PUBLISHED, by=instance.author, page=instance.page, subject_id=instance.pk)


def page_was_deleted(instance: Page, **kwargs: Any) -> None:
    """Nobody follows what is no more: the address of whoever followed nothing else can go."""
    Follow.objects.filter(topic__in=[f"page:{instance.pk}", f"partner:{instance.pk}"]).delete()
