"""The public history: one row for each publication, written in its transaction.

Wagtail's revisions also hold drafts and autosaves; public history never shows those.
"""

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Min
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision

from cms.visibility import is_open

if TYPE_CHECKING:
    from cms.models.partners import PartnerPage
    from cms.models.users import User

PRIVATE_FIELDS = frozenset(
    [
        "pk",
        "path",
        "depth",
        "numchild",
        "url_path",
        "draft_title",
        "live",
        "has_unpublished_changes",
        "go_live_at",
        "expire_at",
        "expired",
        "locked",
        "locked_at",
        "locked_by",
        "latest_revision",
        "latest_revision_created_at",
        "live_revision",
        "first_published_at",
        "last_published_at",
        "owner",
        "change_summary",
        "translation_key",
        "alias_of",
        "comments",
        "wagtail_admin_comments",
        "group",
        "collection",
        "search_description",
        "latest_revision_created_at",
    ]
)
"""Columns that are bookkeeping or nobody's business; a version holds what readers could see."""


class VersionQuerySet(models.QuerySet["PublishedVersion"]):
    """Versions as public history lists them."""

    def public(self) -> "VersionQuerySet":
        """Those that anyone could read when they were published; a page's own closure is checked apart."""
        return self.filter(is_public=True)

    def shown(self) -> "VersionQuerySet":
        """Those whose text may still be read."""
        return self.public().filter(hidden_at=None)

    def listed(self) -> "VersionQuerySet":
        """Those of a list that may still be read, without their text, which is long."""
        return self.shown().defer("content")


class PublishedVersion(models.Model):
    """A page as it was published: who, when, for which organization, what changed, and the page."""

    page = models.ForeignKey(
        Page, on_delete=models.CASCADE, related_name="published_versions", verbose_name=_("page")
    )
    number = models.PositiveIntegerField(_("version"))
    published_at = models.DateTimeField(_("publiée le"), db_index=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("auteur"),
    )
    author_name = models.CharField(_("nom de l'auteur"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        "cms.PartnerPage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("organisation"),
    )
    organisation_name = models.CharField(_("nom de l'organisation"), max_length=255, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("approuvée par"),
    )
    approved_by_name = models.CharField(_("nom de qui approuve"), max_length=200, blank=True)
    started_at = models.DateTimeField(_("commencée le"), null=True, blank=True)
    """When somebody first worked on it after the version before."""
    submitted_at = models.DateTimeField(_("envoyée en relecture le"), null=True, blank=True)
    credited = models.CharField(_("d'après une proposition de"), max_length=300, blank=True)
    """Names of those who proposed what it takes up."""
    summary = models.CharField(_("ce qui change"), max_length=200, blank=True)
    title = models.CharField(_("titre"), max_length=255)
    url_path = models.TextField(_("adresse"))
    content = models.JSONField(_("page telle que publiée"), encoder=DjangoJSONEncoder)
    content_hash = models.CharField(_("empreinte"), max_length=64)
    is_public = models.BooleanField(
        _("lisible par tous à sa publication"),
        default=True,
        help_text=_("Ce qui a été publié derrière une restriction ne s'ouvre pas avec elle."),
    )
    hidden_at = models.DateTimeField(_("retirée le"), null=True, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("retirée par"),
    )
    hidden_reason = models.CharField(_("motif du retrait"), max_length=300, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version publiée")
        verbose_name_plural = _("versions publiées")
        ordering = ["-published_at", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["page", "number"], name="one_version_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"

    @property
    def is_hidden(self) -> bool:
        """Whether what it says was withdrawn for good."""
        return self.hidden_at is not None


def record_version(page: Page, revision: Revision) -> PublishedVersion | None:
    """Write the public version of `page`, as it has just been published from `revision`.

    Called inside the publishing transaction. Returns None when nothing readers see has changed
    since the last version.
    """
    content = {k: v for k, v in page.serializable_data().items() if k not in PRIVATE_FIELDS}
    encoded = json.dumps(content, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(encoded.encode()).hexdigest()
    last = (
        PublishedVersion.objects.filter(page_id=page.pk)
        .order_by("-number")
        .only("number", "content_hash", "published_at")
        .first()
    )
    if last and last.content_hash == digest:
        return None
    organisation = organisation_of(page)
    author = revision.user
    approval = approval_of(revision)
    approver = approval.finished_by if approval else None
    return PublishedVersion.objects.create(
        page_id=page.pk,
        number=(last.number if last else 0) + 1,
        published_at=page.last_published_at,
        author=author,
        author_name=public_name(author),
        organisation=organisation,
        organisation_name=organisation.title if organisation else "",
        approved_by=approver,
        approved_by_name=public_name(approver),
        started_at=started_at(page, last),
        submitted_at=approval.workflow_state.created_at if approval else None,
        summary=page.change_summary,
        title=page.title,
        url_path=page.url_path,
        content=json.loads(encoded),
        content_hash=digest,
        is_public=is_open(page),
    )


def public_name(user: "User | None") -> str:
    """The name of an account as anyone may read it: never its e-mail address."""
    return user.public_name if user else ""


def organisation_of(page: Page) -> "PartnerPage | None":
    """The partner on whose pages `page` stands (itself included), if any."""
    from cms.models.partners import PartnerPage  # noqa: PLC0415 - partners are pages with versions

    return PartnerPage.objects.ancestor_of(page, inclusive=True).first()


def approval_of(revision: Revision) -> Any:
    """The state of the review in which `revision` was approved, if it went through one."""
    return (
        revision.task_states.filter(status="approved")
        .select_related("finished_by", "workflow_state")
        .order_by("-finished_at")
        .first()
    )


def started_at(page: Page, last: PublishedVersion | None) -> datetime | None:
    """When somebody first worked on `page` after its version before."""
    revisions = Revision.page_revisions.filter(object_id=str(page.pk))
    if last:
        revisions = revisions.filter(created_at__gt=last.published_at)
    first: datetime | None = revisions.aggregate(at=Min("created_at"))["at"]
    return first
