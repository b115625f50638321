"""Who may do what: each partner's members on their subtree, moderators everywhere.

Rights are Wagtail's own group permissions. A partner's group may add and change pages of its
subtree, and add, change and choose images and documents of its own collection; nothing else.
"""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail import hooks
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from cms.models import CustomDocument, CustomImage, PartnerPage, ReviewTask

MODERATORS = "Modération"
WORKFLOW = "Relecture du collectif"
REVIEW = "Relecture par la modération"
VERBS = ("add", "change", "view", "delete")
PARTNER_PAGE_RIGHTS = ("add_page", "change_page")
MODERATOR_PAGE_RIGHTS = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
COLLECTION_RIGHTS = (
    "add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document",
)  # fmt: skip


def codenames(names: tuple[str, ...]) -> dict[str, Permission]:
    """Permissions by the action they name; Wagtail keeps those of files on its own models."""
    apps = {"page": "wagtailcore", "image": "wagtailimages", "document": "wagtaildocs"}
    return {
        name: Permission.objects.get(
            content_type__app_label=apps[name.rpartition("_")[2]], codename=name
        )
        for name in names
    }


def enter_editor() -> Permission:
    """The right to sign in to the editor at all."""
    return Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")


def group_name(partner: PartnerPage) -> str:
    """Unique and readable: two partners may bear the same title."""
    return f"{partner.title[:120]} [{partner.pk}]"


@transaction.atomic
def keep_in_step(partner: PartnerPage) -> None:
    """Create the partner's group and collection, or give them its current name."""
    name = group_name(partner)
    if partner.group_id and partner.collection_id:
        Group.objects.filter(pk=partner.group_id).exclude(name=name).update(name=name)
        Collection.objects.filter(pk=partner.collection_id).exclude(name=partner.title).update(
            name=partner.title
        )
        return
    group, _ = Group.objects.get_or_create(name=name)
    collection = Collection.get_first_root_node().add_child(name=partner.title)
    group.permissions.add(enter_editor())
    for permission in codenames(PARTNER_PAGE_RIGHTS).values():
        GroupPagePermission.objects.get_or_create(
            group=group, page_id=partner.pk, permission=permission
        )
    for permission in codenames(COLLECTION_RIGHTS).values():
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=collection, permission=permission
        )
    PartnerPage.objects.filter(pk=partner.pk).update(group=group, collection=collection)
    partner.group, partner.collection = group, collection


def remove(partner: PartnerPage) -> None:
    """Delete the partner's group; its collection goes too unless it still holds files."""
    if partner.group_id:
        Group.objects.filter(pk=partner.group_id).delete()
    collection = Collection.objects.filter(pk=partner.collection_id).first()
    if collection and not holds_files(collection):
        collection.delete()


def holds_files(collection: Collection) -> bool:
    """Whether an image or a document is kept in `collection` or below it."""
    kept_in = collection.get_descendants(inclusive=True)
    return any(
        model.objects.filter(collection__in=kept_in).exists()
        for model in (CustomImage, CustomDocument)
    )


def partners_of(user: object) -> "list[PartnerPage]":
    """The partners that `user` writes for."""
    return list(PartnerPage.objects.filter(group__user=user).order_by("title"))


def is_moderator(user: Any) -> bool:
    """Whether `user` is one of the collective's moderators, or an administrator."""
    if not user.is_authenticated or not user.is_active:
        return False
    return bool(user.is_superuser or user.groups.filter(name=MODERATORS).exists())


@transaction.atomic
def install_moderation(home: Page) -> Workflow:
    """Create the moderators' group, their rights below `home` and the review workflow, once."""
    moderators, _ = Group.objects.get_or_create(name=MODERATORS)
    moderators.permissions.add(enter_editor(), *vocabulary_permissions())
    for permission in codenames(MODERATOR_PAGE_RIGHTS).values():
        GroupPagePermission.objects.get_or_create(
            group=moderators, page=home, permission=permission
        )
    for permission in codenames(COLLECTION_RIGHTS).values():
        GroupCollectionPermission.objects.get_or_create(
            group=moderators, collection=Collection.get_first_root_node(), permission=permission
        )
    task, _ = ReviewTask.objects.get_or_create(name=REVIEW)
    task.groups.set([moderators])
    workflow, created = Workflow.objects.get_or_create(name=WORKFLOW)
    if created:
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.update_or_create(page=home, defaults={"workflow": workflow})
    return workflow


def vocabulary_permissions() -> list[Permission]:
    """Rights over the vocabularies that moderators keep: every snippet of the project's rooms."""
    from wagtail.snippets.models import get_snippet_models  # noqa: PLC0415 - after registration

    permissions: list[Permission] = []
    for model in get_snippet_models():
        if model._meta.app_label not in {"cms", "casestudies", "search"}:
            continue
        verbs = VERBS if getattr(model, "may_be_deleted", True) else VERBS[:3]
        actions = [f"{verb}_{model._meta.model_name}" for verb in verbs]
        permissions += Permission.objects.filter(
            content_type__app_label=model._meta.app_label, codename__in=actions
        )
    for right in moderator_rights():
        app_label, _, codename = right.partition(".")
        permissions += Permission.objects.filter(
            content_type__app_label=app_label, codename=codename
        )
    return permissions


def moderator_rights() -> list[str]:
    """Rights over other things than snippets, as `app.codename`; rooms above add theirs.

    Hook `moderator_rights`: `fn() -> Iterable[str]`.
    """
    return sorted(right for hook in hooks.get_hooks("moderator_rights") for right in hook())
