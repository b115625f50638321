"""The short form: ten minutes, nothing lost, one page, only for one's own organizations."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, WorkflowState

from casestudies import short_form
from casestudies.models import CaseStudyPage
from tests.cms.editors import Editors, editors, signed_in

URL = "/gestion/raconter/"
STORY = "Nous avons posé des capteurs.\nSur dix places.\n\n<script>alert(1)</script> Puis on a compté & comparé."


@pytest.fixture
def world(db: None) -> Editors:
    return editors()


def answers(world: Editors, **changes: Any) -> dict[str, Any]:
    return {
        "title": "Des capteurs à Antony",
        "approach": STORY,
        "territory": world.territory.pk,
        "started": "03/2021",
        "themes": [world.theme.pk],
        "lesson": "1. Commencer petit\n- Dire ce qu'on ne sait pas",
        "summary": "",
        "token": str(uuid.uuid4()),
        **changes,
    }


def test_the_form_starts_from_the_partners_territory(world: Editors) -> None:
    response = signed_in(world.alice).get(URL)
    assert response.status_code == 200
    form = response.context["form"]
    assert "organisation" not in form.fields
    assert form.initial["territory"] == world.territory
    assert "Ville d&#x27;Antony" in response.content.decode()


def test_a_draft_is_kept_and_the_full_form_says_what_would_help(world: Editors) -> None:
    client = signed_in(world.alice)
    response = client.post(URL, answers(world, save="1"))
    page = CaseStudyPage.objects.get()
    assert response["Location"] == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert (page.live, page.owner, page.organisation) == (False, world.alice, world.antony)
    assert page.get_latest_revision().user == world.alice
    assert page.approach == (
        "<p>Nous avons posé des capteurs.</p><p>Sur dix places.</p>"
        "<p>&lt;script&gt;alert(1)&lt;/script&gt; Puis on a compté &amp; comparé.</p>"
    )
    assert page.lessons == "<ol><li>Commencer petit</li><li>Dire ce qu'on ne sait pas</li></ol>"
    assert page.started == "2021-03"
    assert page.territories == [world.territory]
    assert list(page.themes.all()) == [world.theme]
    assert page.summary.startswith("Nous avons posé des capteurs. Sur dix places.")
    assert page.current_workflow_state is None
    edited = client.get(response["Location"]).content.decode()
    assert "Ce qui aiderait le plus les lecteurs" in edited
    assert "Rempli à" in edited
    assert '<span class="desk-partner">Ville d&#x27;Antony</span>' in edited


def test_sending_starts_the_review(world: Editors) -> None:
    client = signed_in(world.alice)
    response = client.post(URL, answers(world, send="1"), follow=True)
    page = CaseStudyPage.objects.get()
    assert page.current_workflow_state.status == WorkflowState.STATUS_IN_PROGRESS
    assert page.current_workflow_state.requested_by == world.alice
    assert "est envoyé en relecture" in response.content.decode()


def test_a_title_is_enough_for_a_draft_and_not_for_a_review(world: Editors) -> None:
    client = signed_in(world.basile)
    bare = answers(world, approach="", territory="", started="", themes=[], lesson="")
    refused = client.post(URL, {**bare, "send": "1"})
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"approach", "territory", "themes"}
    assert not CaseStudyPage.objects.exists()
    assert client.post(URL, {**bare, "save": "1"}).status_code == 302
    assert CaseStudyPage.objects.get().slug == "des-capteurs-a-antony"


def test_an_error_keeps_all_that_was_typed(world: Editors) -> None:
    response = signed_in(world.alice).post(URL, answers(world, title="", started="hier", save="1"))
    shown = response.content.decode()
    assert response.status_code == 422
    assert "Rien n&#x27;est perdu" in shown or "Rien n'est perdu" in shown
    assert "Sur dix places." in shown
    assert 'value="hier"' in shown
    assert f'value="{world.territory.pk}"' in shown
    assert "Commencer petit" in shown
    assert "checked" in shown


def test_sending_the_form_twice_makes_one_page(world: Editors) -> None:
    client = signed_in(world.alice)
    data = answers(world, save="1")
    first, second = client.post(URL, data), client.post(URL, {**data, "title": "Encore"})
    assert first["Location"] == second["Location"]
    assert CaseStudyPage.objects.count() == 1


def test_someone_elses_token_leads_nowhere(world: Editors) -> None:
    data = answers(world, save="1")
    signed_in(world.alice).post(URL, data)
    signed_in(world.basile).post(URL, data)
    assert CaseStudyPage.objects.count() == 2


def test_slugs_are_unique_among_neighbors(world: Editors) -> None:
    client = signed_in(world.alice)
    for _ in range(3):
        client.post(URL, answers(world, title="L'œuvre d'à côté", save="1"))
    slugs = set(CaseStudyPage.objects.values_list("slug", flat=True))
    assert slugs == {"l-oeuvre-d-a-cote", "l-oeuvre-d-a-cote-2", "l-oeuvre-d-a-cote-3"}


@pytest.mark.parametrize(
    "field", ["organisation", "owner", "live", "number", "is_validated", "path"]
)
def test_forged_fields_change_nothing(world: Editors, field: str) -> None:
    signed_in(world.alice).post(URL, answers(world, save="1", **{field: str(world.brest.pk)}))
    page = CaseStudyPage.objects.get()
    assert page.organisation == world.antony
    assert (page.owner, page.live, page.number) == (world.alice, False, None)


def test_someone_who_writes_for_two_chooses_between_these_two(world: Editors) -> None:
    world.alice.groups.add(world.brest.group)
    client = signed_in(world.alice)
    choices = client.get(URL).context["form"].fields["organisation"].queryset
    assert list(choices) == [world.brest, world.antony]
    assert client.post(URL, answers(world, save="1")).status_code == 422
    client.post(URL, answers(world, save="1", organisation=world.brest.pk))
    assert CaseStudyPage.objects.get().organisation == world.brest


@pytest.mark.parametrize("name", ["mona", "root"])
def test_moderators_and_administrators_choose_any_partner(world: Editors, name: str) -> None:
    client = signed_in(getattr(world, name))
    client.post(URL, answers(world, save="1", organisation=world.brest.pk))
    assert CaseStudyPage.objects.get().organisation == world.brest


def test_nobody_without_an_organization_writes(world: Editors) -> None:
    world.alice.groups.remove(world.antony.group)
    world.alice.user_permissions.add(*world.antony.group.permissions.all())
    response = signed_in(world.alice).post(
        URL, answers(world, save="1", organisation=world.brest.pk), follow=True
    )
    assert not CaseStudyPage.objects.exists()
    assert "rattaché à aucune organisation" in response.content.decode()
    assert "/gestion/login/" in Client().get(URL)["Location"]


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "t" * 121},
        {"title": "\u200b\x00\x07"},
        {"approach": "x" * 30_001},
        {"territory": "999999"},
        {"territory": "abc"},
        {"themes": ["0"]},
        {"started": "2021-13"},
        {"started": "٢٠٢١"},
        {"token": "pas-un-uuid"},
        {"token": ""},
    ],
)
def test_bad_input_is_refused_politely(world: Editors, changes: dict[str, Any]) -> None:
    response = signed_in(world.alice).post(URL, answers(world, save="1", **changes))
    assert response.status_code in {302, 422}
    assert CaseStudyPage.objects.count() == (response.status_code == 302)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2021", "2021"),
        ("2021-03", "2021-03"),
        ("3/2021", "2021-03"),
        ("14/07/2021", "2021-07-14"),
        ("", ""),
    ],
)
def test_dates_as_people_type_them(world: Editors, typed: str, kept: str) -> None:
    signed_in(world.alice).post(URL, answers(world, save="1", started=typed))
    assert CaseStudyPage.objects.get().started == kept


def test_first_sentences() -> None:
    assert short_form.first_sentences("Court. ") == "Court."
    long = "Une phrase. " * 60
    found = short_form.first_sentences(long)
    assert len(found) <= 300
    assert found.endswith("phrase.")
    assert short_form.first_sentences("mot " * 200).endswith("mot…")


def test_a_failure_midway_leaves_nothing(world: Editors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CaseStudyPage, "get_workflow", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        signed_in(world.alice).post(URL, answers(world, send="1"))
    assert not CaseStudyPage.objects.exists()
    assert Page.objects.get(pk=world.antony.pk).numchild == 0


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_same_form_at_once_makes_one_page() -> None:
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("an in-memory database has one connection")
    world = editors()
    data = answers(world, save="1")

    def post(_: int) -> int:
        try:
            return signed_in(world.alice).post(URL, data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(post, range(4))) == [302] * 4
    assert CaseStudyPage.objects.count() == 1
