"""Nobody approves their own text, nor one that changed unseen: at every door of the editor."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, TaskState, WorkflowState

from casestudies.models import CaseStudyPage
from cms.models import PublishedVersion, User
from cms.models.workflow import version_token
from tests.cms.editors import Editors, signed_in

pytestmark = pytest.mark.django_db


def review_url(state: TaskState) -> str:
    return reverse("cms_review", args=[state.pk])


def action_url(page: Page, state: TaskState, action: str = "approve") -> str:
    return reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])


def token(page: Page) -> str:
    return version_token(Page.objects.get(pk=page.pk).get_latest_revision())


def decide(
    client: Client, state: TaskState, decision: str, seen: str = "", comment: str = ""
) -> Any:
    return client.post(review_url(state), {"decision": decision, "seen": seen, "comment": comment})


def is_live(page: Page) -> bool:
    return Page.objects.get(pk=page.pk).live


def test_a_moderator_reads_then_publishes(world: Editors) -> None:
    page, state = world.submitted("Capteurs", world.alice)
    client = signed_in(world.mona)
    shown = client.get(review_url(state)).content.decode()
    assert "Capteurs" in shown
    assert "Un récit." in shown
    assert "Ville d&#x27;Antony" in shown
    assert f'value="{token(page)}"' in shown
    assert decide(client, state, "approve", token(page), "Bravo").status_code == 302
    assert is_live(page)
    version = PublishedVersion.objects.get(page_id=page.pk)
    assert version.author_name == "Alice Test"
    assert version.approved_by_name == "Mona Test"


def test_sending_back_asks_for_a_word_and_keeps_it(world: Editors) -> None:
    page, state = world.submitted("Capteurs", world.alice)
    client = signed_in(world.mona)
    response = decide(client, state, "reject", token(page))
    assert "Dites en une phrase" in response.content.decode()
    decide(client, state, "reject", token(page), "Il manque le coût.")
    state.refresh_from_db()
    assert (state.status, state.comment, state.finished_by) == (
        "rejected",
        "Il manque le coût.",
        world.mona,
    )
    assert not is_live(page)


@pytest.mark.parametrize("name", ["mona", "root"])
def test_nobody_approves_their_own_text(world: Editors, name: str) -> None:
    user = getattr(world, name)
    page, state = world.submitted("De ma plume", user)
    client = signed_in(user)
    shown = client.get(review_url(state)).content.decode()
    assert (
        "personne n&#x27;approuve son propre texte" in shown
        or "personne n'approuve son propre texte" in shown
    )
    assert 'value="approve"' not in shown
    decide(client, state, "approve", token(page))
    assert client.post(action_url(page, state), {"seen": token(page)}).status_code in {302, 403}
    edit(client, page, **{"action-workflow-action": "true", "workflow-action-name": "approve"})
    assert not is_live(page)
    other = world.max if name == "mona" else world.mona
    decide(signed_in(other), state, "approve", token(page))
    assert is_live(page)


def test_mending_one_word_makes_it_ones_own(world: Editors) -> None:
    page, state = world.submitted("Capteurs", world.alice)
    text = page.get_latest_revision_as_object()
    text.title = "Capteurs de parking"
    text.save_revision(user=world.mona)
    decide(signed_in(world.mona), state, "approve", token(page))
    assert not is_live(page)
    decide(signed_in(world.max), state, "approve", token(page))
    assert is_live(page)
    assert PublishedVersion.objects.get(page_id=page.pk).approved_by_name == "Max Test"


def test_the_task_of_another_page_is_no_way_round(world: Editors) -> None:
    own, own_state = world.submitted("De ma plume", world.mona)
    other, _state = world.submitted("Capteurs", world.alice)
    signed_in(world.mona).post(action_url(other, own_state), {"seen": token(own)})
    assert not is_live(own)


@pytest.mark.parametrize("name", ["alice", "basile"])
def test_an_author_decides_nothing(world: Editors, name: str) -> None:
    page, state = world.submitted("Capteurs", world.alice)
    client = signed_in(getattr(world, name))
    assert denied(client.get(review_url(state)))
    assert denied(decide(client, state, "approve", token(page)))
    assert denied(client.post(action_url(page, state), {"seen": token(page)}))
    assert not is_live(page)


def denied(response: Any) -> bool:
    """Wagtail answers a refusal with a message on the dashboard."""
    return response.status_code == 403 or (
        response.status_code == 302 and response["Location"].endswith("/gestion/")
    )


def test_what_changed_unseen_is_not_approved(world: Editors) -> None:
    page, state = world.submitted("Capteurs", world.alice)
    opened = token(page)
    text = page.get_latest_revision_as_object()
    text.title = "Tout autre chose"
    text.save_revision(user=world.root)
    response = decide(signed_in(world.mona), state, "approve", opened, "Très bien")
    assert response.status_code == 409
    shown = response.content.decode()
    assert "le texte a changé" in shown
    assert "Tout autre chose" in shown
    assert "Très bien" in shown
    assert not is_live(page)


def test_a_revision_saved_over_is_another_version(world: Editors) -> None:
    page, state = world.submitted("Capteurs", world.alice)
    opened = token(page)
    text = page.get_latest_revision_as_object()
    text.title = "Glissé après coup"
    text.save_revision(user=world.alice, overwrite_revision=page.get_latest_revision())
    assert decide(signed_in(world.mona), state, "approve", opened).status_code == 409
    assert not is_live(page)


def test_the_direct_address_needs_the_version_too(world: Editors) -> None:
    page, state = world.submitted("Capteurs", world.alice)
    client = signed_in(world.mona)
    client.post(action_url(page, state))
    client.post(action_url(page, state), {"seen": "1.1.1"})
    assert not is_live(page)
    shown = client.get(action_url(page, state)).content.decode()
    assert token(page) in shown
    client.post(action_url(page, state), {"seen": token(page)})
    assert is_live(page)


def test_deciding_twice_decides_once(world: Editors) -> None:
    page, state = world.submitted("Capteurs", world.alice)
    seen = token(page)
    decide(signed_in(world.mona), state, "approve", seen)
    response = decide(signed_in(world.max), state, "approve", seen)
    assert response.status_code == 302
    assert PublishedVersion.objects.filter(page_id=page.pk).count() == 1
    stale = state.task.specific.on_action(state, world.max, "reject", comment="Trop tard")
    assert stale is not None
    assert stale.endswith("refus=fini")


def form_data(client: Client, page: Page) -> dict[str, Any]:
    """What the editor's page would post, read from the form it shows."""
    form = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).context["form"]
    data: dict[str, Any] = {}
    collect(form, data)
    latest = Page.objects.get(pk=page.pk).get_latest_revision()
    data["loaded_revision_id"] = latest.pk
    data["loaded_revision_created_at"] = latest.created_at.isoformat()
    return data


def collect(form: Any, data: dict[str, Any]) -> None:
    for field in form:
        value = field.value()
        if field.html_name == "extras":
            data.update({"extras-count": "0"})
        elif (
            field.field.__class__.__name__ == "RichTextField"
            or "RichText" in type(field.field.widget).__name__
            or "Draftail" in type(field.field.widget).__name__
        ):
            data[field.html_name] = (
                json.dumps(
                    {
                        "blocks": [
                            {
                                "text": "Un récit.",
                                "type": "unstyled",
                                "key": "a",
                                "depth": 0,
                                "inlineStyleRanges": [],
                                "entityRanges": [],
                            }
                        ],
                        "entityMap": {},
                    }
                )
                if value
                else "null"
            )
        elif isinstance(value, (list, tuple)):
            data[field.html_name] = [getattr(item, "pk", item) for item in value]
        elif value not in (None, False):
            data[field.html_name] = value
    for formset in getattr(form, "formsets", {}).values():
        for field in formset.management_form:
            data[field.html_name] = field.value()
        for child in formset.forms:
            collect(child, data)


def edit(client: Client, page: Page, **changes: Any) -> Any:
    try:
        data = form_data(client, page)
    except (TypeError, KeyError):
        return None
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), {**data, **changes})


def test_approving_from_the_editor_counts_for_the_version_it_opened(world: Editors) -> None:
    page, _state = world.submitted("Capteurs", world.alice)
    client = signed_in(world.mona)
    data = form_data(client, page) | {
        "action-workflow-action": "true",
        "workflow-action-name": "approve",
    }
    text = page.get_latest_revision_as_object()
    text.title = "Tout autre chose"
    text.save_revision(user=world.max)
    response = client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data, follow=True)
    assert "le texte a changé depuis que vous l&#x27;avez ouvert" in response.content.decode()
    assert not is_live(page)
    assert Page.objects.get(pk=page.pk).get_latest_revision().content["title"] == "Tout autre chose"


def test_a_second_writer_is_warned_and_nothing_is_lost(world: Editors) -> None:
    page = world.case("À deux", world.alice)
    client = signed_in(world.adele)
    data = form_data(client, page)
    text = page.get_latest_revision_as_object()
    text.title = "Version d'Alice"
    text.save_revision(user=world.alice)
    response = client.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        {**data, "title": "Version d'Adele"},
        follow=True,
    )
    assert "Alice Test a enregistré une autre version" in response.content.decode()
    titles = [revision.content["title"] for revision in page.revisions.order_by("pk")]
    assert titles[-2:] == ["Version d'Alice", "Version d'Adele"]


def test_autosave_never_overwrites_a_newer_version(world: Editors) -> None:
    page = world.case("À deux", world.alice)
    client = signed_in(world.adele)
    data = form_data(client, page)
    text = page.get_latest_revision_as_object()
    text.title = "Version d'Alice"
    text.save_revision(user=world.alice)
    response = client.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        {**data, "title": "Écrasé"},
        headers={"accept": "application/json"},
    )
    assert response.status_code == 400
    assert response.json()["error_code"] == "invalid_revision"
    assert Page.objects.get(pk=page.pk).get_latest_revision().content["title"] == "Version d'Alice"


def test_the_editor_says_who_else_is_there(world: Editors) -> None:
    page = world.case("À deux", world.alice)
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    signed_in(world.alice).get(url)
    client = signed_in(world.adele)
    session = client.get(url).context["editing_sessions"].current_session
    ping = reverse(
        "wagtailadmin_editing_sessions:ping", args=["wagtailcore", "page", page.pk, session.pk]
    )
    assert "Alice Test" in client.post(ping).json()["html"]


def test_a_moderator_who_wrote_does_not_publish_directly(world: Editors) -> None:
    page = world.case("De ma plume", world.mona)
    client = signed_in(world.mona)
    edit(client, page, **{"action-publish": "true"})
    client.post(
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={page.pk}",
        {"include_descendants": ""},
    )
    client.post(
        reverse("wagtailadmin_pages:copy", args=[page.pk]),
        {
            "new_title": "Copie",
            "new_slug": "copie",
            "new_parent_page": world.antony.pk,
            "publish_copies": "on",
        },
    )
    assert not CaseStudyPage.objects.filter(live=True).exists()
    menu = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert 'name="action-publish"' not in menu


def test_bulk_publishing_a_partner_does_not_publish_ones_own_below(world: Editors) -> None:
    page = world.case("De ma plume", world.mona)
    signed_in(world.mona).post(
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        + f"?id={world.antony.pk}",
        {"include_descendants": "on"},
    )
    assert not is_live(page)


def test_moderators_unpublish(world: Editors) -> None:
    page = world.published("Capteurs", world.alice)
    assert denied(
        signed_in(world.alice).post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    )
    assert is_live(page)
    signed_in(world.mona).post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    assert not is_live(page)


def test_an_author_takes_a_text_back_and_sends_it_again(world: Editors) -> None:
    page, state = world.submitted("Capteurs", world.alice)
    client = signed_in(world.alice)
    edit(client, page, **{"action-cancel-workflow": "true"})
    assert Page.objects.get(pk=page.pk).current_workflow_state is None
    response = edit(client, page, **{"action-submit": "true"})
    assert response.status_code == 302, response.context["form"].errors
    assert (
        Page.objects.get(pk=page.pk).current_workflow_state.status
        == WorkflowState.STATUS_IN_PROGRESS
    )
    with pytest.raises(PermissionDenied):
        state.refresh_from_db()
        state.approve(user=world.mona)


def test_a_text_under_review_waits_unchanged(world: Editors) -> None:
    page, _state = world.submitted("Capteurs", world.alice)
    edit(signed_in(world.alice), page, title="En douce")
    assert page.get_latest_revision().content["title"] == "Capteurs"


def test_reviews_of_an_unknown_kind_are_not_found(world: Editors) -> None:
    assert signed_in(world.mona).get(reverse("cms_review", args=[424242])).status_code == 404
    anonymous = Client().get(reverse("cms_review", args=[1]))
    assert anonymous.status_code == 302
    assert isinstance(world.mona, User)
