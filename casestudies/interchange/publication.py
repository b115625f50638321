"""Publish many pages as one would publish each, without repeating work that once is enough for."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from wagtail.models import Page, ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from cms.following.announcing import silence

TALKATIVE = ("django_tasks", "wagtail")
"""Loggers that say a line or two for each row written."""


def place(parent: Page, page: Page) -> None:
    """Add `page` below `parent`, not yet published; what it refers to is indexed by `publish`."""
    with disable_reference_index_auto_update():
        parent.add_child(instance=page)


@transaction.atomic
def publish(page: Page, user: Any = None) -> None:
    """Save a revision of `page` and publish it, with all that follows from a publication.

    What the page refers to is indexed once at the end, not again for each of its rows. Nobody is
    told: hundreds of pages that a command publishes are no news.
    """
    with disable_reference_index_auto_update(), silence():
        page.save_revision(user=user).publish(user=user, skip_permission_checks=True)
    ReferenceIndex.create_or_update_for_object(type(page).objects.get(pk=page.pk))


@contextmanager
def quietly() -> Iterator[None]:
    """Inside, only warnings are logged about each row: the command tells its own story."""
    loggers = [logging.getLogger(name) for name in TALKATIVE]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
