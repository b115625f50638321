"""Misspelled words, and words that are not."""

import pytest

from search.analysis import fold, stem
from search.lexicon import accented, inflections, is_french, relatives
from search.spelling import (
    alike,
    corrections,
    edits_allowed,
    may_be_meant,
    partings,
    sound,
)

VOCABULARY = {
    "eclairage": 12,
    "eclairages": 1,
    "eclaire": 3,
    "compteur": 5,
    "scolaire": 4,
    "colere": 1,
    "metiers": 9,
    "mobilite": 30,
    "collectivite": 40,
    "hyperviseur": 2,
    "assainissement": 3,
    "classe": 6,
    "2019": 8,
}


def corrected(word: str) -> tuple[str, ...]:
    """What a word is taken for."""
    return corrections(word, alike(word, VOCABULARY))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("eclairge", "eclairage"),
        ("eclerage", "eclairage"),
        ("eclairaje", "eclairage"),
        ("conpteur", "compteur"),
        ("mobilté", "mobilite"),
        ("colectivite", "collectivite"),
        ("hypervizeur", "hyperviseur"),
        ("assainisement", "assainissement"),
        ("scolere", "scolaire"),
    ],
)
def test_a_misspelled_word_is_taken_for_the_one_it_resembles(typed: str, meant: str) -> None:
    assert corrected(fold(typed))[0] == meant


@pytest.mark.parametrize("word", ["chasse", "metavers", "2018", "abc", "xyzzy", "eclairs"])
def test_another_word_is_not_a_misspelling(word: str) -> None:
    assert corrected(word) == ()


def test_forms_of_one_word_are_proposed_once() -> None:
    assert corrected("eclairagee") in {("eclairage",), ("eclairages",)}


def test_short_words_and_numbers_are_never_misspelled() -> None:
    assert [edits_allowed(word) for word in ("sig", "2019", "siga", "sigal", "sigalo")] == [
        0, 0, 1, 1, 2
    ]  # fmt: skip


def test_numbers_and_the_shortest_words_are_meant_by_nobody() -> None:
    words = ("eau", "siga", "de", "2019", "5g", "covid19")
    assert [word for word in words if may_be_meant(word)] == ["eau", "siga"]


def test_words_said_alike_sound_the_same() -> None:
    for one, other in (("eclerage", "eclairage"), ("foto", "photo"), ("conpteur", "compteur")):
        assert sound(one) == sound(other)
    assert sound("eau") != sound("air")


def test_words_run_together_are_parted_everywhere_but_at_their_ends() -> None:
    assert partings("opendata") == [("ope", "ndata"), ("open", "data"), ("opend", "ata")]
    assert partings("abcde") == []


def test_french_words_are_known_without_their_accents() -> None:
    assert is_french("dechets")
    assert is_french("peripherique")
    assert not is_french("eclairge")


@pytest.mark.parametrize(
    ("word", "form"),
    [("elus", "elu"), ("mutualisees", "mutualise"), ("elue", "elus"), ("connectee", "connecte")],
)
def test_forms_that_the_stemmer_parts_are_brought_together(word: str, form: str) -> None:
    assert stem(form) in {stem(word), *map(stem, inflections(word))}


@pytest.mark.parametrize(
    ("word", "relative"),
    [("former", "formation"), ("abattre", "abattage"), ("chercher", "chercheur")],
)
def test_words_of_one_family_are_brought_together(word: str, relative: str) -> None:
    assert stem(relative) in {stem(word), *map(stem, relatives(word))}


def test_only_real_words_are_taken_for_relatives() -> None:
    assert all(is_french(word) for word in relatives("collecter"))
    assert relatives("eau") == ()


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("eclairage", "éclairage"),
        ("dechets", "déchets"),
        ("francais", "français"),
        ("rudi", "rudi"),
    ],
)
def test_words_are_shown_with_their_accents(word: str, shown: str) -> None:
    assert accented(word) == shown
