"""Who may do what: an author on their organization's pages and nowhere else; moderators everywhere."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.urls import NoReverseMatch, get_resolver, reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from cms.membership import MODERATORS, install_moderation, partners_of
from cms.models import PartnerPage
from tests.cms.editors import Editors, signed_in

pytestmark = pytest.mark.django_db

AUTHOR_MENU = {
    "explorer", "images", "documents", "tell", "proposals", "broken-links", "following",
}  # fmt: skip


def test_the_rights_of_a_partner_are_exactly_these(world: Editors) -> None:
    group = world.antony.group
    assert {permission.codename for permission in group.permissions.all()} == {"access_admin"}
    pages = GroupPagePermission.objects.filter(group=group).values_list(
        "page", "permission__codename"
    )
    assert set(pages) == {(world.antony.pk, "add_page"), (world.antony.pk, "change_page")}
    files = GroupCollectionPermission.objects.filter(group=group).values_list(
        "collection", "permission__codename"
    )
    assert {collection for collection, _ in files} == {world.antony.collection_id}
    assert {name for _, name in files} == {
        f"{action}_{kind}"
        for action in ("add", "change", "choose")
        for kind in ("customimage", "customdocument")
    } or {name.replace("custom", "") for _, name in files} == {
        f"{action}_{kind}"
        for action in ("add", "change", "choose")
        for kind in ("image", "document")
    }


def test_moderators_have_no_right_over_accounts(world: Editors) -> None:
    group = Group.objects.get(name=MODERATORS)
    labels = set(group.permissions.values_list("content_type__app_label", flat=True))
    assert labels <= {"wagtailadmin", "cms", "casestudies", "search"}
    assert not group.permissions.filter(codename__contains="user").exists()
    assert not group.permissions.filter(codename__contains="group").exists()


def test_installing_twice_changes_nothing(world: Editors) -> None:
    def count() -> tuple[int, ...]:
        return (
            Group.objects.count(), GroupPagePermission.objects.count(), GroupCollectionPermission.objects.count(),
            Collection.objects.count(), world.home.get_workflow().workflow_tasks.count(),
        )  # fmt: skip

    before = count()
    install_moderation(world.home)
    PartnerPage.objects.get(pk=world.antony.pk).save()
    assert count() == before


def test_a_group_follows_its_partners_name(world: Editors) -> None:
    partner = PartnerPage.objects.get(pk=world.antony.pk)
    partner.title = "Antony"
    partner.save()
    partner.refresh_from_db()
    assert partner.group.name.startswith("Antony")
    assert partner.collection.name == "Antony"
    assert partners_of(world.alice) == [partner]


def test_two_partners_may_bear_one_name(world: Editors) -> None:
    twin = world.antony.get_parent().add_child(
        instance=PartnerPage(title=world.antony.title, slug="antony-bis")
    )
    twin.refresh_from_db()
    assert twin.group_id != world.antony.group_id
    assert twin.collection_id != world.antony.collection_id


def test_a_partner_that_goes_takes_its_rights_along(world: Editors) -> None:
    group, collection = world.brest.group_id, world.brest.collection_id
    PartnerPage.objects.get(pk=world.brest.pk).delete()
    assert not Group.objects.filter(pk=group).exists()
    assert not Collection.objects.filter(pk=collection).exists()


def test_the_files_of_a_partner_that_goes_are_kept(world: Editors) -> None:
    collection = world.brest.collection
    get_document_model().objects.create(title="Note de Brest", collection=collection)
    PartnerPage.objects.get(pk=world.brest.pk).delete()
    assert Collection.objects.filter(pk=collection.pk).exists()


def denied(response: Any) -> bool:
    """Refused: 403, 404, or Wagtail's message on the dashboard."""
    return response.status_code in {403, 404} or (
        response.status_code == 302
        and response["Location"] in {"/gestion/", reverse("wagtailadmin_home")}
    )


def page_addresses(page: Page) -> list[str]:
    """Every address of the editor that is about one page, as the router knows them."""
    found = []
    for pattern in get_resolver().url_patterns:
        if "wagtailadmin_pages" in getattr(pattern, "namespace_dict", {}):
            names = {
                name
                for name in pattern.namespace_dict["wagtailadmin_pages"][1].reverse_dict
                if isinstance(name, str)
            }
            for name in sorted(names):
                for args in (
                    [page.pk],
                    [page.pk, page.latest_revision_id],
                    [page.pk, "live", page.latest_revision_id],
                ):
                    try:
                        found.append(reverse(f"wagtailadmin_pages:{name}", args=args))
                    except NoReverseMatch:
                        continue
    return found


def test_every_address_about_another_partners_page_is_closed(world: Editors) -> None:
    page = world.case("Secret de Brest", world.basile, world.brest)
    page.refresh_from_db()
    client = signed_in(world.alice)
    addresses = page_addresses(page)
    assert len(addresses) > 20
    leaks = []
    for address in addresses:
        for method in ("get", "post"):
            response = getattr(client, method)(address)
            body = b"".join(response) if response.streaming else response.content
            if b"Secret de Brest" in body or (
                not denied(response) and "secret-de-brest" in body.decode(errors="replace")
            ):
                leaks.append((method, address, response.status_code))
    assert leaks == []
    page.refresh_from_db()
    assert (page.draft_title, page.live, page.locked) == ("Secret de Brest", False, False)
    assert page.get_parent().pk == world.brest.pk
    for address in ("edit", "delete", "copy", "move", "history", "unpublish"):
        assert denied(client.get(reverse(f"wagtailadmin_pages:{address}", args=[page.pk]))), address


def test_explorer_shows_ones_own_subtree_only(world: Editors) -> None:
    world.case("Chez nous", world.adele)
    world.case("Secret de Brest", world.basile, world.brest)
    client = signed_in(world.alice)
    own = client.get(reverse("wagtailadmin_explore", args=[world.antony.pk])).content.decode()
    assert "Chez nous" in own
    for address in (
        reverse("wagtailadmin_explore_root"),
        reverse("wagtailadmin_explore", args=[world.home.pk]),
        reverse("wagtailadmin_explore", args=[world.brest.pk]),
        reverse("wagtailadmin_pages:search") + "?q=secret",
    ):
        assert "Secret de Brest" not in client.get(address, follow=True).content.decode(), address


def test_nothing_moves_or_is_copied_across_organizations(world: Editors) -> None:
    own = world.case("Chez nous", world.alice)
    client = signed_in(world.alice)
    client.post(reverse("wagtailadmin_pages:move_confirm", args=[own.pk, world.brest.pk]))
    client.post(
        reverse("wagtailadmin_pages:copy", args=[own.pk]),
        {"new_title": "Copie", "new_slug": "copie", "new_parent_page": world.brest.pk},
    )
    assert Page.objects.get(pk=world.brest.pk).numchild == 0
    other = world.case("Secret de Brest", world.basile, world.brest)
    client.post(
        reverse("wagtailadmin_pages:copy", args=[other.pk]),
        {"new_title": "Volée", "new_slug": "volee", "new_parent_page": world.antony.pk},
    )
    client.post(reverse("wagtailadmin_pages:move_confirm", args=[other.pk, world.antony.pk]))
    client.post(
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"]) + f"?id={other.pk}"
    )
    client.post(
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"]) + f"?id={other.pk}",
        {"chooser": world.antony.pk},
    )
    assert not Page.objects.filter(title="Volée").exists()
    assert Page.objects.get(pk=other.pk).get_parent().pk == world.brest.pk
    assert Page.objects.get(pk=own.pk).get_parent().pk == world.antony.pk


def test_colleagues_take_over_each_others_drafts(world: Editors) -> None:
    page = world.case("À reprendre", world.adele)
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert signed_in(world.alice).get(url).status_code == 200
    assert denied(signed_in(world.basile).get(url))
    assert signed_in(world.mona).get(url).status_code == 200


def test_leaving_an_organization_closes_its_pages_at_once(world: Editors) -> None:
    page = world.case("Chez nous", world.alice)
    client = signed_in(world.alice)
    world.alice.groups.clear()
    world.alice.groups.add(world.brest.group)
    assert denied(client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])))


def test_page_choosers_keep_others_drafts_to_themselves(world: Editors) -> None:
    world.case("Secret de Brest", world.basile, world.brest)
    world.case("Chez nous", world.adele)
    world.published("Public à Brest", world.basile, world.brest)
    client = signed_in(world.alice)
    listed = client.get(
        reverse("wagtailadmin_choose_page_child", args=[world.brest.pk])
    ).content.decode()
    assert "Public" in listed
    assert "Secret de Brest" not in listed
    searched = client.get(reverse("wagtailadmin_choose_page_search") + "?q=brest").content.decode()
    assert "Secret de Brest" not in searched
    own = client.get(
        reverse("wagtailadmin_choose_page_child", args=[world.antony.pk])
    ).content.decode()
    assert "Chez nous" in own


def test_files_are_chosen_in_ones_own_collection(world: Editors) -> None:
    image = get_image_model().objects.create(
        title="Photo de Brest", file=get_test_image_file(), collection=world.brest.collection
    )
    document = get_document_model().objects.create(
        title="Note de Brest", collection=world.brest.collection
    )
    client = signed_in(world.alice)
    assert (
        "Photo de Brest" not in client.get(reverse("wagtailimages_chooser:choose")).content.decode()
    )
    assert "Note de Brest" not in client.get(reverse("wagtaildocs_chooser:choose")).content.decode()
    assert "Photo de Brest" not in client.get(reverse("wagtailimages:index")).content.decode()
    for name, pk in (
        ("wagtailimages:edit", image.pk), ("wagtailimages:delete", image.pk), ("wagtailimages:preview", None),
        ("wagtaildocs:edit", document.pk), ("wagtaildocs:delete", document.pk),
        ("wagtailimages_chooser:chosen", image.pk), ("wagtaildocs_chooser:chosen", document.pk),
    ):  # fmt: skip
        if pk is None:
            continue
        response = client.get(reverse(name, args=[pk]))
        assert denied(response) or "de Brest" not in response.content.decode(), name


@pytest.mark.parametrize("name", ["alice", "mona", "root"])
def test_the_menu_holds_what_one_works_with(world: Editors, name: str) -> None:
    from wagtail.admin.menu import admin_menu

    response = signed_in(getattr(world, name)).get("/gestion/")
    names = {item.name for item in admin_menu.menu_items_for_request(response.wsgi_request)}
    if name == "alice":
        assert names == AUTHOR_MENU
    assert "help" not in names
    assert ("settings" in names) == (name == "root")
    assert ("reports" in names) == (name != "alice")


@pytest.mark.parametrize(
    "address",
    [
        "wagtailadmin_reports:locked_pages", "wagtailadmin_reports:workflow", "wagtailadmin_reports:workflow_tasks",
        "wagtailadmin_reports:site_history", "wagtailadmin_reports:aging_pages", "wagtailusers_users:index",
        "wagtailusers_groups:index", "wagtailadmin_workflows:index", "wagtailadmin_collections:index",
        "wagtailsites:index", "wagtailredirects:index",
    ],
)  # fmt: skip
def test_an_author_learns_nothing_from_reports_and_settings(world: Editors, address: str) -> None:
    world.case("Secret de Brest", world.basile, world.brest)
    world.submitted("Bientôt à Brest", world.basile, world.brest)
    body = signed_in(world.alice).get(reverse(address)).content.decode()
    assert "Secret de Brest" not in body
    assert "Bientôt à Brest" not in body
    assert "basile@example.fr" not in body


def test_the_login_page_bears_the_sites_name_and_tells_nothing_else(world: Editors) -> None:
    body = signed_in(world.alice).get("/gestion/login/", follow=True).content.decode()
    from django.test import Client

    body = Client().get("/gestion/login/").content.decode()
    assert "<title>Se connecter - DataCités</title>" in " ".join(body.split()).replace(
        "<title> ", "<title>"
    )
    assert "Espace des auteurs" in body
    assert "Wagtail" not in body.partition("<noscript")[0] + body.partition("</noscript>")[2]
    for secret in ("example.fr", "mot de passe :", "motdepasse"):
        assert secret not in body
