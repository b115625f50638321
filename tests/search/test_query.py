"""Reading a search from a URL: bounded, reversible, and never an error."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import MAX_TERMS
from search.facets import FACETS
from search.meaning import compose
from search.query import MAX_PAGE, MAX_TEXT, MAX_VALUES, SearchQuery, Sort
from search.syntax import parse

PARAMETERS = [facet.parameter for facet in FACETS]


def read(querystring: str) -> SearchQuery:
    """The search that a URL asks."""
    return SearchQuery.from_querydict(QueryDict(querystring))


NAMES = st.sampled_from([*PARAMETERS, "q", "tri", "page", "autre"]) | st.text(max_size=5)
VALUES = st.text(max_size=300) | st.sampled_from(
    ["-1", "1e9", "١٢", "0" * 5000, "\ud800", "%ff", "\x00"]
)


@given(st.lists(st.tuples(NAMES, VALUES), max_size=40))
def test_any_url_is_a_search_within_bounds(pairs: list[tuple[str, str]]) -> None:
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(name, value)
    query = SearchQuery.from_querydict(data)
    assert len(query.text) <= MAX_TEXT
    words = [word for item in parse(query.text) for word in (*item.words, *item.options)]
    assert len(words) <= MAX_TERMS
    compose(parse(query.text), text=query.text)
    assert 1 <= query.page <= MAX_PAGE
    assert set(query.values) <= set(PARAMETERS)
    assert all(0 < len(values) <= MAX_VALUES for values in query.values.values())
    assert SearchQuery.from_querydict(QueryDict(query.to_querystring())).values == query.values


@given(st.binary(max_size=200))
def test_bytes_that_are_no_text_are_read_too(raw: bytes) -> None:
    query = SearchQuery.from_querydict(QueryDict(b"q=" + raw + b"&domaine=" + raw))
    query.to_querystring().encode()


def test_a_search_written_and_read_again_is_the_same() -> None:
    url = "q=l%27eau+%26+l%27air&domaine=eau&domaine=air&territoire=insee%3A86194&tri=titre&page=3"
    query = read(url)
    assert query == SearchQuery(
        "l'eau & l'air", {"domaine": ("eau", "air"), "territoire": ("insee:86194",)}, Sort.TITLE, 3
    )
    assert read(query.to_querystring()) == query


def test_text_is_cleaned_and_bounded() -> None:
    assert read("q=%09a%00b%0d%0ac%E2%80%AEd%EE%80%80").text == "a b cd"
    assert read("q=e%CC%81t%C3%A9").text == "été"
    long = read("q=" + "mot+" * 2500)
    assert len(long.text) <= MAX_TEXT
    assert long.ignored


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("1", 1),
        ("7", 7),
        ("0", 1),
        ("-1", 1),
        ("1e9", 1),
        ("", 1),
        ("1000000000", MAX_PAGE),
        ("٣", 3),
        ("½", 1),
    ],
)
def test_absurd_pages_are_the_first_or_the_last(page: str, expected: int) -> None:
    assert read(f"page={page}").page == expected


def test_unknown_values_are_dropped_and_said() -> None:
    query = read("domaine=eau&domaine=feu&etape=service").keeping(
        {"domaine": {"eau"}, "etape": set()}
    )
    assert query.values == {"domaine": ("eau",)}
    assert query.ignored == ("domaine=feu", "etape=service")


def test_values_go_by_other_names_once() -> None:
    query = read("q=a&territoire=insee:1&territoire=insee:2&territoire=insee:3&page=2")
    renamed = query.renamed("territoire", {"insee:1": "insee:9", "insee:2": "insee:9"})
    assert renamed.chosen("territoire") == ("insee:9", "insee:3")
    assert (renamed.text, renamed.page) == ("a", 2)


def test_too_many_values_are_dropped_and_said() -> None:
    query = read("&".join(f"tag=mot-{i}" for i in range(25)))
    assert len(query.chosen("tag")) == MAX_VALUES
    assert len(query.ignored) == 5


def test_values_are_added_and_removed() -> None:
    query = read("q=a&domaine=eau&page=4")
    assert query.with_value("domaine", "air").to_querystring() == "q=a&domaine=eau&domaine=air"
    assert query.with_value("domaine", "eau").chosen("domaine") == ("eau",)
    assert query.without_value("domaine", "eau").to_querystring() == "q=a"
    assert query.without_facets().to_querystring() == "q=a"
    assert query.to_querystring(page=5) == "q=a&domaine=eau&page=5"


def test_an_unknown_order_is_relevance() -> None:
    assert read("tri=hasard").sort is Sort.RELEVANCE


def test_the_theme_one_entered_by_is_kept_and_given_up() -> None:
    query = read("q=a&entree=barometre-2023%3Acybersecurite&page=3")
    assert query.entry == "barometre-2023:cybersecurite"
    assert read(query.to_querystring()).entry == query.entry
    assert query.without_entry().to_querystring() == "q=a"
    assert query.without_facets().to_querystring() == "q=a"
