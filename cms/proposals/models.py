"""A proposal, and what is said of it."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page, Revision

from cms.following.models import Correspondent
from cms.models import PublishedVersion

TO_CONFIRM_WITHIN = timedelta(days=7)
KEEP = timedelta(days=365)
"""How long after a decision its author can be answered, and the text of what was not taken is kept."""
MAX_REASON = 1000
MAX_REMARK = 2000
MAX_NAME = 120


class State(models.TextChoices):
    """What has become of a proposal."""

    UNCONFIRMED = "a-confirmer", gettext_lazy("à confirmer")
    OPEN = "ouverte", gettext_lazy("à lire")
    ASKED = "question", gettext_lazy("question posée")
    TAKEN = "reprise", gettext_lazy("reprise")
    PARTLY = "en-partie", gettext_lazy("reprise en partie")
    DECLINED = "declinee", gettext_lazy("déclinée")
    WITHDRAWN = "retiree", gettext_lazy("retirée")


WAITING = (State.OPEN, State.ASKED)
"""States in which somebody can still decide."""
KEPT = (State.TAKEN, State.PARTLY)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Proposals by what is to be done with them."""

    def waiting(self) -> "ProposalQuerySet":
        """Those that await a decision, the oldest first."""
        return self.filter(state__in=WAITING, page__isnull=False).order_by("sent_at", "pk")

    def expired(self, now: datetime) -> "ProposalQuerySet":
        """Those that nobody confirmed in time."""
        return self.filter(state=State.UNCONFIRMED, created_at__lte=now - TO_CONFIRM_WITHIN)


class Proposal(models.Model):
    """Other texts for a page, why, and what became of them."""

    page = models.ForeignKey(
        Page,
        null=True,
        on_delete=models.SET_NULL,
        related_name="proposals",
        verbose_name=gettext_lazy("page"),
    )
    page_title = models.CharField(gettext_lazy("titre de la page"), max_length=255)
    base = models.ForeignKey(
        PublishedVersion, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    """The version that was read and changed."""
    base_texts = models.JSONField(gettext_lazy("textes de départ"), default=dict)
    texts = models.JSONField(gettext_lazy("textes proposés"), default=dict)
    """Those that differ, by name: see `texts`."""
    round = models.PositiveSmallIntegerField(default=1)
    """Goes up each time its author changes it: what was said of other texts is shown as such."""
    reason = models.TextField(gettext_lazy("pourquoi"), max_length=MAX_REASON)

    proposer = models.ForeignKey(
        Correspondent, null=True, on_delete=models.SET_NULL, related_name="proposals"
    )
    proposer_name = models.CharField(gettext_lazy("nom public"), max_length=MAX_NAME, blank=True)
    has_account = models.BooleanField(default=False)
    """Whether that name is an account's: any other is what somebody typed."""
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """The secret of its author's link."""

    state = models.CharField(max_length=12, choices=State.choices, default=State.UNCONFIRMED)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_by_name = models.CharField(max_length=200, blank=True)
    decision = models.TextField(
        gettext_lazy("mot de qui décide"), max_length=MAX_REASON, blank=True
    )
    chosen = models.JSONField(null=True)
    """The numbers of the changes that were taken; None for all."""
    revision = models.ForeignKey(Revision, null=True, on_delete=models.SET_NULL, related_name="+")
    """The revision that took it up."""
    version = models.ForeignKey(
        PublishedVersion, null=True, on_delete=models.SET_NULL, related_name="proposals"
    )
    """The public version in which it can be read."""

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("proposition")
        verbose_name_plural = gettext_lazy("propositions")
        indexes = [models.Index(fields=["state", "sent_at"], name="proposals_by_state")]

    def __str__(self) -> str:
        return f"proposal {self.pk}"

    @property
    def is_waiting(self) -> bool:
        """Whether somebody can still decide."""
        return self.state in WAITING

    @property
    def credited(self) -> str:
        """Who is named beside what was taken; a typed name is told from an account's."""
        if not self.proposer_name:
            return _("un lecteur")
        if self.has_account:
            return self.proposer_name
        return _("%(name)s (sans compte)") % {"name": self.proposer_name}


class Remark(models.Model):
    """A word about a proposal or one of its changes, from those who read it or from its author."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="remarks")
    round = models.PositiveSmallIntegerField()
    change = models.PositiveIntegerField(null=True)
    """The number of the change it is about, in that round; None for all of it."""
    quoted = models.CharField(max_length=300, blank=True)
    """The words of that change, as they were then."""
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_from_proposer = models.BooleanField(default=False)
    name = models.CharField(max_length=200)
    text = models.TextField(max_length=MAX_REMARK)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"remark {self.pk} on {self.proposal_id}"
