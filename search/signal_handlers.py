"""Learns of every change that the index depends on, and notes the pages concerned.

A receiver reads ids and writes pending rows: it must not build a document nor call the engine.
Changes made by `QuerySet.update` send no signal: `search_check --fix` finds those.
"""

from collections.abc import Iterable
from typing import Any

from django.core.signals import request_started
from django.db.models import Model, Q
from django.db.models.signals import post_delete, post_save, pre_delete
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction
from wagtail.signals import page_unpublished, post_page_move

from casestudies.models import (
    Capacity,
    CaseStudyPage,
    CaseStudyTag,
    Domain,
    Obstacle,
    Referential,
    SharingModel,
    Territory,
    Theme,
    ThemeCorrespondence,
)
from cms.models import CustomDocument, GlossaryTerm, PartnerPage
from search import branches, conf, editions, labels, places, rules
from search.attachments import pages_of_documents
from search.gazetteer import GAZETTEER
from search.indexing import enqueue, kick
from search.memory import Remembered
from search.models import SynonymRule
from search.passages import SEARCHED, pages_of_collection, pages_of_glossary

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

REMEMBERED: tuple[tuple[Remembered, Iterable[type[Model]]], ...] = (
    (rules.MEMORY, (SynonymRule, GlossaryTerm)),
    (labels.MEMORY, labels.VOCABULARIES.values()),
    (editions.MEMORY, (Theme, Referential, ThemeCorrespondence)),
    (labels.TAGS, (CaseStudyTag,)),
    (branches.PLACES, (Territory,)),
    (GAZETTEER, (Territory,)),
)
"""What processes keep in memory, and the rows it is made of."""


def connect() -> None:
    """Connect the receivers; called once by the application."""
    kinds: list[type[Page]] = [CaseStudyPage, *SEARCHED]
    for kind in kinds:
        name = kind.__name__
        post_save.connect(page_saved, sender=kind, dispatch_uid=f"search_saved_{name}")
        post_delete.connect(page_gone, sender=kind, dispatch_uid=f"search_deleted_{name}")
        page_unpublished.connect(page_gone, sender=kind, dispatch_uid=f"search_unpublished_{name}")
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
    connect_parts()
    request_started.connect(resume, dispatch_uid="search_resume")
    for memory, made_of in REMEMBERED:
        for model in made_of:
            name = f"search_forget_{memory.key}_{model.__name__}"
            post_save.connect(memory.forget, sender=model, dispatch_uid=f"{name}_saved")
            post_delete.connect(memory.forget, sender=model, dispatch_uid=f"{name}_deleted")


def connect_parts() -> None:
    """Connect what passages are made of: terms of the glossary, attached documents."""
    for signal in (post_save, post_delete):
        name = "saved" if signal is post_save else "deleted"
        signal.connect(term_changed, sender=GlossaryTerm, dispatch_uid=f"search_term_{name}")
    post_save.connect(document_changed, sender=CustomDocument, dispatch_uid="search_file_saved")
    pre_delete.connect(document_changed, sender=CustomDocument, dispatch_uid="search_file_deleted")
    for model in (Collection, CollectionViewRestriction):
        for signal in (post_save, post_delete):
            name = "saved" if signal is post_save else "deleted"
            uid = f"search_{model.__name__}_{name}"
            signal.connect(collection_changed, sender=model, dispatch_uid=uid)


def page_saved(
    instance: Page,
    raw: bool = False,
    update_fields: Iterable[str] | None = None,
    **kwargs: Any,
) -> None:
    """A live page was saved: published, or changed by a program. Drafts are saved elsewhere.

    Publishing saves the page once, before its children; only the id is noted, so that is enough.
    """
    only_bookkeeping = update_fields is not None and BOOKKEEPING.issuperset(update_fields)
    if instance.live and not raw and not only_bookkeeping:
        enqueue([instance.pk])


def page_gone(instance: Page, **kwargs: Any) -> None:
    """A page was withdrawn, or deleted, alone or with what stood above it."""
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
    enqueue(page_ids_below(instance.path))


def restriction_changed(instance: PageViewRestriction, raw: bool = False, **kwargs: Any) -> None:
    """A subtree was closed or opened."""
    if not raw:
        enqueue(page_ids_below(instance.page.path))


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
    places.forget_names()
    if created or raw:
        return
    levels = ("", "__epci", "__ept", "__departement", "__region")
    concerned = Q()
    for level in levels:
        concerned |= Q(**{f"case_territories__territory{level}": instance.pk})
    enqueue(case_ids(concerned))


def term_changed(**kwargs: Any) -> None:
    """The glossary is searched term by term."""
    enqueue(pages_of_glossary())


def document_changed(instance: Any, **kwargs: Any) -> None:
    """Pages are found by the text of the documents attached to them."""
    enqueue(pages_of_documents([instance.pk]))


def collection_changed(instance: Any, created: bool = False, **kwargs: Any) -> None:
    """Documents of a closed collection are not searched."""
    is_collection = isinstance(instance, Collection)
    if not (created and is_collection):
        enqueue(pages_of_collection(instance if is_collection else instance.collection))


def page_ids_below(path: str) -> set[int]:
    """Ids of the searched pages of a subtree."""
    kinds = (CaseStudyPage, *SEARCHED)
    below = Page.objects.exact_type(*kinds).filter(path__startswith=path)
    return set(below.values_list("pk", flat=True))


def case_ids(concerned: Q) -> set[int]:
    """Ids of the cases that `concerned` selects."""
    return set(CaseStudyPage.objects.filter(concerned).values_list("pk", flat=True))


def resume(**kwargs: Any) -> None:
    """The first request of a process takes up what a killed one left."""
    request_started.disconnect(dispatch_uid="search_resume")
    if conf.drain_mode() == "thread":
        kick()
