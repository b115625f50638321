"""Operators as they are typed, well and badly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import MAX_TERMS
from search.meaning import compose, read
from search.query import clean_text
from search.syntax import Kind, day_number, parse


def shape(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Kind and words of each item; an excluded one's kind begins with "-"."""
    return [
        (f"{'-' if item.excluded else ''}{item.kind.value}", item.words or item.values)
        for item in parse(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l'éclairage public", [("words", ("eclairage", "public"))]),
        ('"Marché global"', [("phrase", ("marche", "global"))]),
        ("« retour d’expérience »", [("phrase", ("retour", "experience"))]),
        ("eau -air", [("words", ("eau",)), ("-words", ("air",))]),
        ('eau -"qualité de l\'air"', [("words", ("eau",)), ("-phrase", ("qualite", "de", "air"))]),
        ("eau -Seine-et-Marne", [("words", ("eau",)), ("-phrase", ("seine", "et", "marne"))]),
        ("capt* eau", [("prefix", ("capt",)), ("words", ("eau",))]),
        ("porte-à-porte", [("words", ("porte", "a", "porte"))]),
        ("theme:cyber", [("field", ("cyber",))]),
        ("Thème:cyber", [("field", ("cyber",))]),
        ('lieu:"La Rochelle"', [("field", ("La Rochelle",))]),
        ("-etape:strategie", [("-field", ("strategie",))]),
        ("theme:a OR theme:b", [("field", ("a", "b"))]),
        ("a* OR", [("words", ("a",))]),
        ("title:x", [("words", ("title", "x"))]),
        ("avant:2019", [("field", ("2019",))]),
        ("avant:hier", [("words", ("avant", "hier"))]),
        ("theme:", [("words", ("theme",))]),
        ('"', []),
        ("-", []),
        ("AND", []),
        ("OR", []),
    ],
)
def test_what_was_typed_is_read_as_items(
    text: str, expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert shape(text) == expected


def test_or_joins_its_neighbors_alone() -> None:
    before, either, after = parse("un chat OR chien OU souris gris")
    assert (before.words, after.words) == (("un",), ("gris",))
    assert [option.words for option in either.options] == [("chat",), ("chien",), ("souris",)]


def test_or_does_not_join_fields_of_two_kinds() -> None:
    assert [item.kind for item in parse("theme:a OR etape:b")] == [Kind.FIELD, Kind.FIELD]


def test_words_keep_how_they_were_typed() -> None:
    assert parse("déchets à Saint-Denis")[0].typed == ("déchets", "à", "Saint", "Denis")


def test_no_more_words_than_the_bound_are_read() -> None:
    items = parse(" ".join(f"mot{n} OR" for n in range(300)) + " a b")
    assert sum(len(item.words) + len(item.options) for item in items) <= MAX_TERMS


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2019", 20190101),
        ("2019-05", 20190501),
        ("2019-05-31", 20190531),
        ("2019-13", None),
        ("19", None),
        ("2019-05-31-1", None),
        ("٢٠١٩", None),
        ("", None),
    ],
)
def test_dates_count_from_their_first_day(text: str, number: int | None) -> None:
    assert day_number(text) == number


SIGNS = st.sampled_from(['"', "-", "*", ":", "OR", "OU", " ", "«", "»", "(", ")", "~", "\\", "/", "theme:", "avant:", "😀", "\u202e", "\u0301"])  # fmt: skip


@given(st.lists(SIGNS | st.text(max_size=8), max_size=40).map("".join))
def test_nothing_typed_is_an_error(text: str) -> None:
    cleaned = clean_text(text)
    meaning = read(cleaned)
    assert len(meaning.searched_words) < 500
    assert compose(parse(cleaned), text=cleaned).is_nothing == meaning.is_nothing
