"""Queries understood with all that the database and the index know."""

import pytest

from casestudies.models import CaseStudyPage
from search import indexing, understanding
from search.answering import answer
from search.backends.base import SearchBackend
from search.models import SynonymRule
from search.query import SearchQuery
from search.synonyms import Rule, SynonymIndex
from search.understanding import understand
from tests.builders import make_case, make_domain, make_partner, make_poitiers

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(index: SearchBackend) -> list[CaseStudyPage]:
    """Three published and indexed cases."""
    cases = [
        make_case(title="Éclairage public et capteurs", territories=[make_poitiers()]),
        make_case(title="Éclairage d'un stade", domains=[make_domain("eau", "Eau", "reseaux")]),
        make_case(title="Open data à Rennes", partner=make_partner(title="Ville de Rennes")),
    ]
    indexing.drain()
    return cases


def found(text: str, **values: str) -> list[str]:
    """Titles that a text finds."""
    query = SearchQuery(text, {name: (value,) for name, value in values.items()})
    ids = [hit.page_id for hit in answer(query).results.hits]
    titles = dict(CaseStudyPage.objects.values_list("pk", "title"))
    return [titles[page_id] for page_id in ids]


def test_a_place_in_the_text_is_taken_for_the_place(library: list[CaseStudyPage]) -> None:
    understood = understand(SearchQuery("éclairage à Poitiers"))
    (place,) = understood.places
    assert place.territory.code == "insee:86194"
    assert place.text_without == "éclairage"
    assert place.text_literal == 'éclairage à "Poitiers"'
    assert found("éclairage à Poitiers") == ["Éclairage public et capteurs"]
    assert found("Poitiers") == ["Éclairage public et capteurs"]


def test_a_place_in_quotes_is_words(library: list[CaseStudyPage]) -> None:
    assert understand(SearchQuery('éclairage "Poitiers"')).places == ()


def test_a_misspelled_word_is_corrected_and_said(library: list[CaseStudyPage]) -> None:
    understood = understand(SearchQuery("eclairge public"))
    (correction,) = understood.corrections
    assert (correction.typed, correction.used) == ("eclairge", "éclairage")
    assert understood.corrected_text == "éclairage public"
    assert understood.literal_text == '"eclairge" public'
    assert found("eclairge public") == ["Éclairage public et capteurs"]
    assert found('"eclairge" public') == []


def test_words_run_together_are_parted(library: list[CaseStudyPage]) -> None:
    assert found("opendata") == ["Open data à Rennes"]
    assert found("éclairagepublic") == ["Éclairage public et capteurs"]


def test_a_french_word_that_nothing_holds_finds_nothing(library: list[CaseStudyPage]) -> None:
    assert found("chasse") == []
    assert understand(SearchQuery("chasse")).corrections == ()


def test_operators_name_values_by_their_words(library: list[CaseStudyPage]) -> None:
    assert found("domaine:eau") == ["Éclairage d'un stade"]
    assert found("éclairage lieu:poitiers") == ["Éclairage public et capteurs"]
    assert found("éclairage -lieu:poitiers") == ["Éclairage d'un stade"]
    assert found('partenaire:"ville de rennes"') == ["Open data à Rennes"]
    assert found("partenaire:rennes") == ["Open data à Rennes"]
    assert found("éclairage domaine:inexistant") == []


def test_rules_in_force_are_followed_at_once(library: list[CaseStudyPage]) -> None:
    assert found("lampadaire") == []
    rule = SynonymRule.objects.create(left="lampadaire", right="éclairage public", is_two_way=False)
    assert found("lampadaires") == ["Éclairage public et capteurs"]
    rule.delete()
    assert found("lampadaires") == []


def test_a_rule_can_be_tried_without_being_kept(library: list[CaseStudyPage]) -> None:
    tried = SynonymIndex([Rule("luminaire", "éclairage public")])
    assert answer(SearchQuery("luminaire"), tried).results.total == 1
    assert answer(SearchQuery("luminaire")).results.total == 0


def test_words_that_exist_are_asked_of_the_engine_once(
    library: list[CaseStudyPage], index: SearchBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    ask = index.similar_words
    monkeypatch.setattr(
        type(index), "similar_words", lambda _self, words: asked.append([*words]) or ask(words)
    )
    understanding.unknown_words(["capteurs"])
    understanding.unknown_words(["capteur"])
    assert asked == [["capteurs"]]


@pytest.mark.parametrize("text", ["", "...", '"', "OR", "theme:", "é" * 200, "-", "😀 😀"])
def test_anything_typed_is_understood_somehow(library: list[CaseStudyPage], text: str) -> None:
    answer(SearchQuery(text))
