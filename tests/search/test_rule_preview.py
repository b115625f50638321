"""The preview of a synonym rule: what it shows on real searches, and that it saves nothing."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from wagtail.models import PageViewRestriction

from casestudies.models import CaseStudyPage
from search import indexing
from search.backends.base import SearchBackend
from search.curation import preview as previewing
from search.models import SearchCount, SynonymRule
from search.report.counting import this_week
from search.rules import active_rules
from tests.builders import make_case, make_moderator
from tests.search.curators import RULES, fields, signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator() -> Client:
    return signed_in(make_moderator())


@pytest.fixture
def library(index: SearchBackend) -> dict[str, CaseStudyPage]:
    """Cases in whose titles the words of a rule stand apart."""
    titles = ("Piloter les lampadaires", "Candélabres connectés", "Cantine scolaire", "Un atelier")
    cases = {title: make_case(title=title, summary="Un récit.") for title in titles}
    indexing.drain()
    return cases


Ask = Callable[..., str]


@pytest.fixture
def ask(moderator: Client) -> Ask:
    """What the preview of a rule says, search by search."""

    def preview(left: str, right: str, rule: SynonymRule | None = None, **more: str) -> str:
        name = ("preview_kept", [rule.pk]) if rule else ("preview_new", [])
        address = reverse(f"{RULES}:{name[0]}", args=name[1])
        response = moderator.post(
            address, fields(left, right, **more), headers={"X-Requested-With": "XMLHttpRequest"}
        )
        assert response.status_code == 200
        assert "<html" not in response.content.decode()
        return text_of(response)

    return preview


def about(said: str, text: str) -> str:
    """The part of a preview about one search."""
    start = said.index(f"« {text} »")
    end = said.find("« ", start + 1)
    return said[start : end if end > 0 else None]


def test_the_preview_shows_which_case_enters_which_search(
    ask: Ask, library: dict[str, CaseStudyPage]
) -> None:
    said = ask("candélabre", "lampadaire")
    part = about(said, "candélabre")
    assert "Aujourd'hui : 1 fiche Candélabres connectés" in part
    assert "Après l'enregistrement : 2 fiches" in part
    assert "entre Piloter les lampadaires" in part
    assert "entre Candélabres connectés" in about(said, "lampadaire")
    assert not SynonymRule.objects.exists()
    assert active_rules() == ()


def test_a_one_way_rule_changes_one_of_its_sides(
    ask: Ask, library: dict[str, CaseStudyPage]
) -> None:
    sent = {"is_two_way": ""}
    said = ask("candélabre", "lampadaire", **sent)
    assert "entre Piloter les lampadaires" in about(said, "candélabre")
    assert "Rien ne change" in about(said, "lampadaire")


def test_recorded_searches_are_made_again_the_most_frequent_first(
    ask: Ask, library: dict[str, CaseStudyPage]
) -> None:
    for key, typed, searches in (
        ("lampadaires connectes", "Lampadaires connectés", 40),
        ("vieux candelabres", "vieux candélabres", 7),
        ("lampions", "lampions", 900),
        ("cantine", "cantine", 800),
    ):
        SearchCount.objects.create(week=this_week(), key=key, text=typed, searches=searches)
    said = ask("candélabre", "lampadaire")
    assert said.index("Lampadaires connectés") < said.index("vieux candélabres")
    assert "cherché 40 fois" in said
    assert "lampions" not in said
    assert "« cantine »" not in said


def test_a_free_search_is_tried_first(ask: Ask, library: dict[str, CaseStudyPage]) -> None:
    said = ask("candélabre", "lampadaire", essai="piloter candélabres")
    assert said.index("« piloter candélabres »") < said.index("« candélabre »")
    assert "entre Piloter les lampadaires" in about(said, "piloter candélabres")


@pytest.mark.parametrize(
    "essai", ['"', "-", "OR OR", "theme:", "a" * 5000, "\x00\ud7ff", "*", "🙂"]
)
def test_any_free_search_gets_an_answer(
    ask: Ask, library: dict[str, CaseStudyPage], essai: str
) -> None:
    assert "« candélabre »" in ask("candélabre", "lampadaire", essai=essai)


def test_a_rule_that_changes_nothing_is_said_to(
    ask: Ask, library: dict[str, CaseStudyPage]
) -> None:
    nothing = "Rien ne change : ces recherches trouvent les mêmes fiches"
    assert nothing in ask("zyglophone", "xylographe")
    assert nothing in ask("candélabre", "lampadaire", is_active="")
    assert nothing not in ask("candélabre", "lampadaire")


def test_a_kept_rule_shows_what_it_brings_and_what_goes_without_it(
    ask: Ask, moderator: Client, library: dict[str, CaseStudyPage]
) -> None:
    rule = SynonymRule.objects.create(left="candélabre", right="lampadaire")
    kept = ask("candélabre", "lampadaire", rule)
    assert "déjà en service telle quelle" in kept
    assert "Sans la règle : 1 fiche" in about(kept, "candélabre")
    assert "Avec la règle : 2 fiches" in about(kept, "candélabre")
    assert "entre Piloter les lampadaires" in about(kept, "candélabre")
    idle = ask("candélabre", "lampadaire", rule, is_active="")
    assert "sort Piloter les lampadaires" in about(idle, "candélabre")
    deleting = text_of(moderator.get(reverse(f"{RULES}:delete", args=[rule.pk])))
    assert "Après la suppression : 1 fiche" in about(deleting, "candélabre")
    assert "sort Piloter les lampadaires" in about(deleting, "candélabre")
    rule.refresh_from_db()
    assert rule.is_active


def test_changing_a_rule_is_compared_with_how_it_stands(
    ask: Ask, library: dict[str, CaseStudyPage]
) -> None:
    rule = SynonymRule.objects.create(left="candélabre", right="lampadaire")
    said = ask("candélabre", "cantine", rule)
    part = about(said, "candélabre")
    assert "sort Piloter les lampadaires" in part
    assert "entre Cantine scolaire" in part


def test_a_rule_that_makes_a_search_find_most_cases_is_warned_about(
    ask: Ask, moderator: Client, library: dict[str, CaseStudyPage]
) -> None:
    assert "plus de la moitié des fiches" in about(ask("candélabre", "récit"), "candélabre")
    saved = moderator.post(reverse(f"{RULES}:add"), fields("candélabre", "récit"), follow=True)
    assert "« candélabre » trouve plus de la moitié des fiches" in text_of(saved)
    SynonymRule.objects.all().delete()
    precise = fields("candélabre", "lampadaire")
    saved = moderator.post(reverse(f"{RULES}:add"), precise, follow=True)
    assert "plus de la moitié" not in text_of(saved)


def test_the_preview_names_only_cases_that_anyone_may_read(
    ask: Ask, library: dict[str, CaseStudyPage]
) -> None:
    PageViewRestriction.objects.create(
        page=library["Piloter les lampadaires"], restriction_type=PageViewRestriction.LOGIN
    )
    assert "Piloter les lampadaires" not in ask("candélabre", "lampadaire")


def test_without_scripts_the_preview_is_a_page_of_its_own(
    moderator: Client, library: dict[str, CaseStudyPage]
) -> None:
    form = moderator.get(reverse(f"{RULES}:add")).content.decode()
    button = re.search(r'<button type="submit"[^>]*formaction="([^"]+)"[^>]*>', form)
    assert button
    assert 'formtarget="_blank"' in button[0]
    page = moderator.post(button[1], fields("candélabre", "lampadaire"))
    assert "<html" in page.content.decode()
    assert "Rien n'a été enregistré" in text_of(page)
    assert moderator.get(button[1]).status_code == 405
    assert moderator.post(reverse(f"{RULES}:preview_kept", args=[999_999])).status_code == 404


def test_without_an_engine_the_preview_says_so_and_saving_works(
    ask: Ask, moderator: Client, library: dict[str, CaseStudyPage], settings: Settings
) -> None:
    settings.SEARCH_URL = "tantivy:///nonexistent/index"
    assert "momentanément indisponible" in ask("candélabre", "lampadaire")
    moderator.post(reverse(f"{RULES}:add"), fields("candélabre", "lampadaire"))
    rule = SynonymRule.objects.get()
    deleting = moderator.get(reverse(f"{RULES}:delete", args=[rule.pk]))
    assert "momentanément indisponible" in text_of(deleting)


def test_when_time_runs_out_the_preview_says_that_it_is_not_whole(
    ask: Ask, library: dict[str, CaseStudyPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previewing, "MAX_SECONDS", -1)
    assert "Le temps a manqué" in ask("candélabre", "lampadaire")
