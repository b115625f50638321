"""Long text as readers see it."""

import pytest

from cms.models import GlossaryTerm
from cms.prose import Reading, prose

pytestmark = pytest.mark.django_db


@pytest.fixture
def term() -> GlossaryTerm:
    return GlossaryTerm.objects.create(
        term="Jeu de données", variants="jeux de données", definition="Un ensemble <cohérent>."
    )


def test_a_term_is_defined_at_its_first_occurrence_only(term: GlossaryTerm) -> None:
    reading = Reading()
    html = prose("<p>Des jeux de données. Un jeu de données.</p>", reading)
    assert html.count('class="term"') == 1
    assert 'popovertarget="def-jeu-de-donnees"' in html
    assert 'class="term"' not in prose("<p>Un jeu de données encore.</p>", reading)


def test_a_definition_is_shown_as_text(term: GlossaryTerm) -> None:
    assert "&lt;cohérent&gt;" in prose("<p>Un jeu de données.</p>", Reading())


def test_terms_in_links_and_headings_are_left_alone(term: GlossaryTerm) -> None:
    html = prose(
        '<h3>Jeu de données</h3><p><a href="https://a.fr">jeu de données</a></p>', Reading()
    )
    assert "button" not in html


def test_an_acronym_is_recognized_only_in_capitals() -> None:
    GlossaryTerm.objects.create(
        term="Base adresse nationale", acronym="BAN", definition="Des adresses."
    )
    assert "button" not in prose("<p>Il habite au ban de la ville.</p>", Reading())
    assert "button" in prose("<p>La BAN est ouverte.</p>", Reading())


def test_source_calls_lead_to_the_sources_that_exist() -> None:
    html = prose("<p>Ouvert en 2017 [1] [2].</p>", Reading(source_count=2))
    assert html.count('<sup class="source-call">') == 1
    assert '<a href="#source-1">' in html
    assert '<a href="#source-2">' in html
    assert "2017 <" not in html
    assert "source-call" not in prose("<p>Voir [3].</p>", Reading(source_count=2))


def test_sources_that_diverge_are_marked() -> None:
    html = prose("<p><strong>Les sources divergent.</strong> Trois ou quatorze.</p>", Reading())
    assert html.startswith('<div class="diverge" role="note">')
    assert "</p></div>" in html


def test_what_is_shown_was_cleaned_even_when_the_row_was_not() -> None:
    html = prose("<p onclick=x>Bonjour <script>alert(1)</script></p>", Reading())
    assert html == "<p>Bonjour </p>"


def test_escaped_markup_stays_text() -> None:
    assert "<img" not in prose("<p>&lt;img src=x onerror=alert(1)&gt;</p>", Reading())
