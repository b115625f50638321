"""What readers search, counted by week: no reader, no address, no session."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchCount(models.Model):
    """How one query fared during one week."""

    week = models.DateField()
    """The Monday it starts on."""
    key = models.CharField(max_length=200)
    """The words as they are compared: folded, single spaces."""
    text = models.CharField(max_length=200, blank=True)
    """The words as they were last typed; empty, like the key, for all whose words are not kept."""
    searches = models.PositiveIntegerField(default=0)
    empty = models.PositiveIntegerField(default=0)
    """Searches that found nothing."""
    clicked = models.PositiveIntegerField(default=0)
    """Searches from which a result was opened."""
    clicks = models.PositiveIntegerField(default=0)
    """Results opened."""
    first_three = models.PositiveIntegerField(default=0)
    """Those of them that were among the first three."""
    positions = models.PositiveIntegerField(default=0)
    """Sum of the positions of the results opened, from 1."""

    class Meta:
        verbose_name = _("recherche comptée")
        verbose_name_plural = _("recherches comptées")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["week", "key"], name="one_count_per_week_and_query")
        ]
        indexes = [models.Index(fields=["week", "-searches"], name="search_counts_by_week")]

    def __str__(self) -> str:
        return f"{self.week} {self.text} × {self.searches}"
