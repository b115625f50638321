"""The graded set keeps its promises: enough of everything, fair, and about cases that exist."""

from collections import Counter

import pytest

from search.analysis import is_stop_word, stem, words_of
from search.evaluation.judging import CATEGORIES, NOTHING, GradedQuery, Half, chosen, load_queries
from search.facets import BY_PARAMETER
from tests.search.evaluation.worlds import raw_cases

QUERIES = load_queries()
TITLES = {case["slug"]: case["title"] for case in raw_cases()}
FIELDS = {
    "theme": "themes",
    "domaine": "domains",
    "etape": "step",
    "statut": "status",
    "type": "kind",
}


def telling(text: str) -> set[str]:
    return {stem(word) for word in words_of(text) if not is_stop_word(word)}


def test_there_are_enough_queries_of_every_category() -> None:
    counts = Counter(query.category for query in QUERIES)
    assert set(counts) == set(CATEGORIES)
    assert len(CATEGORIES) == 12
    assert min(counts.values()) >= 13
    assert sum(counts.values()) >= 180


def test_no_query_is_asked_twice() -> None:
    assert len({str(query) for query in QUERIES}) == len(QUERIES)


def test_every_graded_case_exists_and_every_grade_means_something() -> None:
    slugs = {case["slug"] for case in raw_cases()}
    for query in QUERIES:
        assert set(query.grades) <= slugs, query.text
        assert set(query.grades.values()) <= {1, 2, 3}, query.text


def test_only_queries_about_nothing_have_no_answer_and_others_have_a_good_one() -> None:
    for query in QUERIES:
        assert (query.category == NOTHING) == (not query.grades), query.text
        assert query.category == NOTHING or 3 in query.grades.values(), query.text


def test_real_and_fictional_cases_are_both_graded() -> None:
    graded = Counter(slug.startswith("fictif-") for query in QUERIES for slug in query.grades)
    assert graded[True] > 200
    assert graded[False] > 100


def test_at_most_a_third_of_the_queries_repeat_a_title() -> None:
    repeated = [
        query
        for query in QUERIES
        if any(
            telling(query.text) <= telling(TITLES[slug])
            for slug, grade in query.grades.items()
            if grade == 3
        )
    ]
    assert len(repeated) < len(QUERIES) / 3


@pytest.mark.parametrize("query", [query for query in QUERIES if query.values], ids=str)
def test_graded_cases_bear_the_chosen_values(query: GradedQuery) -> None:
    cases = {case["slug"]: case for case in raw_cases()}
    assert query.values.keys() <= BY_PARAMETER.keys()
    for parameter, values in query.values.items():
        if parameter in FIELDS:
            for slug in query.grades:
                held = cases[slug][FIELDS[parameter]]
                assert set(values) & set([held] if isinstance(held, str) else held), slug


def test_halves_are_drawn_from_the_query_alone_and_are_about_equal() -> None:
    tuning, held_out = chosen(QUERIES, Half.TUNING), chosen(QUERIES, Half.HELD_OUT)
    assert len(tuning) + len(held_out) == len(QUERIES) == len(chosen(QUERIES))
    assert min(len(tuning), len(held_out)) > 0.4 * len(QUERIES)
    again = GradedQuery("other category", QUERIES[0].text, {}, QUERIES[0].values)
    assert again.half is QUERIES[0].half


def test_a_category_can_be_chosen() -> None:
    assert {query.category for query in chosen(QUERIES, category="typo")} == {"typo"}
