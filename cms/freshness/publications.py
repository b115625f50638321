"""A publication makes a page fresh; pages published before any of this get their state too."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models.signals import post_save
from django.utils import timezone
from wagtail.models import Page

from cms.freshness.deadlines import confirmed_kinds, months_later
from cms.freshness.models import Freshness
from cms.models.versions import PublishedVersion

BATCH = 500
STATE = [
    field.name for field in Freshness._meta.concrete_fields if field.name not in {"id", "page"}
]


def connect() -> None:
    """Connect the receiver."""
    post_save.connect(
        version_was_published, sender=PublishedVersion, dispatch_uid="freshness_version"
    )


def version_was_published(
    instance: PublishedVersion, created: bool = False, raw: bool = False, **kwargs: Any
) -> None:
    """Whatever was said of the page before is said of another text; runs inside the publication."""
    months = getattr(instance.page.specific_class, "confirm_within_months", None)
    if not created or raw or not months:
        return
    published = timezone.localtime(instance.published_at).date()
    Freshness.objects.bulk_create(
        [Freshness(page_id=instance.page_id, due_on=months_later(published, months))],
        update_conflicts=True,
        unique_fields=["page"],
        update_fields=STATE,
    )


def write_missing() -> int:
    """Write the state of live pages that have none, from their last publication; how many there were."""
    count = 0
    for kind, months in confirmed_kinds().items():
        pages = (
            Page.objects.live()
            .filter(content_type=ContentType.objects.get_for_model(kind), freshness=None)
            .exclude(last_published_at=None)
            .values_list("pk", "last_published_at")
        )
        states = [
            Freshness(page_id=pk, due_on=months_later(timezone.localtime(at).date(), months))
            for pk, at in pages
        ]
        # A publication that comes in between knows better.
        Freshness.objects.bulk_create(states, batch_size=BATCH, ignore_conflicts=True)
        count += len(states)
    return count
