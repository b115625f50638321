"""Averages over queries, the point of comparison in SQLite, agreement, and how all this is told."""

from pathlib import Path

import pytest

from search.backends.base import SearchUnavailable
from search.evaluation import judging, report
from search.evaluation.agreement import compare_rankings, facet_queries
from search.evaluation.baselines import sqlite_full_text
from search.evaluation.corpus import Corpus
from search.evaluation.judging import GradedQuery, Judgement, Ranking, Scores, by_category, judge
from search.query import SearchQuery
from tests.search.factories import make_document


def judgement(found: list[str], grades: dict[str, int], category: str = "exact") -> Judgement:
    graded = GradedQuery(category, "capteurs", grades, {})
    return Judgement(graded, Ranking(tuple(found), len(found)))


GOOD = judgement(["a"], {"a": 3})
BAD = judgement(["x"], {"a": 3})
RIGHTLY_EMPTY = judgement([], {}, "nothing")
WRONGLY_FULL = judgement(["x"], {}, "nothing")


def test_scores_average_each_measure_over_the_queries_it_makes_sense_for() -> None:
    scores = Scores.of([GOOD, BAD, RIGHTLY_EMPTY, WRONGLY_FULL])
    assert scores.queries == 4
    assert scores.ndcg == scores.reciprocal_rank == scores.recall == 0.5
    assert scores.zero_results == 0.5
    assert Scores.of([RIGHTLY_EMPTY]).ndcg is None
    assert Scores.of([GOOD]).zero_results is None


def test_scores_are_told_by_category() -> None:
    scores = by_category([WRONGLY_FULL, GOOD])
    assert list(scores) == ["exact", "nothing"]
    assert scores["exact"].ndcg == 1
    assert scores["nothing"].zero_results == 0


def test_the_query_asked_is_the_one_of_the_address() -> None:
    asked: list[SearchQuery] = []

    def search(query: SearchQuery) -> Ranking:
        asked.append(query)
        return Ranking((), 0)

    judge([GradedQuery("facet-text", "eau", {"a": 1}, {"domaine": ("eau", "energie")})], search)
    assert asked == [SearchQuery("eau", {"domaine": ("eau", "energie")})]


@pytest.fixture
def small() -> Corpus:
    documents = (
        make_document(1, "Capteurs à l'école", summary="Des écoliers", domains="education"),
        make_document(2, "Réseau d'eau", summary="Un capteur, des capteurs", domains=["eau"]),
        make_document(3, "Budget", domains=["transparence"]),
    )
    return Corpus(documents, {1: "ecole", 2: "eau", 3: "budget"})


def test_sqlite_finds_any_word_without_its_accents(small: Corpus) -> None:
    search = sqlite_full_text(small)
    assert set(search(SearchQuery("ecole budget")).slugs) == {"ecole", "budget"}
    assert search(SearchQuery("capteurs")).total == 2
    assert search(SearchQuery("capteur")).slugs == ("eau",)


def test_sqlite_takes_signs_for_nothing_and_obeys_facets(small: Corpus) -> None:
    search = sqlite_full_text(small)
    assert search(SearchQuery('"capteurs')).total == 2
    assert search(SearchQuery("***")) == Ranking((), 0)
    assert search(SearchQuery("capteurs", {"domaine": ("eau", "energie")})).slugs == ("eau",)


def test_every_value_borne_is_asked_once_and_so_is_nothing(small: Corpus) -> None:
    queries = [query.to_querystring() for query in facet_queries(full_facets(small))]
    assert queries == ["", "domaine=eau", "domaine=education", "domaine=transparence"]


def full_facets(corpus: Corpus):
    from search.facets import FACETS

    empty = {facet.field: () for facet in FACETS}
    for document in corpus.documents:
        yield make_document(document.page_id, **{**empty, **document.facets})


def test_rankings_of_two_engines_are_compared_query_by_query() -> None:
    found = compare_rankings(
        [judgement(["a", "b"], {"a": 3}), GOOD], [judgement(["b", "a"], {"a": 3}), BAD]
    )
    assert found.queries == 2
    assert found.overlap == 0.5
    assert found.spearman == found.kendall == -1
    assert found.furthest == ((0.0, "capteurs"),)


def test_a_table_has_a_line_for_each_category_and_one_for_all() -> None:
    lines = report.scores_table([GOOD, BAD, RIGHTLY_EMPTY]).splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:]] == ["exact", "nothing", "all"]
    assert lines[2].split("|")[2:5] == [" 2       ", " 0.500   ", " 0.500 "]
    assert len({len(line) for line in lines}) == 1


def test_searches_stand_side_by_side() -> None:
    told = report.comparison_table({"one": [GOOD, WRONGLY_FULL], "other": [BAD, RIGHTLY_EMPTY]})
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in told.splitlines()]
    assert rows[0] == ["nDCG@10", "one", "other"]
    assert rows[2:] == [
        ["exact", "1.000", "0.000"],
        ["all", "1.000", "0.000"],
        ["zero-result", "0.000", "1.000"],
    ]


def test_failures_say_what_came_and_what_should_have() -> None:
    told = report.failures([GOOD, BAD, WRONGLY_FULL, RIGHTLY_EMPTY])
    assert told.count("[exact]") == told.count("[nothing]") == 1
    assert "    0 x" in told
    assert "  < 3 a (missing)" in told


def test_results_are_written_between_the_marks_and_nowhere_else(tmp_path: Path) -> None:
    file = tmp_path / "relevance.md"
    file.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    report.write(file, "new")
    assert file.read_text() == f"before\n{report.BEGIN}\nnew\n{report.END}\nafter\n"
    other = tmp_path / "other.md"
    report.write(other, "new")
    assert other.read_text() == f"{report.BEGIN}\nnew\n{report.END}\n"


def test_an_engine_that_is_late_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "PAUSE", 0)
    answers = iter([SearchUnavailable("late"), SearchUnavailable("late"), None])

    def ask() -> str:
        failure = next(answers)
        if failure:
            raise failure
        return "found"

    assert judging.patiently(ask) == "found"


def test_an_engine_that_never_answers_is_not_asked_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(judging, "PAUSE", 0)
    asked: list[int] = []

    def ask() -> None:
        asked.append(1)
        raise SearchUnavailable("down")

    with pytest.raises(SearchUnavailable):
        judging.patiently(ask)
    assert len(asked) == judging.ATTEMPTS
