"""Mails of the review: to reviewers when a text arrives, to its authors when it comes back or is out.

A mail is sent once the decision is committed, and never undoes one: what cannot be sent is logged.
It goes only to people who may edit that page now, so nobody learns of another organization's texts.
"""

import logging
import smtplib
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import get_connection
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted
from wagtail.users.models import UserProfile

from cms.mailing.message import compose
from cms.models.versions import organisation_of
from cms.models.workflow import writers_since_publication

logger = logging.getLogger(__name__)


def connect() -> None:
    """Take the place of Wagtail's own notifiers, under the names they are registered by.

    A signal knows one receiver a name: whichever of the two applications starts first, the
    project's receivers are the ones that stay.
    """
    for signal, sender, name, receiver in (
        (
            task_submitted,
            TaskState,
            "group_approval_task_submitted_email_notification",
            tell_reviewers,
        ),
        (
            workflow_submitted,
            WorkflowState,
            "workflow_state_submitted_email_notification",
            tell_nobody,
        ),
        (
            workflow_approved,
            WorkflowState,
            "workflow_state_approved_email_notification",
            tell_approved,
        ),
        (
            workflow_rejected,
            WorkflowState,
            "workflow_state_rejected_email_notification",
            tell_rejected,
        ),
    ):
        signal.disconnect(sender=sender, dispatch_uid=name)
        signal.connect(receiver, sender=sender, dispatch_uid=name)


def tell_nobody(**kwargs: Any) -> None:
    """Submission is told by its first task; telling administrators as well would be a second mail."""


def tell_reviewers(instance: TaskState, user: Any = None, **kwargs: Any) -> None:
    """A text awaits review: its reviewers are told, except those who wrote it."""
    page = instance.workflow_state.content_object
    if not isinstance(page, Page):
        return
    state_id, sender_id = instance.pk, getattr(user, "pk", None)

    def reviewers() -> Iterable[Any]:
        task = TaskState.objects.get(pk=state_id).task.specific
        left_out = writers_since_publication(page) | ({sender_id} if sender_id else set())
        people = get_user_model().objects.filter(is_active=True).exclude(pk__in=left_out)
        members = list(people.filter(groups__in=task.groups.all()).distinct())
        return members or people.filter(is_superuser=True)

    requested_by = instance.workflow_state.requested_by
    context = {
        "who": str(requested_by) if requested_by else "",
        "review_url": absolute("cms_review", state_id),
    }
    after_commit("submitted", page, reviewers, context)


def tell_approved(instance: WorkflowState, user: Any = None, **kwargs: Any) -> None:
    """A text is out: those who wrote it are told, by whom and with which words."""
    tell_authors("approved", instance, user)


def tell_rejected(instance: WorkflowState, user: Any = None, **kwargs: Any) -> None:
    """A text comes back: those who wrote it are told why."""
    tell_authors("rejected", instance, user)


def tell_authors(kind: str, workflow_state: WorkflowState, user: Any) -> None:
    """Tell the people whose text has been decided about, except who decided."""
    page = workflow_state.content_object
    if not isinstance(page, Page):
        return
    state = workflow_state.current_task_state
    decided_by = getattr(user, "pk", None)
    concerned = {
        page.owner_id,
        workflow_state.requested_by_id,
        state.revision.user_id if state else None,
    }
    concerned |= writers_since_publication(page) if kind == "rejected" else set()

    def authors() -> Iterable[Any]:
        people = get_user_model().objects.filter(
            pk__in=concerned - {None, decided_by}, is_active=True
        )
        fresh = Page.objects.get(pk=page.pk)
        return [person for person in people if fresh.permissions_for_user(person).can_edit()]

    context = {
        "who": str(user) if user else "",
        "comment": state.comment if state else "",
        "edit_url": absolute("wagtailadmin_pages:edit", page.pk),
        "home_url": absolute("wagtailadmin_home"),
    }
    after_commit(kind, page, authors, context)


def after_commit(
    kind: str, page: Page, recipients: Callable[[], Iterable[Any]], context: dict[str, Any]
) -> None:
    """Send once the transaction is through; whatever goes wrong then is logged, never raised."""

    def send_now() -> None:
        try:
            send(kind, page.pk, recipients(), context)
        except Exception:
            logger.exception("notification %s of page %s was not sent", kind, page.pk)

    transaction.on_commit(send_now, robust=True)


def send(kind: str, page_id: int, people: Iterable[Any], context: dict[str, Any]) -> None:
    """One mail a person, each naming only its own reader."""
    listed = [person for person in people if person.email and wants(person, kind)]
    if not listed:
        return
    page = Page.objects.get(pk=page_id)
    organisation = organisation_of(page)
    shared = {
        **context,
        "title": page.draft_title or page.title,
        "organisation": str(organisation or ""),
        "page_url": page.full_url if page.live else "",
        "site": settings.WAGTAIL_SITE_NAME,
    }
    connection = get_connection()
    with override(settings.LANGUAGE_CODE):
        for person in listed:
            mail = compose(person.email, f"cms/admin/mail/{kind}", {**shared, "person": person})
            mail.connection = connection
            try:
                mail.send()
            except (
                smtplib.SMTPRecipientsRefused,
                smtplib.SMTPDataError,
                smtplib.SMTPSenderRefused,
                ValueError,
            ):
                logger.exception(
                    "notification %s of page %s refused by the mail server", kind, page_id
                )
            except (OSError, smtplib.SMTPException):
                # The server itself is missing: the others would only wait for it in turn.
                logger.exception("notification %s of page %s: no mail server", kind, page_id)
                return


def wants(person: Any, kind: str) -> bool:
    """Whether `person` has kept this kind of mail, in their account's preferences."""
    return bool(getattr(UserProfile.get_for_user(person), f"{kind}_notifications"))


def absolute(name: str, *args: Any) -> str:
    """The public address of a page of the editor."""
    base: str = settings.WAGTAILADMIN_BASE_URL
    return base.rstrip("/") + reverse(name, args=args)
