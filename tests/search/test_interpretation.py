"""What the page says of how a search was understood, with an address that undoes each guess."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client

from casestudies.models import Territory
from search.interpretation import Link, interpretation, wider
from search.meaning import Meaning
from search.query import SearchQuery
from search.understanding import Correction, Understood, UnderstoodPlace
from tests.builders import make_poitiers, make_territory
from tests.search.test_facet_views import places  # noqa: F401 - a fixture
from tests.search.test_views import LIBRARY, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def poitiers() -> Territory:
    make_poitiers()
    return Territory.objects.with_ancestors().get(code="insee:86194")


def understood_place(territory: Territory, others: tuple[Territory, ...] = ()) -> Understood:
    """A search for lighting in a place, narrowed to one step."""
    query = SearchQuery(text="éclairage Poitiers", values={"etape": ("service",)}, page=3)
    place = UnderstoodPlace(territory, others, "Poitiers", "éclairage", 'éclairage "Poitiers"')
    return Understood(query, Meaning(), places=(place,))


def test_a_place_can_be_given_up_or_taken_for_a_word(poitiers: Territory) -> None:
    (place,) = interpretation(understood_place(poitiers)).places
    assert place.label == "Poitiers (86)"
    assert place.without_url == f"{LIBRARY}?q=%C3%A9clairage&etape=service"
    assert place.literal_url == f"{LIBRARY}?q=%C3%A9clairage+%22Poitiers%22&etape=service"
    assert place.others == ()


def test_a_homonym_is_one_address_away(poitiers: Territory) -> None:
    isere = make_territory("dep:38", "Isère", "departement")
    vienne = make_territory("insee:38544", "Vienne", departement=isere)
    (place,) = interpretation(understood_place(poitiers, (vienne,))).places
    address = f"{LIBRARY}?q=%C3%A9clairage&etape=service&territoire=insee%3A38544"
    assert place.others == (Link("Vienne (38)", address),)
    html = render_to_string(
        "search/includes/understood.html",
        {"understood": interpretation(understood_place(poitiers, (vienne,)))},
    )
    assert "Lieu compris" in html
    assert re.search(r"ou <a href=[^>]*insee%3A38544\">Vienne \(38\)</a>", html)


def test_a_correction_says_what_was_typed_and_what_was_used() -> None:
    query = SearchQuery(text="eclairge <b>")
    shown = interpretation(
        Understood(query, Meaning(), corrections=(Correction("eclairge", "éclairage"),))
    )
    assert shown.literal_url == f"{LIBRARY}?q=%22eclairge%22+%3Cb%3E"
    html = render_to_string("search/includes/corrections.html", {"understood": shown})
    assert re.search(r"ne contient «.eclairge.». Résultats pour «.éclairage.»", html)
    assert "tel que je l’ai écrit" in html
    assert "Vouliez-vous dire" not in html


def test_a_proposal_is_a_search_that_was_not_made() -> None:
    query = SearchQuery(text="captuer")
    shown = interpretation(Understood(query, Meaning(), proposal="capteur <i>"))
    html = render_to_string("search/includes/corrections.html", {"understood": shown})
    assert f'href="{LIBRARY}?q=capteur+%3Ci%3E"' in html
    assert "capteur &lt;i&gt;" in html


def test_nothing_guessed_shows_nothing() -> None:
    shown = interpretation(Understood(SearchQuery(text="capteurs"), Meaning()))
    for name in ("understood", "corrections"):
        html = render_to_string(f"search/includes/{name}.html", {"understood": shown})
        assert not html.strip()


def test_containers_of_the_place_are_tried_the_nearest_first(poitiers: Territory) -> None:
    tried: list[str] = []

    def count(query: SearchQuery) -> int:
        tried.append(query.to_querystring())
        return 4 if "dep%3A86" in tried[-1] else 0

    found = wider(understood_place(poitiers), count)
    assert [(link.label, link.count) for link in found] == [("Vienne (département)", 4)]
    base = "q=%C3%A9clairage&etape=service&territoire="
    everywhere = "q=%C3%A9clairage&etape=service"
    codes = ["siren%3A200069854", "dep%3A86", "reg%3A75"]
    assert tried == [*(base + code for code in codes), everywhere]
    assert found[0].url == f"{LIBRARY}?{base}dep%3A86"


def test_several_chosen_territories_are_not_widened(poitiers: Territory) -> None:
    query = SearchQuery(values={"territoire": ("insee:86194", "dep:86")})
    assert wider(Understood(query, Meaning()), lambda _query: 9) == ()
    assert wider(Understood(SearchQuery(), Meaning()), lambda _query: 9) == ()


def test_a_place_in_the_words_is_a_chip_that_can_be_removed(
    client: Client,
    places: list[Territory],  # noqa: F811 - the fixture
) -> None:
    html = read(client, "q=capteurs+Poitiers")
    chip = re.search(r'<a class="chip chip-place" href="([^"]*)">.*?</a>', html, re.S)
    assert chip
    assert "Poitiers (86)" in chip[0]
    assert chip[1] == f"{LIBRARY}?q=capteurs"
    assert "chip-place" not in read(client, "q=capteurs")
