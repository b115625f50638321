"""French typography at display."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.typography import NARROW, NO_BREAK, number, typeset


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Pourquoi ?", f"Pourquoi{NARROW}?"),
        ("Ceci : cela", f"Ceci{NO_BREAK}: cela"),
        ("« oui »", f"«{NO_BREAK}oui{NO_BREAK}»"),
        ("l'eau d'hier", "l’eau d’hier"),
        ("70 % des agents", f"70{NARROW}% des agents"),
        ("20 000 €", f"20{NARROW}000{NO_BREAK}€"),
        ("le 13 avril 2017", f"le 13{NO_BREAK}avril 2017"),
        ("REX-06", "REX‑06"),
        ("-25 %", f"−25{NARROW}%"),
        ("https://exemple.fr/?a=1", "https://exemple.fr/?a=1"),
        ("de 10:30 à 11:00", "de 10:30 à 11:00"),
    ],
)
def test_typed_text_is_read_in_french_typography(typed: str, read: str) -> None:
    assert typeset(typed) == read


@given(st.text(max_size=200))
def test_typesetting_twice_changes_nothing_more(text: str) -> None:
    assert typeset(typeset(text)) == typeset(text)


def test_numbers_have_narrow_spaces_and_a_decimal_comma() -> None:
    assert number(197408) == f"197{NARROW}408"
    assert number(1234.5) == f"1{NARROW}234,50"
