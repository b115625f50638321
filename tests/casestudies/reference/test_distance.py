"""Distances between places, and how they are said."""

import pytest

from casestudies.reference.distance import Center, first_center, in_words, kilometers

PARIS, LYON, GENEVA = Center(48.8566, 2.3522), Center(45.7640, 4.8357), Center(46.2044, 6.1432)
SAINT_DENIS = Center(-20.8789, 55.4481)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [(PARIS, LYON, 392), (LYON, GENEVA, 112), (PARIS, SAINT_DENIS, 9_397), (PARIS, PARIS, 0)],
)
def test_a_distance_is_that_of_the_great_circle(one: Center, other: Center, expected: int) -> None:
    assert kilometers(one, other) == pytest.approx(expected, rel=0.01, abs=0.01)
    assert kilometers(one, other) == pytest.approx(kilometers(other, one))


def test_the_antipodes_are_half_a_turn_away_and_not_an_error() -> None:
    assert kilometers(Center(10, 20), Center(-10, -160)) == pytest.approx(20_015, rel=0.001)


def test_a_territory_without_a_center_borrows_that_of_its_container_and_says_so() -> None:
    assert first_center((46.5, 0.3), (46.6, 0.4)) == Center(46.5, 0.3, is_exact=True)
    assert first_center((None, None), (46.6, 0.4)) == Center(46.6, 0.4, is_exact=False)
    assert first_center((46.5, None), (None, None)) is None
    assert first_center() is None


@pytest.mark.parametrize(
    ("distance", "is_exact", "words"),
    [
        (0.2, True, "à moins d'un kilomètre"),
        (12.4, True, "à 12 km"),
        (1_234, True, "à 1\u202f234 km"),
        (33, False, "à environ 30 km"),
        (2, False, "à environ 10 km"),
    ],
)
def test_a_distance_is_said_no_more_exactly_than_it_is_known(
    distance: float, is_exact: bool, words: str
) -> None:
    assert in_words(distance, is_exact) == words
