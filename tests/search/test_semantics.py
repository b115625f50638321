"""By meaning, where the extra is installed: questions and related cases, and nothing else."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from casestudies.models import CaseStudyPage
from search import embedding, indexing, semantics
from search.answering import answer
from search.backends.base import SearchBackend
from search.models import CaseVector
from search.query import SearchQuery
from search.related import related_ids
from tests.builders import make_case
from tests.search.engines import own_engine

pytestmark = pytest.mark.django_db

QUESTION = "comment éviter que les habitants gaspillent l'eau potable ?"


@pytest.fixture
def meant(settings: Settings, tmp_path) -> Iterator[SearchBackend]:
    """An empty index of a site that also goes by meaning."""
    settings.SEARCH_SEMANTIC = True
    settings.SEARCH_DRAIN = "worker"
    with own_engine(settings, tmp_path / "index") as backend:
        backend.rebuild([])
        yield backend


def written(title: str, summary: str) -> CaseStudyPage:
    return make_case(title=title, summary=summary, approach=f"<p>{summary}</p>")


@pytest.fixture
def cases(meant: SearchBackend) -> dict[str, CaseStudyPage]:
    """Three subjects, none of which says the words of the question."""
    found = {
        "leaks": written(
            "Repérer les fuites du réseau",
            "Des compteurs communicants signalent aux abonnés une consommation anormale.",
        ),
        "archives": written(
            "Numériser les registres", "Les archives municipales sont mises en ligne."
        ),
        "bikes": written("Compter les vélos", "Des boucles dans la chaussée comptent les cycles."),
    }
    indexing.drain()
    meant.refresh()
    return found


def found_by(text: str) -> list[int]:
    return [hit.page_id for hit in answer(SearchQuery(text)).results.hits]


def test_a_published_case_is_embedded_once(cases: dict[str, CaseStudyPage]) -> None:
    before = dict(CaseVector.objects.values_list("page_id", "updated_at"))
    assert before.keys() == {case.pk for case in cases.values()}
    indexing.rebuild()
    assert dict(CaseVector.objects.values_list("page_id", "updated_at")) == before


def test_another_title_makes_another_vector(cases: dict[str, CaseStudyPage]) -> None:
    case = cases["bikes"]
    digest = CaseVector.objects.get(page_id=case.pk).digest
    case.title = "Compter les piétons"
    case.save_revision().publish()
    indexing.drain()
    assert CaseVector.objects.get(page_id=case.pk).digest != digest


def test_a_question_is_answered_by_a_case_that_says_it_in_other_words(
    cases: dict[str, CaseStudyPage],
) -> None:
    assert found_by(QUESTION)[0] == cases["leaks"].pk


@pytest.mark.parametrize(
    "text",
    [
        f'"{QUESTION}"',
        "comment éviter que les habitants gaspillent -archives ?",
        "eau gaspillée",
    ],
)
def test_quotes_operators_and_plain_words_go_by_words_alone(
    cases: dict[str, CaseStudyPage], text: str
) -> None:
    assert cases["leaks"].pk not in found_by(text)


def test_a_withdrawn_case_leaves_no_vector_and_is_not_found(
    cases: dict[str, CaseStudyPage], meant: SearchBackend
) -> None:
    cases["leaks"].unpublish()
    indexing.drain()
    meant.refresh()
    assert not CaseVector.objects.filter(page_id=cases["leaks"].pk).exists()
    assert cases["leaks"].pk not in found_by(QUESTION)


def test_a_facet_narrows_what_is_found_by_meaning_too(cases: dict[str, CaseStudyPage]) -> None:
    query = SearchQuery(QUESTION, {"domaine": ("nulle-part",)})
    assert answer(query).results.total == 0


def test_related_cases_are_joined_by_those_that_are_near_in_meaning(
    cases: dict[str, CaseStudyPage], meant: SearchBackend
) -> None:
    near = written("Économiser la ressource", "Alerter les foyers qui tirent trop au robinet.")
    indexing.drain()
    meant.refresh()
    assert related_ids(near.pk, 3)[0] == cases["leaks"].pk
    assert near.pk not in related_ids(near.pk, 3)


def test_two_rankings_are_fused_with_words_weighing_more() -> None:
    assert semantics.fused([1, 2], [2, 3]) == [2, 1, 3]
    assert semantics.fused([1, 2, 3], [9])[:1] == [1]
    assert semantics.fused([], []) == []


def test_what_is_turned_off_leaves_no_trace(
    settings: Settings, index: SearchBackend, client: Client
) -> None:
    assert not embedding.is_on()
    case = written("Repérer les fuites", "Des compteurs signalent une consommation anormale.")
    indexing.drain()
    assert not CaseVector.objects.exists()
    assert semantics.nearest_to_text(QUESTION) == semantics.nearest_to_case(case.pk) == []
    assert client.get("/retours-experience/", {"q": QUESTION}).status_code == 200
