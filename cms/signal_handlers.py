"""What follows from a change: public versions, partners' groups, remembered definitions."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, Revision
from wagtail.signals import page_published

from cms import definitions
from cms.membership import keep_in_step, remove
from cms.models import BasePage, GlossaryTerm, PartnerPage
from cms.models.versions import record_version


def connect() -> None:
    """Connect the receivers; called once by the application."""
    page_published.connect(write_version, dispatch_uid="write_version")
    post_save.connect(follow_partner, sender=PartnerPage, dispatch_uid="follow_partner")
    post_delete.connect(forget_partner, sender=PartnerPage, dispatch_uid="forget_partner")
    post_save.connect(forget_definitions, sender=GlossaryTerm, dispatch_uid="term_saved")
    post_delete.connect(forget_definitions, sender=GlossaryTerm, dispatch_uid="term_deleted")


def write_version(instance: Page, revision: Revision, **kwargs: Any) -> None:
    """A publication is a version; runs inside the publishing transaction."""
    if isinstance(instance, BasePage) and instance.live:
        record_version(instance, revision)


def follow_partner(instance: PartnerPage, raw: bool = False, **kwargs: Any) -> None:
    """A partner's group and collection carry its name."""
    if not raw:
        keep_in_step(instance)


def forget_partner(instance: PartnerPage, **kwargs: Any) -> None:
    """A partner that is gone leaves no rights behind."""
    remove(instance)


def forget_definitions(**kwargs: Any) -> None:
    """The next page read takes the glossary as it is now."""
    definitions.forget()
