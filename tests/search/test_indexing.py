"""The index follows the database, whatever changes, fails or is killed."""

import time
from collections.abc import Collection, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings
from wagtail.models import PageViewRestriction

from casestudies.models import CaseStudyPage, CaseStudyTag, Domain, Territory
from cms.models import PartnerPage
from search import indexing, pending
from search.backends.base import IndexingFailed, SearchBackend
from search.documents import SearchDocument
from search.models import IndexState, PendingPage
from search.query import SearchQuery
from tests.builders import make_case, make_domain, make_partner, make_poitiers
from tests.search.engines import own_engine

pytestmark = pytest.mark.django_db


def pending_ids() -> set[int]:
    """Pages that wait."""
    return set(PendingPage.objects.values_list("page_id", flat=True))


def indexed(index: SearchBackend) -> set[int]:
    """Cases that the index holds."""
    return {int(key) for key in index.documents_digest() if "#" not in key}


def quiet_partner() -> PartnerPage:
    """An organization of whose pages nothing waits: what waits afterwards is told by the test."""
    partner = make_partner()
    indexing.drain()
    return partner


def in_step(index: SearchBackend) -> bool:
    """Whether, once everything is drained, index and database agree."""
    indexing.drain()
    return not PendingPage.objects.exists() and not indexing.compare()


@pytest.fixture
def case(index: SearchBackend) -> CaseStudyPage:
    """A published and indexed case."""
    case = make_case(domains=[make_domain()], territories=[make_poitiers()])
    case.tags.add("sobriété")
    case.save()
    assert in_step(index)
    assert indexed(index) == {case.pk}
    return case


class Broken:
    """A backend that fails as told, and otherwise works."""

    def __init__(self, backend: SearchBackend, monkeypatch: pytest.MonkeyPatch) -> None:
        self.backend = backend
        self.error: Exception | None = None
        self.refused: set[int] = set()
        self.calls = 0
        monkeypatch.setattr(indexing, "get_backend", lambda: self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.backend, name)

    def index(self, documents: Sequence[SearchDocument]) -> dict[int, str]:
        """Fail, refuse some, or store."""
        self.calls += 1
        if self.error:
            raise self.error
        taken = [document for document in documents if document.page_id not in self.refused]
        self.backend.index(taken)
        return {
            document.page_id: "refused"
            for document in documents
            if document.page_id in self.refused
        }

    def delete(self, page_ids: Collection[int], version: int) -> Any:
        """Fail or delete."""
        if self.error:
            raise self.error
        return self.backend.delete(page_ids, version)


@pytest.fixture
def broken(index: SearchBackend, monkeypatch: pytest.MonkeyPatch) -> Broken:
    """The site's engine, breakable."""
    return Broken(index, monkeypatch)


def make_due() -> None:
    """As if every delay had passed."""
    past = timezone.now() - timedelta(seconds=1)
    PendingPage.objects.filter(next_attempt_at__isnull=False).update(next_attempt_at=past)


# --- What changes is noted


def test_publishing_adds_one_write_and_drafts_none(index: SearchBackend) -> None:
    draft = make_case(quiet_partner(), publish=False)
    assert pending_ids() == set()
    draft.save_revision().publish(skip_permission_checks=True)
    assert pending_ids() == {draft.pk}
    page = CaseStudyPage.objects.get(pk=draft.pk)
    PendingPage.objects.all().delete()
    page.title = "Brouillon"
    page.save_revision()
    assert pending_ids() == set()


def test_publishing_writes_once_for_search(
    case: CaseStudyPage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        indexing.enqueue([case.pk])


def test_a_publication_found_and_a_withdrawal_forgotten(
    case: CaseStudyPage, index: SearchBackend
) -> None:
    case.title = "Girouettes"
    case.save_revision().publish(skip_permission_checks=True)
    assert in_step(index)
    assert index.search(SearchQuery("girouette")).total == 1
    case.unpublish()
    assert in_step(index)
    assert indexed(index) == set()


def test_a_deletion_with_its_parent(case: CaseStudyPage, index: SearchBackend) -> None:
    partner = case.get_parent()
    ids = {case.pk, partner.pk}
    partner.delete()
    assert pending_ids() == ids
    assert in_step(index)
    assert indexed(index) == set()


def test_a_restriction_above_and_its_end(case: CaseStudyPage, index: SearchBackend) -> None:
    restriction = PageViewRestriction.objects.create(
        page=case.get_parent(), restriction_type=PageViewRestriction.LOGIN
    )
    assert in_step(index)
    assert indexed(index) == set()
    restriction.delete()
    assert in_step(index)
    assert indexed(index) == {case.pk}


def test_a_move_of_the_whole_subtree(case: CaseStudyPage, index: SearchBackend) -> None:
    other = make_partner("Autre ville")
    PageViewRestriction.objects.create(page=other, restriction_type=PageViewRestriction.LOGIN)
    indexing.drain()
    case.move(other, pos="last-child")
    assert pending_ids() == {case.pk}
    assert in_step(index)
    assert indexed(index) == set()


def test_a_partner_with_another_name(case: CaseStudyPage, index: SearchBackend) -> None:
    partner = case.organisation
    partner.title, partner.slug = "Ville Neuve", "ville-neuve"
    partner.save_revision().publish(skip_permission_checks=True)
    assert in_step(index)
    assert index.search(SearchQuery("neuve")).counts["organisation"] == {"ville-neuve": 1}


@pytest.mark.parametrize("model", [Domain, Territory, CaseStudyTag])
def test_a_value_with_another_name(case: CaseStudyPage, index: SearchBackend, model: Any) -> None:
    value = (
        model.objects.first() if model is not Territory else Territory.objects.get(code="reg:75")
    )
    setattr(value, "label" if model is Domain else "name", "Hyperborée")
    value.save()
    assert pending_ids() == {case.pk}
    assert in_step(index)
    assert index.search(SearchQuery("hyperborée")).total == 1


def test_a_tag_removed_everywhere(case: CaseStudyPage, index: SearchBackend) -> None:
    CaseStudyTag.objects.all().delete()
    assert in_step(index)
    assert index.search(SearchQuery()).counts["tag"] == {}


def test_what_no_signal_tells_is_found_by_comparing(
    case: CaseStudyPage, index: SearchBackend
) -> None:
    ghost = make_case()
    stale = make_case()
    indexing.drain()
    CaseStudyPage.objects.filter(pk=ghost.pk).update(live=False)
    CaseStudyPage.objects.filter(pk=stale.pk).update(title="En douce")
    index.delete([case.pk], version=pending.next_version())
    differences = indexing.compare()
    assert (differences.missing, differences.ghosts, differences.stale) == (
        (case.pk,), (ghost.pk,), (stale.pk,)
    )  # fmt: skip
    indexing.enqueue(differences.page_ids)
    assert in_step(index)


# --- Draining


def test_a_commit_drains(
    index: SearchBackend,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.SEARCH_DRAIN = "inline"
    with django_capture_on_commit_callbacks(execute=True):
        case = make_case()
    assert indexed(index) == {case.pk}
    assert not PendingPage.objects.exists()


def test_an_engine_that_is_down_never_fails_a_publication_and_is_caught_up(
    broken: Broken,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.SEARCH_DRAIN = "inline"
    partner = quiet_partner()
    broken.error = IndexingFailed("down")
    with django_capture_on_commit_callbacks(execute=True):
        case = make_case(partner)
    row = PendingPage.objects.get()
    assert (row.page_id, row.last_error, row.lease) == (case.pk, "down", None)
    assert row.next_attempt_at and row.next_attempt_at > timezone.now()
    for _ in range(30):
        make_due()
        indexing.drain()
    row.refresh_from_db()
    assert row.next_attempt_at, "a page is not at fault when the engine is down"
    broken.error = None
    make_due()
    assert in_step(broken.backend)


def test_an_unexpected_error_after_commit_is_not_the_reader_s(
    broken: Broken,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.SEARCH_DRAIN = "inline"
    partner = quiet_partner()
    broken.error = RuntimeError("bug")
    with django_capture_on_commit_callbacks(execute=True):
        case = make_case(partner)
    assert pending_ids() == {case.pk}


def test_one_bad_page_is_parked_and_the_others_pass(broken: Broken) -> None:
    bad, good = make_case(), make_case()
    broken.refused = {bad.pk}
    for _ in range(pending.MAX_ATTEMPTS):
        make_due()
        indexing.drain()
    row = PendingPage.objects.get()
    assert (row.page_id, row.next_attempt_at, row.last_error) == (bad.pk, None, "refused")
    assert indexed(broken.backend) == {good.pk}
    broken.refused = set()
    indexing.enqueue([bad.pk])
    assert in_step(broken.backend)


def test_a_page_whose_document_breaks_does_not_hold_the_others(
    index: SearchBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = make_case(), make_case()
    build = indexing.build_documents

    def breaking(pages: Any, version: int) -> Any:
        if bad.pk in {page.pk for page in pages}:
            raise ValueError("unreadable")
        return build(pages, version)

    monkeypatch.setattr(indexing, "build_documents", breaking)
    indexing.drain()
    assert indexed(index) == {good.pk}
    assert pending_ids() == {bad.pk}


def test_a_page_changed_while_it_is_handled_is_handled_again(
    broken: Broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = make_case()
    index = broken.backend.index

    def change_meanwhile(documents: Any) -> Any:
        if broken.calls == 1:
            CaseStudyPage.objects.filter(pk=case.pk).update(title="Entre-temps")
            indexing.enqueue([case.pk])
        return index(documents)

    monkeypatch.setattr(broken.backend, "index", change_meanwhile)
    assert in_step(broken.backend)
    assert broken.calls == 2
    assert broken.backend.search(SearchQuery("temps")).total == 1


def test_a_killed_worker_s_pages_are_taken_up_when_its_lease_ends(index: SearchBackend) -> None:
    case = make_case(quiet_partner())
    killed = pending.claim(10)
    assert killed and killed.page_ids == [case.pk]
    assert pending.claim(10) is None
    assert indexing.drain() == 0
    PendingPage.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert not killed.is_valid()
    assert in_step(index)
    pending.complete(killed, {}, replay=False)
    assert not PendingPage.objects.exists()


def test_two_workers_never_hold_the_same_page(index: SearchBackend) -> None:
    partner = quiet_partner()
    cases = {make_case(partner).pk for _ in range(4)}
    first, second = pending.claim(2), pending.claim(10)
    assert first and second
    assert set(first.page_ids) | set(second.page_ids) == cases
    assert not set(first.page_ids) & set(second.page_ids)


def test_versions_only_grow_even_when_the_clock_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = pending.next_version()
    monkeypatch.setattr(pending.time, "time_ns", lambda: 1)
    assert pending.next_version() == before + 1


# --- Rebuilding


def test_without_an_index_the_first_change_builds_it(settings: Settings, tmp_path: Path) -> None:
    settings.SEARCH_DRAIN = "worker"
    case = make_case()
    with own_engine(settings, tmp_path / "none") as backend:
        indexing.drain()
        assert indexed(backend) == {case.pk}
    assert not PendingPage.objects.exists()


def test_pages_changed_during_a_rebuild_are_replayed(
    case: CaseStudyPage, index: SearchBackend
) -> None:
    def change_after_reading(count: int) -> None:
        CaseStudyPage.objects.filter(pk=case.pk).update(title="Pendant ce temps")
        indexing.enqueue([case.pk])
        indexing.drain()
        index.refresh()
        assert index.search(SearchQuery("pendant")).total == 1, "the old index follows at once"

    indexing.rebuild(progress=change_after_reading)
    assert pending_ids() == {case.pk}
    assert in_step(index)
    assert index.search(SearchQuery("pendant")).total == 1


def test_only_one_rebuild_at_a_time_until_its_lease_ends(index: SearchBackend) -> None:
    pending.begin_rebuild()
    with pytest.raises(pending.RebuildInProgress):
        indexing.rebuild()
    IndexState.objects.update(rebuild_until=timezone.now() - timedelta(seconds=1))
    indexing.rebuild()
    assert not pending.rebuilding()


def test_what_a_killed_rebuild_left_is_awaited_and_replayed(
    case: CaseStudyPage, index: SearchBackend
) -> None:
    pending.begin_rebuild()
    indexing.enqueue([case.pk])
    indexing.drain()
    assert pending_ids() == {case.pk}
    pause = pending.seconds_to_next()
    assert pause and 0 < pause <= pending.REBUILD_LEASE.total_seconds()
    IndexState.objects.update(rebuild_until=timezone.now() - timedelta(seconds=1))
    assert pending.seconds_to_next() == 0
    assert in_step(index)


def test_a_rebuild_replaces_ghosts(case: CaseStudyPage, index: SearchBackend) -> None:
    CaseStudyPage.objects.filter(pk=case.pk).update(live=False)
    assert indexing.rebuild() > 0, "what the organizations say of themselves stays"
    assert indexed(index) == set()


# --- The background thread


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_publication_is_found_within_two_seconds_without_waiting_for_it(
    settings: Settings, index: SearchBackend
) -> None:
    partner = quiet_partner()
    settings.SEARCH_DRAIN = "thread"
    case = make_case(partner, title="Girouettes")
    deadline = time.monotonic() + 2
    while index.search(SearchQuery("girouettes")).total == 0:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert indexed(index) == {case.pk}
