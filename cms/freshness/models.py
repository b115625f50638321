"""Until when a page is taken for exact, what was answered about it, and whom it was asked.

None of these rows is a use of the page that Wagtail would have to count.
"""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

MAX_NOTE = 300


class Verdict(models.TextChoices):
    """What can be answered about a page."""

    EXACT = "exact", _("Toujours exact")
    TO_REVIEW = "a-revoir", _("À revoir")

    @property
    def icon(self) -> str:
        """The sign of its button."""
        return "check" if self is Verdict.EXACT else "edit"


class FreshnessQuerySet(models.QuerySet["Freshness"]):
    """States of live pages, by what is to be done about them."""

    def live(self) -> "FreshnessQuerySet":
        """Those of pages that are published."""
        return self.filter(page__live=True)

    def stale(self, today: date) -> "FreshnessQuerySet":
        """Those that nobody confirmed in time, or that are said to be revised."""
        return self.live().filter(
            models.Q(due_on__lt=today) | models.Q(to_review_since__isnull=False)
        )

    def pressing(self, by: date) -> "FreshnessQuerySet":
        """Those to be confirmed by that date, or revised."""
        return self.live().filter(
            models.Q(due_on__lte=by) | models.Q(to_review_since__isnull=False)
        )

    def unanswered(self, by: date) -> "FreshnessQuerySet":
        """Those to be confirmed by that date; whoever said "to be revised" is not asked again."""
        return self.live().filter(due_on__lte=by, to_review_since=None)


class Freshness(models.Model):
    """The state of one page."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="freshness")
    due_on = models.DateField(_("à confirmer avant le"), db_index=True)
    asked_author_at = models.DateTimeField(null=True)
    asked_organisation_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    to_review_since = models.DateTimeField(null=True, db_index=True)
    by_name = models.CharField(max_length=200, blank=True)
    """Who gave the answer that stands, as readers may know it."""
    organisation_name = models.CharField(max_length=255, blank=True)
    """The page's own organization, if they answered for it."""

    objects = FreshnessQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("fraîcheur d’une page")
        verbose_name_plural = _("fraîcheur des pages")

    def __str__(self) -> str:
        return f"page {self.page_id}, to be confirmed by {self.due_on}"

    @property
    def is_overdue(self) -> bool:
        """Whether its date has passed."""
        return self.due_on < timezone.localdate()

    @property
    def said_by(self) -> str:
        """Who gave the answer that stands: a name, an organization, both or neither."""
        return ", ".join(filter(None, (self.by_name, self.organisation_name)))


class Confirmation(models.Model):
    """One answer about one page; rows are only ever added."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="confirmations")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(max_length=200, blank=True)
    organisation_name = models.CharField(max_length=255, blank=True)
    version = models.PositiveIntegerField()
    """The number of the public version that it is about."""
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    note = models.CharField(max_length=MAX_NOTE, blank=True)
    """For those who may edit the page; readers do not see it."""

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"page {self.page_id}: {self.verdict}"


class Reminder(models.Model):
    """One person is asked about one page, once for each of its dates."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    due_on = models.DateField()
    sent_at = models.DateTimeField(null=True)
    held_by = models.UUIDField(null=True)
    held_until = models.DateTimeField(null=True)
    """Until then the run `held_by` is sending it."""
    refusals = models.PositiveSmallIntegerField(default=0)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("rappel")
        verbose_name_plural = _("rappels")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "page", "due_on"], name="one_reminder_per_person_page_and_date"
            )
        ]
        indexes = [
            models.Index(
                fields=["user"],
                name="reminders_to_send",
                condition=models.Q(sent_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"page {self.page_id} asked of {self.user_id}"


class NoReminder(models.Model):
    """Somebody who does not want to be asked by mail; their desk still shows what is to be confirmed."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("personne sans rappels")
        verbose_name_plural = _("personnes sans rappels")

    def __str__(self) -> str:
        return f"no reminders for {self.user_id}"
