"""A publication is an event: told to those who follow the page, its partner, or what it is about."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models.signals import post_save
from django.utils.translation import gettext as _

from cms.following.announcing import announce
from cms.following.kinds import Kind, Told, register
from cms.following.models import Event
from cms.following.topics import topics_of
from cms.history.addresses import comparison_url
from cms.models.versions import PublishedVersion

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
        told = {}
        for event in events:
            version = versions.get(event.subject_id or 0)
            if version:
                told[event.pk] = _told(version)
        return told


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
    """Connect the receiver and declare the kind."""
    register(Publication())
    post_save.connect(
        version_was_published, sender=PublishedVersion, dispatch_uid="announce_version"
    )


def version_was_published(
    instance: PublishedVersion, created: bool = False, raw: bool = False, **kwargs: Any
) -> None:
    """Runs inside the publishing transaction."""
    if created and not raw:
        announce(PUBLISHED, by=instance.author, page=instance.page, subject_id=instance.pk)
