"""What is still to be told to the search engine, and the state of its index.

Rows are written in the transaction of the change that they tell of; they hold no content.
"""

import uuid

from django.db import models
from django.utils import timezone


class PendingPage(models.Model):
    """A page whose document may no longer match the database. One row per page."""

    page_id = models.PositiveBigIntegerField(unique=True)
    change = models.UUIDField(default=uuid.uuid4)
    """Another value for each change: a row changed while it was handled must be handled again."""
    created_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(default=timezone.now, null=True, db_index=True)
    """Empty when the row is parked: it failed too often and waits for someone to look."""
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    replay = models.BooleanField(default=False)
    """Handled while an index was being rebuilt: to be handled again for the new one."""

    class Meta:
        verbose_name = "pending page"
        ordering = ("page_id",)

    def __str__(self) -> str:
        return f"page {self.page_id}"


class IndexState(models.Model):
    """The only row about the index as a whole."""

    clock = models.BigIntegerField(default=0)
    """Versions of documents are drawn from here; it only grows."""
    rebuild = models.UUIDField(null=True)
    rebuild_until = models.DateTimeField(null=True)
    rebuilt_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "index state"

    def __str__(self) -> str:
        return f"clock {self.clock}"
