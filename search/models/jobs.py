"""Long work on the index that somebody asked for in the editor, and how far it has come."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobKind(models.TextChoices):
    """What can be asked."""

    REBUILD = "rebuild", _("reconstruction")
    COMPARE = "compare", _("comparaison")


class IndexJob(models.Model):
    """The last run of one kind of work. One row per kind: one runs at a time."""

    kind = models.CharField(max_length=10, choices=JobKind.choices, unique=True)
    run = models.UUIDField(null=True)
    """Another value for each run: one that lost its place writes nothing more."""
    started_at = models.DateTimeField(null=True)
    alive_until = models.DateTimeField(null=True)
    """Put off while it works; past and not ended, its process was stopped."""
    ended_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    result = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("travail sur l'index")
        verbose_name_plural = _("travaux sur l'index")
        default_permissions = ("add", "view")

    def __str__(self) -> str:
        return f"{self.kind}: {self.done}/{self.total}"
