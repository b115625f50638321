"""Learns of every change that a case's document depends on, and notes the pages concerned.

A receiver reads ids and writes pending rows: it must not build a document nor call the engine.
Changes made by `QuerySet.update` send no signal: `search_check --fix` finds those.
"""

from collections.abc import Iterable
from typing import Any

from django.core.signals import request_started
from django.db.models import Model, Q
from django.db.models.signals import post_delete, post_save, pre_delete
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_unpublished, post_page_move

from casestudies.models import (
    Capacity,
    CaseStudyPage,
    CaseStudyTag,
    Domain,
    Obstacle,
    SharingModel,
    Territory,
    Theme,
)
from cms.models import PartnerPage
from search import conf
from search.indexing import enqueue, kick

BOOKKEEPING = frozenset(
    {
        "draft_title",
        "expired",
        "has_unpublished_changes",
        "latest_revision",
        "latest_revision_created_at",
        "locked",
        "locked_at",
        "locked_by",
        "owner",
    }
)
"""Fields of a page that change while it is edited, and that no reader sees."""

USED_BY: dict[type[Model], str] = {
    Theme: "themes",
    Domain: "domains",
    Capacity: "capacities",
    SharingModel: "sharing_models",
    Obstacle: "case_obstacles__obstacle",
    CaseStudyTag: "tagged_items__tag",
}
"""Vocabularies, and how a case leads to their values."""


def connect() -> None:
    """Connect the receivers; called once by the application."""
    post_save.connect(case_saved, sender=CaseStudyPage, dispatch_uid="search_case_saved")
    post_delete.connect(case_deleted, sender=CaseStudyPage, dispatch_uid="search_case_deleted")
    page_unpublished.connect(
        case_unpublished, sender=CaseStudyPage, dispatch_uid="search_unpublished"
    )
    post_save.connect(partner_saved, sender=PartnerPage, dispatch_uid="search_partner_saved")
    pre_delete.connect(partner_deleted, sender=PartnerPage, dispatch_uid="search_partner_deleted")
    post_page_move.connect(page_moved, dispatch_uid="search_page_moved")
    post_save.connect(restriction_changed, sender=PageViewRestriction, dispatch_uid="search_closed")
    post_delete.connect(
        restriction_changed, sender=PageViewRestriction, dispatch_uid="search_opened"
    )
    for model in USED_BY:
        post_save.connect(value_saved, sender=model, dispatch_uid=f"search_saved_{model.__name__}")
        pre_delete.connect(
            value_changed, sender=model, dispatch_uid=f"search_deleted_{model.__name__}"
        )
    post_save.connect(territory_saved, sender=Territory, dispatch_uid="search_territory_saved")
    request_started.connect(resume, dispatch_uid="search_resume")


def case_saved(
    instance: CaseStudyPage,
    raw: bool = False,
    update_fields: Iterable[str] | None = None,
    **kwargs: Any,
) -> None:
    """A live case was saved: published, or changed by a program. Drafts are saved elsewhere.

    Publishing saves the page once, before its children; only the id is noted, so that is enough.
    """
    only_bookkeeping = update_fields is not None and BOOKKEEPING.issuperset(update_fields)
    if instance.live and not raw and not only_bookkeeping:
        enqueue([instance.pk])


def case_unpublished(instance: CaseStudyPage, **kwargs: Any) -> None:
    """A case was withdrawn."""
    enqueue([instance.pk])


def case_deleted(instance: CaseStudyPage, **kwargs: Any) -> None:
    """A case is gone, alone or with what stood above it."""
    enqueue([instance.pk])


def partner_saved(
    instance: PartnerPage,
    created: bool = False,
    raw: bool = False,
    update_fields: Iterable[str] | None = None,
    **kwargs: Any,
) -> None:
    """Cases carry the name and address of the organizations that publish them or took part."""
    only_bookkeeping = update_fields is not None and BOOKKEEPING.issuperset(update_fields)
    if not created and not raw and not only_bookkeeping:
        enqueue(case_ids(Q(path__startswith=instance.path) | Q(case_partners__partner=instance)))


def partner_deleted(instance: PartnerPage, **kwargs: Any) -> None:
    """Cases in which the organization took part no longer name it."""
    enqueue(case_ids(Q(case_partners__partner=instance)))


def page_moved(instance: Page, **kwargs: Any) -> None:
    """A subtree has another place, hence other restrictions and maybe another organization."""
    enqueue(case_ids(Q(path__startswith=instance.path)))


def restriction_changed(instance: PageViewRestriction, raw: bool = False, **kwargs: Any) -> None:
    """A subtree was closed or opened."""
    if not raw:
        enqueue(case_ids(Q(path__startswith=instance.page.path)))


def value_saved(instance: Model, created: bool = False, raw: bool = False, **kwargs: Any) -> None:
    """A value of a vocabulary has another name; a new one is not used yet."""
    if not created and not raw:
        value_changed(instance)


def value_changed(instance: Model, **kwargs: Any) -> None:
    """Cases that carry a value of a vocabulary show its name."""
    enqueue(case_ids(Q(**{USED_BY[type(instance)]: instance.pk})))


def territory_saved(
    instance: Territory, created: bool = False, raw: bool = False, **kwargs: Any
) -> None:
    """Cases are found under their territories and under all that contain these."""
    if created or raw:
        return
    levels = ("", "__epci", "__ept", "__departement", "__region")
    concerned = Q()
    for level in levels:
        concerned |= Q(**{f"case_territories__territory{level}": instance.pk})
    enqueue(case_ids(concerned))


def case_ids(concerned: Q) -> set[int]:
    """Ids of the cases that `concerned` selects."""
    return set(CaseStudyPage.objects.filter(concerned).values_list("pk", flat=True))


def resume(**kwargs: Any) -> None:
    """The first request of a process takes up what a killed one left."""
    request_started.disconnect(dispatch_uid="search_resume")
    if conf.drain_mode() == "thread":
        kick()
