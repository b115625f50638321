"""Entering the library by the themes of another edition, through weighted correspondences."""

import re

import pytest
from django.test import Client
from django.utils.html import escape

from casestudies.models import Referential, Theme, ThemeCorrespondence
from search import indexing
from search.backends.base import SearchBackend
from search.editions import all_entries, by_edition, find_entry
from search.meaning import Leaning
from search.query import Sort
from tests.builders import make_case, make_partner, make_theme
from tests.search.test_views import LIBRARY, read, titles

pytestmark = pytest.mark.django_db

CYBER = "barometre-2023:cybersecurite"


def make_edition(
    slug: str = "barometre-2023", edition: str = "2023", is_complete: bool = True
) -> Referential:
    return Referential.objects.create(
        slug=slug,
        title=f"Baromètre, édition {edition}",
        publisher="Un éditeur",
        edition=edition,
        source_url="https://barometre.example/2023",
        is_complete=is_complete,
    )


def correspond(source: Theme, target: Theme, weight: float) -> None:
    ThemeCorrespondence.objects.create(source=source, target=target, weight=weight)


@pytest.fixture
def edition() -> Referential:
    """An edition: one theme leads to two stable ones, one to one of them, one nowhere."""
    edition = make_edition()
    resilience = make_theme("Résilience", "resilience")
    services = make_theme("Services aux usagers", "services-usagers")
    make_theme("Inclusion", "inclusion")
    for order, (identifier, label) in enumerate(
        [("cybersecurite", "Cybersécurité"), ("relation", "Relation"), ("seul", "Thème seul")]
    ):
        Theme.objects.create(referential=edition, identifier=identifier, label=label, order=order)
    cyber = Theme.objects.get(identifier="cybersecurite")
    correspond(cyber, services, 0.5)
    correspond(cyber, resilience, 1)
    correspond(Theme.objects.get(identifier="relation"), services, 1)
    return edition


@pytest.fixture
def library(edition: Referential, index: SearchBackend) -> None:
    partner = make_partner()
    for title, identifier in (
        ("Un guichet", "services-usagers"),
        ("Une sauvegarde", "resilience"),
        ("Une médiation", "inclusion"),
    ):
        make_case(partner, title=title, themes=[Theme.objects.get(identifier=identifier)])
    indexing.drain()


# --- What an edition leads to


def test_a_theme_leads_to_the_stable_ones_the_closest_first(edition: Referential) -> None:
    entry = find_entry(CYBER)
    assert entry
    assert [(target.identifier, target.weight) for target in entry.targets] == [
        ("resilience", 1.0),
        ("services-usagers", 0.5),
    ]
    assert entry.leanings == (
        Leaning("themes", "resilience", 1.0),
        Leaning("themes", "services-usagers", 0.5),
    )
    assert entry.edition == "Baromètre, édition 2023"


@pytest.mark.parametrize(
    "key",
    [
        "barometre-2023:seul",
        "barometre-2023:inconnu",
        "barometre-1999:cybersecurite",
        "datacites:resilience",
        "cybersecurite",
        ":",
        "",
        "barometre-2023:cybersecurite:encore",
    ],
)
def test_what_leads_nowhere_is_no_entry(edition: Referential, key: str) -> None:
    assert find_entry(key) is None


def test_a_correspondence_of_no_weight_leads_nowhere(edition: Referential) -> None:
    alone = Theme.objects.get(identifier="seul")
    correspond(alone, Theme.objects.get(identifier="inclusion"), 0)
    assert find_entry("barometre-2023:seul") is None


def test_entries_are_listed_by_edition_the_latest_first(edition: Referential) -> None:
    older = make_edition("barometre-2018", "2018")
    old_theme = Theme.objects.create(referential=older, identifier="e-education", label="e")
    correspond(old_theme, Theme.objects.get(identifier="inclusion"), 1)
    listed = by_edition(all_entries())
    assert [(name, [entry.label for entry in entries]) for name, entries in listed] == [
        ("Baromètre, édition 2023", ["Cybersécurité", "Relation"]),
        ("Baromètre, édition 2018", ["e"]),
    ]


# --- In the library


def test_entering_shows_the_cases_of_its_themes_by_weight(client: Client, library: None) -> None:
    html = read(client, f"entree={CYBER}")
    assert titles(html) == ["Une sauvegarde", "Un guichet"]
    assert titles(read(client, f"entree={CYBER}&q=posé")) == ["Une sauvegarde", "Un guichet"]
    assert titles(read(client, f"entree={CYBER}&theme=services-usagers")) == ["Un guichet"]


def test_the_page_says_what_the_entry_corresponds_to(client: Client, library: None) -> None:
    html = read(client, f"entree={CYBER}")
    notice = re.search(r'<div class="notice notice-info entry-notice">.*?</div>', html, re.S)
    assert notice
    assert "Cybersécurité" in notice[0]
    assert '<a href="/themes/resilience/">Résilience</a> (1)' in notice[0]
    assert '<a href="/themes/services-usagers/">Services aux usagers</a> (0,5)' in notice[0]
    assert 'href="https://barometre.example/2023"' in notice[0]
    assert 'href="/themes/#editions"' in notice[0]
    assert "qu’en partie" not in notice[0]


def test_the_page_says_when_an_edition_is_known_in_part(client: Client, library: None) -> None:
    Referential.objects.filter(slug="barometre-2023").update(is_complete=False, source_url="")
    html = read(client, f"entree={CYBER}")
    assert "n’est connue qu’en partie" in html
    assert "La publication d’origine" not in html


def test_the_entry_is_a_chip_and_stays_in_every_address(client: Client, library: None) -> None:
    html = read(client, f"entree={CYBER}&etape=service&tri={Sort.RECENT}")
    encoded = escape(f"entree={CYBER.replace(':', '%3A')}")
    chips = re.findall(r'<a class="chip" href="([^"]*)"', html)
    assert chips == [
        f"{LIBRARY}?{encoded}&amp;tri=recent",
        f"{LIBRARY}?etape=service&amp;tri=recent",
    ]
    assert re.search(r"Baromètre, édition 2023.{1,3}: ?Cybersécurité", html)
    assert f'class="clear" href="{LIBRARY}?tri=recent"' in html
    assert "Affiner (2)" in html


def test_an_entry_is_chosen_in_the_form(client: Client, library: None) -> None:
    html = read(client)
    assert '<select id="library-entry" name="entree" form="library-form"' in html
    assert f'<option value="{CYBER}">Cybersécurité</option>' in html
    assert "Thème seul" not in html
    chosen = read(client, f"entree={CYBER}")
    assert f'<option value="{CYBER}" selected>' in chosen
    assert '<details class="facet" id="facet-entree" open>' in chosen


def test_without_any_edition_there_is_nothing_to_enter_by(
    client: Client, index: SearchBackend
) -> None:
    make_case()
    indexing.drain()
    assert "library-entry" not in read(client)


@pytest.mark.parametrize("key", ["barometre-1999:nul", "barometre-2023:seul", "<b>", "x" * 400])
def test_an_unknown_entry_is_said_and_the_rest_is_answered(
    client: Client, library: None, key: str
) -> None:
    html = read(client, f"entree={key}&etape=service")
    assert f"entree={escape(key[:30])}" in html
    assert len(titles(html)) == 3


def test_an_entry_that_leaves_nothing_can_be_given_up(client: Client, library: None) -> None:
    html = read(client, f"entree={CYBER}&q=m%C3%A9diation")
    assert titles(html) == []
    way = re.search(r'<ul class="ways ways-counted".*?</ul>', html, re.S)
    assert way
    assert f'href="{LIBRARY}?q=m%C3%A9diation"' in way[0]
    assert re.search(r"Baromètre, édition 2023.: Cybersécurité", way[0])
    assert "1 fiche" in way[0]


def test_a_hostile_edition_is_shown_as_text(client: Client, library: None) -> None:
    Theme.objects.filter(identifier="cybersecurite").update(label="<script>alert(1)</script>")
    html = read(client, f"entree={CYBER}")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_each_theme_of_an_edition_opens_the_library(client: Client, edition: Referential) -> None:
    html = client.get("/themes/").content.decode()
    assert f'href="{LIBRARY}?entree={CYBER}"' in html
    assert f"{LIBRARY}?entree=barometre-2023:seul" not in html
    assert "Thème seul" in html
