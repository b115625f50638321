"""Rules between words: how they are read, chained and found in what was typed."""

import pytest

from search.ranking import ONE_WAY_WEIGHT, TWO_WAY_WEIGHT
from search.synonyms import MAX_SYNONYMS, Rule, SynonymIndex, parse_rules, telling_words


def others(index: SynonymIndex, *words: str) -> dict[tuple[str, ...], float]:
    """Other wordings of words that are one expression."""
    segments = index.expand(words)
    return {synonym.words: synonym.weight for s in segments for synonym in s.synonyms}


def test_rules_are_read_from_lines() -> None:
    lines = ["# title", "", "REX = retour d'expérience  # both ways", "mairie > commune"]
    assert parse_rules(lines) == [
        Rule("REX", "retour d'expérience"),
        Rule("mairie", "commune", two_way=False),
    ]


@pytest.mark.parametrize("line", ["no sign", "= right", "left >", "> ", "... = eau"])
def test_a_line_that_is_no_rule_is_named(line: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        parse_rules(["# fine", line])


def test_a_two_way_rule_serves_both_sides_in_any_form() -> None:
    index = SynonymIndex([Rule("IoT", "objet connecté")])
    assert others(index, "iot") == {("objet", "connecte"): TWO_WAY_WEIGHT}
    assert others(index, "objets", "connectes") == {("iot",): TWO_WAY_WEIGHT}


def test_a_one_way_rule_serves_its_left_side() -> None:
    index = SynonymIndex([Rule("mairie", "commune", two_way=False)])
    assert others(index, "mairies") == {("commune",): ONE_WAY_WEIGHT}
    assert others(index, "commune") == {}


def test_equivalents_of_equivalents_are_found_and_broader_words_end_the_chain() -> None:
    index = SynonymIndex(
        [
            Rule("GDPR", "RGPD"),
            Rule("RGPD", "règlement général sur la protection des données"),
            Rule("RGPD", "droit", two_way=False),
            Rule("droit", "loi"),
        ]
    )
    found = others(index, "gdpr")
    assert set(found) == {("rgpd",), ("reglement", "general", "protection", "donnees"), ("droit",)}
    assert found[("droit",)] == ONE_WAY_WEIGHT


def test_the_longest_expression_is_taken_first() -> None:
    index = SynonymIndex([Rule("données", "data"), Rule("données ouvertes", "open data")])
    (segment,) = index.expand(["donnees", "ouvertes"])
    assert (segment.start, segment.end) == (0, 2)
    assert [s.words for s in segment.synonyms] == [("open", "data")]
    spread = index.expand(["donnees", "vraiment", "ouvertes"])
    assert [(s.start, s.end) for s in spread] == [(0, 1)]


def test_no_more_synonyms_than_the_bound_are_searched() -> None:
    index = SynonymIndex([Rule("mot", f"autre{n}") for n in range(40)])
    assert len(others(index, "mot")) == MAX_SYNONYMS


def test_a_rule_between_forms_of_one_word_does_nothing() -> None:
    assert SynonymIndex([Rule("capteur", "capteurs")]).expand(["capteur"]) == []


def test_words_that_tell_nothing_are_left_out_of_rules() -> None:
    assert telling_words("retour d'expérience") == ("retour", "experience")
    assert telling_words("à la") == ("a", "la")
