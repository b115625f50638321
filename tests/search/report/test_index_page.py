"""The state of the index as moderators read it, and what they may have done about it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from wagtail.documents import get_document_model

from casestudies.models import CaseStudyPage
from search import indexing, pending
from search.backends.base import IndexingFailed, SearchBackend
from search.models import AttachmentText, IndexJob, PendingPage
from search.models.jobs import JobKind
from search.report import index_work, jobs
from search.report.jobs import State
from tests.cms.editors import Editors, editors, signed_in

pytestmark = pytest.mark.django_db

PAGE = "/gestion/recherche/index/"
ACTIONS = ["reconstruire", "comparer", "reprendre", "reindexer"]


@pytest.fixture
def world(index: SearchBackend, settings: Settings) -> Editors:
    """Work that is asked for is done at once."""
    world = editors()
    world.published("Capteurs d'eau", world.alice)
    indexing.drain()
    settings.SEARCH_DRAIN = "inline"
    return world


def words(html: str) -> str:
    """What is read of a page."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def read(client: Client, querystring: str = "") -> str:
    response = client.get(PAGE + querystring)
    assert response.status_code == 200
    return words(response.content.decode())


def act(client: Client, action: str) -> str:
    """Push a button, and read the page it leads to."""
    response = client.post(f"{PAGE}{action}/", follow=True)
    assert response.redirect_chain[-1][0] == PAGE
    return words(response.content.decode())


# --- Who may


@pytest.mark.parametrize("action", ["", *(f"{action}/" for action in ACTIONS)])
def test_only_moderators_and_administrators_may(world: Editors, action: str) -> None:
    for client in (Client(), signed_in(world.alice)):
        for method in ("get", "post"):
            response = getattr(client, method)(PAGE + action)
            assert response.status_code in {302, 403, 405}
            assert b"index-engine" not in response.content
    assert not IndexJob.objects.exists()


def test_who_may_only_look_is_offered_no_button(world: Editors) -> None:
    from django.contrib.auth.models import Permission

    looking = Permission.objects.get(codename="view_indexjob")
    world.alice.user_permissions.add(looking)
    client = signed_in(world.alice)
    html = client.get(PAGE).content.decode()
    assert "index-engine" in html
    assert "reconstruire" not in html
    assert "comparer/" not in html
    client.post(f"{PAGE}reconstruire/")
    assert not IndexJob.objects.exists()


@pytest.mark.parametrize("action", ["comparer", "reprendre", "reindexer"])
def test_nothing_happens_by_following_a_link(world: Editors, action: str) -> None:
    assert signed_in(world.mona).get(f"{PAGE}{action}/").status_code == 405


def test_a_forged_form_does_nothing(world: Editors) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.mona)
    for action in ACTIONS:
        assert client.post(f"{PAGE}{action}/").status_code == 403
    assert not IndexJob.objects.exists()


# --- States


def test_an_index_in_order_is_said_to_be(world: Editors) -> None:
    html = read(signed_in(world.mona))
    assert "répond, définitions à jour" in html
    assert "Aucune : tout ce qui est publié est dans l’index" in html
    assert "refusée" not in html


def test_an_engine_that_is_down_is_explained(
    world: Editors, settings: Settings, tmp_path: Path
) -> None:
    settings.SEARCH_URL = f"tantivy://{tmp_path / 'nowhere'}"
    html = read(signed_in(world.mona))
    assert "Le moteur ne répond pas" in html
    assert "Publier reste possible" in html
    assert act(signed_in(world.mona), "comparer").count("La comparaison n’a pas abouti") == 1


def test_pages_that_wait_too_long_are_pointed_at(world: Editors) -> None:
    PendingPage.objects.create(
        page_id=5, created_at=timezone.now() - timedelta(hours=2), last_error="moteur éteint"
    )
    html = read(signed_in(world.mona))
    assert "1 page attend, depuis 2" in html
    assert "C’est plus long que d’habitude" in html
    assert "moteur éteint" in html


def test_refused_pages_are_listed_with_why_and_tried_again(
    world: Editors, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    case = CaseStudyPage.objects.get()
    for page_id, error in ((case.pk, "<b>trop long</b>"), (9999, "introuvable")):
        PendingPage.objects.create(
            page_id=page_id, next_attempt_at=None, attempts=8, last_error=error
        )
    client = signed_in(world.mona)
    response = client.get(PAGE).content.decode()
    assert "&lt;b&gt;trop long&lt;/b&gt;" in response
    assert reverse("wagtailadmin_pages:edit", args=[case.pk]) in response
    assert "2 pages refusées" in words(response)
    assert "Page n° 9999" in words(response)
    with django_capture_on_commit_callbacks(execute=True):
        assert "2 pages refusées sont de nouveau en attente" in act(client, "reprendre")
    assert not PendingPage.objects.exists()
    assert "Aucune page n’est à reprendre" in act(client, "reprendre")


def test_titles_are_for_those_who_may_open_the_page(world: Editors) -> None:
    from django.contrib.auth.models import Permission

    secret = world.case("Secret de Brest", world.basile, world.brest)
    PendingPage.objects.create(page_id=secret.pk, next_attempt_at=None, last_error="refusée")
    world.alice.user_permissions.add(Permission.objects.get(codename="view_indexjob"))
    assert "Secret de Brest" not in read(signed_in(world.alice))
    assert "Secret de Brest" in read(signed_in(world.mona))


def test_documents_that_could_not_be_read_are_listed(world: Editors) -> None:
    document = get_document_model().objects.create(title="Délibération <2>", file="a.pdf")
    AttachmentText.objects.create(document=document, digest="x", problem="protégé par mot de passe")
    html = signed_in(world.mona).get(PAGE).content.decode()
    assert "Délibération &lt;2&gt;" in html
    assert "protégé par mot de passe" in html
    assert reverse("wagtaildocs:edit", args=[document.pk]) in html


# --- Comparing


def test_comparing_says_when_all_is_the_same(world: Editors) -> None:
    assert "l’index disait la même chose que la base" in act(signed_in(world.mona), "comparer")


def test_differences_are_listed_and_mended(
    world: Editors, index: SearchBackend,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    CaseStudyPage.objects.update(title="Changé en douce", draft_title="Changé en douce")
    client = signed_in(world.mona)
    html = act(client, "comparer")
    assert "ne disait pas la même chose" in html
    assert "Changé en douce" in html
    assert "sous une forme ancienne" in html
    with django_capture_on_commit_callbacks(execute=True):
        assert "1 page est en attente" in act(client, "reindexer")
    index.refresh()
    assert "disait la même chose" in act(client, "comparer")
    assert "rien trouvé à réindexer" in act(client, "reindexer")


def test_a_comparison_that_lasts_too_long_is_stopped(
    world: Editors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_work, "COMPARED_WITHIN", -1.0)
    assert "elle durait trop longtemps" in act(signed_in(world.mona), "comparer")


# --- Rebuilding


def test_a_rebuild_is_confirmed_first(world: Editors) -> None:
    response = signed_in(world.mona).get(f"{PAGE}reconstruire/")
    assert "Reconstruire l’index" in words(response.content.decode())
    assert not IndexJob.objects.exists()


def test_a_rebuild_builds_the_index_anew(world: Editors, index: SearchBackend) -> None:
    CaseStudyPage.objects.update(title="Changé en douce")
    before = jobs.last(JobKind.REBUILD)
    assert before.state is State.NEVER
    html = act(signed_in(world.mona), "reconstruire")
    assert "La reconstruction est lancée" in html
    assert re.search(r"Reconstruit le .* : \d+ documents? en \d+ s", html)
    assert not indexing.compare()
    job = jobs.last(JobKind.REBUILD)
    assert (job.state, job.percent) == (State.DONE, 100)


def test_a_rebuild_that_fails_says_why_and_that_the_old_index_serves(
    world: Editors, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(progress: object = None) -> int:
        raise IndexingFailed("disque plein")

    monkeypatch.setattr(index_work.indexing, "rebuild", fail)
    html = act(signed_in(world.mona), "reconstruire")
    assert "a échoué, l’index précédent sert toujours" in html
    assert "disque plein" in html


def test_a_rebuild_that_breaks_is_over_all_the_same(
    world: Editors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_work.indexing, "rebuild", lambda progress: 1 / 0)
    assert "a échoué" in act(signed_in(world.mona), "reconstruire")
    monkeypatch.undo()
    assert index_work.start_rebuild()


def test_two_rebuilds_at_once_are_refused_politely(world: Editors) -> None:
    pending.begin_rebuild()
    client = signed_in(world.mona)
    assert "lancée par une commande" in read(client)
    assert "déjà en cours" in act(client, "reconstruire")
    assert not IndexJob.objects.exists()


def test_a_second_button_is_refused_while_the_first_works(world: Editors) -> None:
    refused: list[bool] = []
    assert jobs.start(
        "rebuild", 1, lambda progress: {"again": refused.append(jobs.start("rebuild", 1, dict))}
    )
    assert refused == [False]


def test_progress_shows_while_it_works(world: Editors) -> None:
    client = signed_in(world.mona)
    seen: list[str] = []

    def work(progress: jobs.Progress) -> dict[str, int]:
        progress.step(30)
        seen.append(client.get(PAGE).content.decode())
        return {"documents": 120}

    assert jobs.start(JobKind.REBUILD, 120, work)
    assert "Reconstruction en cours : 30 pages sur 120 (25 %)" in words(seen[0]).replace(
        "\u202f", " "
    )
    assert '<progress class="searches-progress" max="120" value="30"' in seen[0]
    assert "Actualiser" in seen[0]
    assert "data-working" in seen[0]
    assert "Reconstruire l’index…" not in seen[0]
    after = client.get(PAGE).content.decode()
    assert "Actualiser" not in after
    assert "data-working" not in after


def test_the_script_is_given_the_changing_part_alone(world: Editors) -> None:
    html = signed_in(world.mona).get(f"{PAGE}?fragment").content.decode()
    assert "<html" not in html
    assert "index-engine" in html


def test_a_rebuild_whose_process_was_stopped_is_said_and_may_be_asked_again(world: Editors) -> None:
    past = timezone.now() - timedelta(minutes=10)
    IndexJob.objects.create(kind="rebuild", started_at=past, alive_until=past, done=3, total=9)
    client = signed_in(world.mona)
    assert "a été interrompue" in read(client)
    assert "La reconstruction est lancée" in act(client, "reconstruire")


def test_a_run_that_lost_its_place_writes_nothing_more(world: Editors) -> None:
    def late(progress: jobs.Progress) -> dict[str, int]:
        past = timezone.now() - timedelta(seconds=1)
        IndexJob.objects.update(alive_until=past)
        assert jobs.start("rebuild", 5, lambda progress: {"documents": 5})
        progress.step(1000)
        return {"documents": 1000}

    assert jobs.start("rebuild", 9, late)
    assert jobs.last("rebuild").result == {"documents": 5}
    assert jobs.last("rebuild").done == 0


def test_work_is_done_beside_the_request(world: Editors, settings: Settings) -> None:
    """Where the site is served, the answer does not wait for the work."""
    import threading

    settings.SEARCH_DRAIN = "thread"
    names: list[str] = []
    done = threading.Event()

    class Quiet(jobs.Progress):
        def end(self, error: str, result: dict[str, object]) -> None:
            done.set()

    original, jobs.Progress = jobs.Progress, Quiet  # type: ignore[misc]
    try:
        assert jobs.start(
            "compare", 1, lambda progress: {"x": names.append(threading.current_thread().name)}
        )
        assert done.wait(10)
    finally:
        jobs.Progress = original  # type: ignore[misc]
    assert names == ["search-compare"]
