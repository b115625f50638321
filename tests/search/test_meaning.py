"""From words to concepts: what tells, what merely helps, what a question asks."""

import pytest

from search.meaning import Form, asks, read, required_concepts, telling_words
from search.synonyms import Rule, SynonymIndex


def asked(text: str) -> list[tuple[str, ...]]:
    """The words of each concept that narrows."""
    return [concept.wordings[0].words for concept in read(text).concepts]


def test_stop_words_and_words_that_ask_tell_nothing() -> None:
    assert asked("comment faire pour les capteurs") == [("capteurs",)]
    assert telling_words(["pour", "tous"]) == {"pour", "tous"}


def test_a_word_typed_twice_counts_once() -> None:
    assert asked("capteur capteurs Capteur") == [("capteur",)]


def test_the_season_is_searched_and_the_verb_is_not() -> None:
    assert ("ete",) in asked("canicule en été")
    assert ("ete",) not in asked("capteurs qui ont été posés")


def test_weak_words_rank_without_narrowing_among_others() -> None:
    meaning = read("projet de capteurs dans une commune")
    assert [c.wordings[0].words for c in meaning.concepts] == [("capteurs",)]
    assert {c.wordings[0].words for c in meaning.helpful} == {("projet",), ("commune",)}
    assert asked("projet") == [("projet",)]
    assert asked("petite commune") == [("petite",), ("commune",)]


@pytest.mark.parametrize(
    ("count", "minimum", "of_a_question"),
    [(0, 0, 0), (1, 1, 1), (2, 2, 1), (3, 2, 2), (4, 3, 2), (5, 4, 2), (7, 5, 3), (10, 7, 4)],
)
def test_how_many_concepts_must_be_found(count: int, minimum: int, of_a_question: int) -> None:
    assert required_concepts(count) == minimum
    assert required_concepts(count, question=True) == of_a_question


@pytest.mark.parametrize(
    ("text", "is_question"),
    [
        ("comment financer un poste data dans une petite commune ?", True),
        ("Quels indicateurs pour suivre un plan climat", True),
        ("capteurs de bruit en centre-ville ?", True),
        ("comment ?", False),
        ("capteurs de bruit en centre-ville", False),
    ],
)
def test_questions_are_told_from_words(text: str, is_question: bool) -> None:
    assert asks(text) is is_question


def test_synonyms_are_other_wordings_of_what_was_asked() -> None:
    rules = SynonymIndex([Rule("open data", "données ouvertes")])
    (concept, *others) = read("open data Rennes", rules).concepts
    wordings = [(w.words, w.form) for w in concept.wordings if w.form is not Form.KIN]
    assert wordings == [
        (("open", "data"), Form.TOGETHER),
        (("donnees", "ouvertes"), Form.NEAR),
    ]
    assert [c.wordings[0].words for c in others] == [("rennes",)]


def test_a_correction_stands_beside_what_was_typed() -> None:
    (concept,) = read("eclairge", corrections={"eclairge": ("eclairage",)}).concepts
    assert [w.words for w in concept.wordings][:2] == [("eclairge",), ("eclairage",)]


def test_what_holds_no_word_means_nothing_and_nothing_typed_means_everything() -> None:
    assert read("...").is_nothing
    assert not read("").is_nothing
    assert not read("-eau").is_nothing


def test_words_side_by_side_make_pairs() -> None:
    assert read("qualité de l'air intérieur").pairs == (("qualite", "air"), ("air", "interieur"))
    assert len(read(" ".join(f"mot{n}" for n in range(20))).pairs) <= 6


def test_dates_narrow_to_their_intersection() -> None:
    meaning = read("apres:2015 apres:2018-06 avant:2030 avant:2020")
    assert (meaning.started_from, meaning.started_before) == (20180601, 20200101)
