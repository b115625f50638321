"""Measures against values computed by hand."""

from math import log2

import pytest

from search.evaluation.metrics import (
    kendall,
    mean,
    ndcg,
    overlap,
    recall,
    reciprocal_rank,
    spearman,
)

GRADES = {"a": 3, "b": 2, "c": 1}


def test_the_best_order_is_worth_one_and_the_absence_of_all_nothing() -> None:
    assert ndcg(["a", "b", "c"], GRADES) == pytest.approx(1)
    assert ndcg(["x", "y"], GRADES) == 0
    assert ndcg([], GRADES) == 0


def test_a_grade_weighs_exponentially_and_less_as_it_comes_later() -> None:
    best = 7 + 3 / log2(3) + 1 / 2
    assert ndcg(["x", "a", "b"], GRADES) == pytest.approx((7 / log2(3) + 3 / 2) / best)
    assert ndcg(["c", "b", "a"], GRADES) == pytest.approx((1 + 3 / log2(3) + 7 / 2) / best)


def test_only_the_first_ten_count() -> None:
    late = [f"x{number}" for number in range(10)]
    assert ndcg([*late, "a"], GRADES) == 0
    many = {f"g{number}": 1 for number in range(15)}
    assert ndcg([f"g{number}" for number in range(10)], many) == pytest.approx(1)


def test_an_unwanted_result_after_the_wanted_ones_costs_nothing() -> None:
    assert ndcg(["a", "b", "c", "x"], GRADES) == pytest.approx(1)


def test_nothing_to_find_is_worth_nothing() -> None:
    assert ndcg(["a"], {}) == 0
    assert recall(["a"], {}) == 0


def test_the_reciprocal_rank_is_that_of_the_first_wanted_result() -> None:
    assert reciprocal_rank(["x", "b", "a"], GRADES) == 0.5
    assert reciprocal_rank(["a"], GRADES) == 1
    assert reciprocal_rank(["x"], GRADES) == 0


def test_recall_is_what_is_found_of_what_could_be_among_the_first() -> None:
    assert recall(["a", "x", "c"], GRADES) == pytest.approx(2 / 3)
    assert recall(["x", "a"], GRADES, depth=1) == 0
    assert recall([f"g{n}" for n in range(20)], {f"g{n}" for n in range(25)}) == 1


def test_overlap_is_measured_on_the_longer_list() -> None:
    assert overlap(["a", "b"], ["b", "a"]) == 1
    assert overlap(["a", "b", "c", "d"], ["a"]) == 0.25
    assert overlap([], []) == 1
    assert overlap(["a"], []) == 0


def test_correlations_go_from_the_same_order_to_the_opposite() -> None:
    assert (
        spearman(["a", "b", "c"], ["a", "b", "c"]) == kendall(["a", "b", "c"], ["a", "b", "c"]) == 1
    )
    assert (
        spearman(["a", "b", "c"], ["c", "b", "a"])
        == kendall(["a", "b", "c"], ["c", "b", "a"])
        == -1
    )


def test_correlations_of_one_exchange() -> None:
    one, other = ["a", "b", "c", "d"], ["b", "a", "c", "d"]
    assert spearman(one, other) == pytest.approx(1 - 6 * 2 / (4 * 15))
    assert kendall(one, other) == pytest.approx(1 - 2 / 6)


def test_correlations_only_see_what_both_hold() -> None:
    assert spearman(["a", "x", "b"], ["y", "a", "b"]) == 1
    assert kendall(["a", "x"], ["a", "y"]) is None
    assert spearman([], []) is None


def test_the_mean_of_nothing_is_not_zero() -> None:
    assert mean([]) is None
    assert mean([1, 2]) == 1.5
