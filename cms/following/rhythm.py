"""How soon somebody is written to about what they follow."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

HOUR = 7
"""Of the morning, when digests leave."""
MONDAY = 0


class Rhythm(models.TextChoices):
    """At once, by digest, or never by mail."""

    IMMEDIATE = "immediat", _("Dès que cela arrive")
    DAILY = "quotidien", _("Une fois par jour")
    WEEKLY = "hebdomadaire", _("Une fois par semaine")
    NONE = "site", _("Jamais par e-mail")

    def due_at(self, moment: datetime) -> datetime | None:
        """When what happened at `moment` is to be told by mail; None when it is not."""
        if self is Rhythm.NONE:
            return None
        if self is Rhythm.IMMEDIATE:
            return moment
        local = timezone.localtime(moment)
        morning = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
        if morning <= local:
            morning += timedelta(days=1)
        if self is Rhythm.WEEKLY:
            morning += timedelta(days=(MONDAY - morning.weekday()) % 7)
        return morning


def fastest(rhythms: list[Rhythm]) -> Rhythm:
    """Of several, the one that tells first."""
    return min(rhythms, key=list(Rhythm).index)
