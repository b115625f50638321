"""Searches told in words."""

import pytest
from django.http import QueryDict

from casestudies.models import Referential, Theme, ThemeCorrespondence
from search.labels import closed_labels
from search.query import SearchQuery
from search.wording import in_words
from tests.builders import make_domain, make_partner, make_poitiers, make_theme

pytestmark = pytest.mark.django_db


def told(address: str) -> str:
    return in_words(SearchQuery.from_querydict(QueryDict(address)), closed_labels())


def test_words_and_choices_are_named_as_readers_know_them() -> None:
    make_domain("eau", "Eau", "reseaux")
    make_domain("energie", "Énergie", "reseaux")
    make_poitiers()
    make_partner("Ville d'Antony", slug="antony")
    address = "q=l'eau+?&domaine=eau&domaine=energie&territoire=insee:86194&organisation=antony"
    assert told(address) == (
        "«\xa0l’eau\u202f?\xa0» · Domaine\xa0: Eau ou Énergie · Territoire\xa0: Poitiers (86)"
        " · Organisation\xa0: Ville d’Antony"
    )


def test_everything_has_a_name() -> None:
    assert told("tri=titre&page=4") == "Tous les retours d’expérience"


def test_what_no_vocabulary_knows_any_more_goes_by_its_identifier() -> None:
    assert told("domaine=disparu&tag=parti") == "Domaine\xa0: disparu · Mot-clé\xa0: parti"


def test_the_theme_of_a_barometer_is_named_with_its_edition() -> None:
    edition = Referential.objects.create(slug="obs-2025", title="Baromètre", edition="2025")
    source = Theme.objects.create(referential=edition, identifier="t1", label="La gouvernance")
    ThemeCorrespondence.objects.create(source=source, target=make_theme(), weight="0.8")
    assert told("entree=obs-2025:t1") == f"Thème d’un baromètre\xa0: La gouvernance ({edition})"
