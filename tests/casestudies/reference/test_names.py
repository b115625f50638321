"""Names of places: one key for every spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casestudies.reference.names import name_key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Saint-Étienne-du-Rouvray", "saint etienne du rouvray"),
        ("St Malo", "saint malo"),
        ("STE-MAXIME", "sainte maxime"),
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("L’Haÿ les roses", "l hay les roses"),
        ("Schœlcher", "schoelcher"),
        ("ŒUILLY", "oeuilly"),
        ("La Rochelle", "la rochelle"),
        ("Est Ensemble", "est ensemble"),
        ("Stains", "stains"),
        ("CC Faucigny - Glières", "cc faucigny glieres"),
        ("République et canton de Genève", "republique et canton de geneve"),
        ("  ", ""),
        ("", ""),
    ],
)
def test_spelling(text: str, key: str) -> None:
    assert name_key(text) == key


@given(st.text())
def test_applying_it_twice_changes_nothing(text: str) -> None:
    assert name_key(name_key(text)) == name_key(text)


@given(st.text())
def test_only_words_and_single_spaces_remain(text: str) -> None:
    key = name_key(text)
    assert key == " ".join(key.split())
    assert all(character.isalnum() or character == " " for character in key)


@given(st.lists(st.text("abcdeéèêïôùç", min_size=1), min_size=1), st.sampled_from(" -'’"))
def test_separators_are_all_the_same(words: list[str], separator: str) -> None:
    assert name_key(separator.join(words)) == name_key(" ".join(words))


@given(st.text("abcdeéèêïôùçœ' -"))
def test_case_does_not_matter(text: str) -> None:
    assert name_key(text.upper()) == name_key(text.lower())
