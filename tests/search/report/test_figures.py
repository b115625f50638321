"""The figures of the report: sums, order, what is listed and what is not."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from search.report.chart import HEIGHT, chart
from search.report.counting import this_week
from search.report.figures import Asked, Figures, Period, Sums, View, Week
from tests.search.report.readers import make_count

pytestmark = pytest.mark.django_db


def words(view: View, period: Period = Period.FOUR_WEEKS, text: str = "") -> list[str]:
    """The queries listed, in order."""
    return [row["words"] for row in Figures(Asked(period, view, text)).queries]


def test_each_view_lists_its_own_queries_in_its_order() -> None:
    make_count("eau", searches=9, clicked=8, clicks=10, first_three=10, positions=10)
    make_count("bus", searches=5, empty=5)
    make_count("tri", searches=6, empty=2, clicked=1, clicks=1, positions=14)
    assert words(View.FREQUENT) == ["eau", "tri", "bus"]
    assert words(View.EMPTY) == ["bus", "tri"]
    assert words(View.ABANDONED) == ["tri", "eau"]
    assert words(View.DEEP) == ["tri", "eau"]


def test_weeks_are_added_up_within_the_period() -> None:
    make_count("eau", searches=3)
    make_count("eau", weeks_ago=3, searches=4)
    make_count("eau", weeks_ago=4, searches=100)
    assert Figures(Asked(Period.WEEK)).sums.searches == 3
    assert Figures(Asked(Period.FOUR_WEEKS)).queries[0]["searches"] == 7
    assert Figures(Asked(Period.QUARTER)).sums.searches == 107


def test_words_searched_only_once_in_all_are_counted_and_not_listed() -> None:
    make_count("rare", searches=1)
    make_count("revenu", searches=1)
    make_count("revenu", weeks_ago=30, searches=1)
    make_count("", searches=3)
    figures = Figures(Asked())
    assert [row["words"] for row in figures.queries] == ["revenu"]
    assert figures.sums.searches == 5
    assert figures.unlisted == 4
    assert {row["text"] for row in figures.queries_by_week} == {"revenu"}


def test_a_click_alone_lists_nothing() -> None:
    make_count("forgée", searches=0, clicks=500, clicked=500, positions=500)
    assert words(View.FREQUENT) == words(View.DEEP) == []


def test_old_weeks_that_are_still_there_do_not_show() -> None:
    make_count("ancien", weeks_ago=60, searches=50)
    assert words(View.FREQUENT, Period.ALL) == []
    assert Figures(Asked(Period.ALL)).sums.searches == 0


def test_the_list_is_narrowed_whatever_the_accents() -> None:
    make_count("Éclairage public")
    make_count("100 % bio")
    make_count("a_b")
    assert words(View.FREQUENT, text="eclair") == ["Éclairage public"]
    assert words(View.FREQUENT, text="ÉCLAIRAGE P") == ["Éclairage public"]
    assert words(View.FREQUENT, text="%") == ["100 % bio"]
    assert words(View.FREQUENT, text="_") == ["a_b"]


def test_every_week_of_the_period_is_there() -> None:
    make_count("eau", weeks_ago=2, searches=5, empty=1)
    weeks = Figures(Asked()).weeks
    mondays = [this_week() - timedelta(weeks=weeks_ago) for weeks_ago in (3, 2, 1, 0)]
    assert [week.monday for week in weeks] == mondays
    assert [week.sums.searches for week in weeks] == [0, 5, 0, 0]


@given(
    st.dictionaries(
        st.sampled_from(["periode", "vue", "q", "p"]), st.text(max_size=300), max_size=4
    )
)
@settings(deadline=None, max_examples=50)
def test_any_address_is_read(data: dict[str, str]) -> None:
    query = QueryDict(mutable=True)
    query.update(data)
    asked = Asked.from_querydict(query)
    assert asked.period in Period
    assert asked.view in View
    assert len(asked.text) <= 100


@given(st.builds(Sums, *[st.integers(0, 1000)] * 6))
@settings(deadline=None)
def test_sums_never_say_less_than_nothing(sums: Sums) -> None:
    assert sums.abandoned >= 0
    assert (sums.mean_position is None) == (sums.clicks == 0)
    assert (sums.empty_percent is None) == (sums.searches == 0)


@pytest.mark.parametrize("numbers", [[], [0], [0, 0, 0], [1], [5, 0, 10, 3]])
def test_bars_stand_on_the_ground_and_reach_the_top(numbers: list[int]) -> None:
    monday = this_week()
    drawn = chart(
        [
            Week(monday + timedelta(weeks=rank), Sums(searches=number, empty=number // 2))
            for rank, number in enumerate(numbers)
        ]
    )
    assert len(drawn.bars) == len(numbers)
    assert drawn.top == max(numbers, default=0)
    for bar in drawn.bars:
        assert bar.y + bar.height == pytest.approx(HEIGHT)
        assert bar.empty_height <= bar.height
        assert bar.x >= 0
        assert bar.x + bar.width <= drawn.width + 0.1
    if any(numbers):
        assert max(bar.height for bar in drawn.bars) == HEIGHT
