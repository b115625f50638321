"""Searches that readers asked to be told about, by e-mail and without an account.

The only place where a reader's address is kept: stopping an alert deletes its row, and the last one
takes the address with it.
"""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

TO_CONFIRM_WITHIN = timedelta(days=7)
"""How long a request waits for its confirmation before it is forgotten."""

MAX_QUERYSTRING = 2000


class Frequency(models.TextChoices):
    """How often at most a mail is sent."""

    HOURLY = "horaire", _("Dans l’heure")
    DAILY = "quotidien", _("Chaque jour")
    WEEKLY = "hebdomadaire", _("Chaque semaine")

    @property
    def days(self) -> int:
        """The number of calendar days from one mail to the next; 0 for an hour."""
        return {Frequency.HOURLY: 0, Frequency.DAILY: 1, Frequency.WEEKLY: 7}[self]


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    """Alerts by what has become of them."""

    def standing(self, now: datetime) -> "SavedSearchQuerySet":
        """Those whose link still leads somewhere: confirmed, or still to be confirmed in time."""
        recent = models.Q(created_at__gt=now - TO_CONFIRM_WITHIN)
        return self.filter(models.Q(confirmed_at__isnull=False) | recent)

    def expired(self, now: datetime) -> "SavedSearchQuerySet":
        """Those that nobody confirmed in time."""
        return self.filter(confirmed_at__isnull=True, created_at__lte=now - TO_CONFIRM_WITHIN)

    def confirmed(self) -> "SavedSearchQuerySet":
        """Those that mails may be sent for."""
        return self.filter(confirmed_at__isnull=False)

    def due(self, now: datetime, newest: datetime) -> "SavedSearchQuerySet":
        """Those that may be sent a mail now, if anything was published since they were looked at."""
        free = models.Q(not_before__isnull=True) | models.Q(not_before__lte=now)
        return self.confirmed().filter(free, last_checked_at__lt=newest)


class SavedSearch(models.Model):
    """One search followed by one address; nothing is sent before the address is confirmed."""

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """The secret of the links in its mails; who has it may see and stop the address's alerts."""
    email = models.EmailField(max_length=254)
    """In lower case, so that one mailbox is one address."""
    querystring = models.CharField(max_length=MAX_QUERYSTRING, blank=True)
    """The library's own, canonical: equal searches are equal strings."""
    frequency = models.CharField(max_length=12, choices=Frequency.choices, default=Frequency.WEEKLY)
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    last_checked_at = models.DateTimeField(default=timezone.now)
    """Cases published before this moment are not news."""
    last_sent_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    """Until then it is left alone: told already, held by a run, or kept after a failure."""
    failing_since = models.DateTimeField(null=True)
    """When the mail server first refused it, if it has taken nothing since."""

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email", "querystring"], name="one_alert_per_address_and_search"
            )
        ]
        indexes = [models.Index(fields=["querystring", "id"], name="alerts_by_search")]

    def __str__(self) -> str:
        return f"alert {self.pk}"

    @property
    def masked_email(self) -> str:
        """Enough of the address for its owner to know it, on a page that a link alone opens."""
        local, _at, domain = self.email.rpartition("@")
        return f"{local[:1]}…@{domain}"

    def next_mail_at(self, sent_at: datetime) -> datetime:
        """From when another mail may follow that of `sent_at`: an hour later, or as a new day begins."""
        frequency = Frequency(self.frequency)
        if frequency is Frequency.HOURLY:
            return sent_at + timedelta(hours=1)
        day = timezone.localtime(sent_at) + timedelta(days=frequency.days)
        return day.replace(hour=0, minute=0, second=0, microsecond=0)


class AnnouncedCase(models.Model):
    """A case that an alert has told of, and will not tell of again."""

    saved_search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="+")
    page_id = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["saved_search", "page_id"], name="one_announcement_per_alert_and_case"
            )
        ]

    def __str__(self) -> str:
        return f"alert {self.saved_search_id}: page {self.page_id}"
