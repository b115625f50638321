"""Publish many pages as one would publish each, without repeating work that once is enough for."""

from typing import Any

from django.db import transaction
from wagtail.models import Page, ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update


@transaction.atomic
def publish(page: Page, user: Any = None) -> None:
    """Save a revision of `page` and publish it, with all that follows from a publication.

    What the page refers to is indexed once at the end, not again for each of its rows.
    """
    with disable_reference_index_auto_update():
        page.save_revision(user=user).publish(user=user, skip_permission_checks=True)
    ReferenceIndex.create_or_update_for_object(type(page).objects.get(pk=page.pk))
