"""Correspondents, what they follow, what happened, and what each is to be told of it."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.following.rhythm import Rhythm

TO_CONFIRM_WITHIN = timedelta(days=7)
"""How long what a visitor asked waits for its confirmation before it is forgotten."""


class CorrespondentQuerySet(models.QuerySet["Correspondent"]):
    """Correspondents by what may be sent to them."""

    def reachable(self) -> "CorrespondentQuerySet":
        """Those whose address was confirmed by themselves, or is that of an account in use."""
        return self.filter(
            models.Q(user__is_active=True) | models.Q(user=None, confirmed_at__isnull=False)
        )


class Correspondent(models.Model):
    """Somebody the wiki writes to: the owner of an account, or a visitor known by a mailbox alone."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="correspondent",
        verbose_name=_("compte"),
    )
    email = models.EmailField(_("adresse"), max_length=254, null=True, blank=True, unique=True)
    """A visitor's, in lower case; an account has its own."""
    name = models.CharField(_("nom"), max_length=150, blank=True)
    """As a visitor wishes to be named; an account has its own."""
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """The secret of their private link, which their mailbox alone receives."""
    rhythm = models.CharField(
        _("par e-mail"), max_length=12, choices=Rhythm.choices, default=Rhythm.DAILY
    )
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    """Until then digests wait: one has just left, or the mail server refused it."""
    held_until = models.DateTimeField(null=True, blank=True)
    """A run is sending to them."""
    failing_since = models.DateTimeField(null=True, blank=True)
    """When the mail server first refused them, if it has taken nothing since."""

    objects = CorrespondentQuerySet.as_manager()

    class Meta:
        verbose_name = _("correspondant")
        verbose_name_plural = _("correspondants")

    def __str__(self) -> str:
        return f"correspondent {self.pk}"

    @property
    def address(self) -> str:
        """Where mails go."""
        return self.user.email if self.user else self.email or ""

    @property
    def public_name(self) -> str:
        """Their name as anyone may read it; never an address."""
        return self.user.public_name if self.user else self.name

    @property
    def masked_address(self) -> str:
        """Enough of the address for its owner to know it, on a page that a link alone opens."""
        local, _at, domain = self.address.rpartition("@")
        return f"{local[:1]}…@{domain}"

    @property
    def is_confirmed(self) -> bool:
        """Whether the mailbox is known to be theirs."""
        return self.user_id is not None or self.confirmed_at is not None


class FollowQuerySet(models.QuerySet["Follow"]):
    """What is followed, by what has become of it."""

    def standing(self) -> "FollowQuerySet":
        """What was confirmed."""
        return self.filter(confirmed_at__isnull=False)

    def expired(self, now: datetime) -> "FollowQuerySet":
        """What nobody confirmed in time."""
        return self.filter(confirmed_at=None, created_at__lte=now - TO_CONFIRM_WITHIN)


class Follow(models.Model):
    """One topic followed by one correspondent."""

    correspondent = models.ForeignKey(
        Correspondent, on_delete=models.CASCADE, related_name="follows"
    )
    topic = models.CharField(max_length=120)
    """ "page:12", "theme:gouvernance": what `topics` names."""
    rhythm = models.CharField(max_length=12, choices=Rhythm.choices, blank=True)
    """Blank: the correspondent's own."""
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """The secret of the link that confirms it."""
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)

    objects = FollowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["correspondent", "topic"], name="one_follow_per_correspondent_and_topic"
            )
        ]
        indexes = [models.Index(fields=["topic", "correspondent"], name="followers_of_topic")]

    def __str__(self) -> str:
        return f"{self.topic} followed by {self.correspondent_id}"


class Event(models.Model):
    """Something that happened, and by whom; holds references, never what somebody may not read."""

    kind = models.CharField(max_length=40)
    page = models.ForeignKey(Page, null=True, on_delete=models.CASCADE, related_name="+")
    """The page that it is about: only those who may read it are told."""
    subject_id = models.PositiveBigIntegerField(null=True)
    """What it is about, as its kind knows it."""
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    visitor = models.ForeignKey(
        Correspondent, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    """Who did it, an account or not; they are not told."""
    at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True)
    """When a notification had been written for everyone concerned."""

    class Meta:
        indexes = [
            models.Index(
                fields=["id"],
                name="events_to_deliver",
                condition=models.Q(delivered_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Notifications by what is still to be done with them."""

    def to_mail(self, now: datetime) -> "NotificationQuerySet":
        """Those whose mail is due."""
        return self.filter(mailed_at=None, due_at__lte=now)


class Notification(models.Model):
    """An event that a correspondent is told of, once: in the site, and by one mail at most."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="notifications")
    correspondent = models.ForeignKey(
        Correspondent, on_delete=models.CASCADE, related_name="notifications"
    )
    is_direct = models.BooleanField(default=False)
    """Whether it concerns them by name, whatever they follow."""
    due_at = models.DateTimeField(null=True)
    """From when a mail may tell it; None when none will."""
    mailed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["correspondent", "event"],
                name="one_notification_per_correspondent_and_event",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at", "correspondent"],
                name="notifications_to_mail",
                condition=models.Q(mailed_at__isnull=True, due_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"event {self.event_id} for {self.correspondent_id}"
