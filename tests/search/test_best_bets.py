"""Chosen answers: which search shows which page, to whom, and what the team cannot pin."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Page, PageViewRestriction

from casestudies.models import CaseStudyPage
from cms.models import GuideIndexPage
from search import indexing
from search.backends.base import SearchBackend
from search.best_bets import MOST_SHOWN, best_bets_for, chosen_answers
from search.models import BestBet, BestBetKey
from search.models.best_bets import MAX_QUERIES
from tests.builders import make_case, make_partner

pytestmark = pytest.mark.django_db

LIBRARY = "/retours-experience/"


def pin(page: Page, *queries: str, **fields: object) -> BestBet:
    """An answer as the form saves it."""
    bet = BestBet(page=page, queries="\n".join(queries), **fields)
    bet.full_clean()
    bet.save()
    return bet


def shown(client: Client, querystring: str, **headers: str) -> str:
    """The block of chosen answers at a library address; empty when there is none."""
    response = client.get(f"{LIBRARY}?{querystring}", headers=headers)
    assert response.status_code == 200
    html = response.content.decode()
    block = re.search(r'<section class="chosen".*?</section>', html, re.DOTALL)
    return block[0] if block else ""


@pytest.fixture
def case(index: SearchBackend) -> CaseStudyPage:
    """A published and indexed case about something else than what it is pinned to."""
    case = make_case(title="Un atelier avec les élus")
    indexing.drain()
    return case


# --- Which searches


@pytest.mark.parametrize(
    "typed",
    ["éclairage public", "Eclairage PUBLIC ?", "  éclairage\u00a0 public ", "l'éclairage public"],
)
def test_a_search_is_known_whatever_its_case_accents_and_small_words(typed: str) -> None:
    case = make_case()
    pin(case, "cantine", "Éclairage  public")
    assert best_bets_for(typed) == [case.pk]


@pytest.mark.parametrize(
    "typed", ["éclairage", "public éclairage", "éclairage public LED", "", "…"]
)
def test_other_words_are_another_search(typed: str) -> None:
    pin(make_case(), "éclairage public")
    assert best_bets_for(typed) == []


def test_a_search_of_stop_words_alone_can_be_pinned() -> None:
    case = make_case()
    pin(case, "c'est quoi")
    assert best_bets_for("C’est quoi ?") == [case.pk]
    assert best_bets_for("et toi") == []


def test_answers_come_in_their_order_and_each_page_once() -> None:
    first, second = make_case(), make_case()
    pin(second, "eau", order=2)
    pin(first, "eau", order=1)
    assert best_bets_for("eau") == [first.pk, second.pk]
    BestBet.objects.filter(page=first).update(order=3)
    assert best_bets_for("eau") == [second.pk, first.pk]


def test_changing_an_answer_changes_its_searches() -> None:
    case = make_case()
    bet = pin(case, "eau", "air")
    bet.queries = "air\nbruit"
    bet.full_clean()
    bet.save()
    assert [best_bets_for(text) for text in ("eau", "air", "bruit")] == [[], [case.pk], [case.pk]]
    bet.delete()
    assert not BestBetKey.objects.exists()


def test_looking_up_costs_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    pin(make_case(), "eau")
    with django_assert_num_queries(1):
        assert chosen_answers("autre chose") == []
    with django_assert_num_queries(0):
        assert chosen_answers("") == []


# --- What cannot be pinned


def refusal(page: Page, queries: str) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        BestBet(page=page, queries=queries).full_clean()
    return refused.value.message_dict


@pytest.mark.parametrize(
    "queries",
    ["", " \n \u200b\n", "…", "eau\n!!!", "mot " * 100, "\n".join(f"eau {n}" for n in range(99))],
)
def test_queries_are_words_and_bounded(queries: str) -> None:
    assert refusal(make_case(), queries).keys() == {"queries"}


def test_the_most_queries_fit() -> None:
    case = make_case()
    pin(case, *(f"eau {'x' * 190} {number}"[:200] for number in range(MAX_QUERIES)))
    assert BestBetKey.objects.count() >= 1


def test_only_a_page_that_anyone_may_read_can_be_pinned() -> None:
    closed, draft = make_case(), make_case(publish=False)
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    for page in (closed, draft):
        assert refusal(page, "eau").keys() == {"page"}


def test_one_page_is_pinned_once_to_a_search() -> None:
    case = make_case()
    bet = pin(case, "eau", "air")
    assert "« EAU » montre déjà cette page" in refusal(case, "bruit\nEAU")["queries"][0]
    bet.full_clean()
    pin(make_case(), "eau")


# --- What readers see


def test_the_answer_stands_above_the_results_even_if_nothing_else_is_found(
    client: Client, case: CaseStudyPage
) -> None:
    pin(case, "introuvable", reason="C'est la plus demandée : voyez d'abord celle-ci.")
    html = client.get(LIBRARY, {"q": "Introuvable"}).content.decode()
    block = shown(client, "q=Introuvable")
    assert "Réponse choisie par l’équipe" in block
    assert "Un atelier avec les élus" in block
    assert "C’est la plus demandée\u00a0: voyez d’abord celle-ci." in block
    assert html.index('class="chosen"') < html.index('id="results-count"')
    assert 'aria-labelledby="chosen-title"' in block
    assert shown(client, "q=Introuvable", **{"HX-Request": "true"})


@pytest.mark.parametrize(
    "querystring", ["q=atelier&etape=culture", 'q="atelier"', "q=atelier+-eau", "q=ateliers", ""]
)
def test_a_narrowed_or_different_search_shows_none(
    client: Client, case: CaseStudyPage, querystring: str
) -> None:
    pin(case, "atelier")
    assert shown(client, "q=atelier")
    assert not shown(client, querystring)


def test_the_answer_is_not_repeated_on_the_next_pages(client: Client, index: SearchBackend) -> None:
    partner = make_partner()
    cases = [make_case(partner, title=f"Atelier {number}") for number in range(21)]
    indexing.drain()
    pin(cases[0], "atelier")
    assert shown(client, "q=atelier")
    assert not shown(client, "q=atelier&page=2")


def test_every_kind_of_page_can_be_an_answer(client: Client, case: CaseStudyPage) -> None:
    pin(make_partner("Ville de Roques"), "guide")
    pin(GuideIndexPage.objects.get(), "guide", order=1)
    block = shown(client, "q=guide")
    assert "Réponses choisies par l’équipe" in block
    assert block.index("Ville de Roques") < block.index("Le guide")


def test_no_more_than_a_few_are_shown(client: Client, case: CaseStudyPage) -> None:
    for number in range(MOST_SHOWN + 2):
        pin(make_case(title=f"Réponse {number}"), "eau", order=number)
    block = shown(client, "q=eau")
    assert block.count("chosen-answer") == MOST_SHOWN
    assert "Réponse 0" in block


def test_a_page_withdrawn_since_is_never_shown(client: Client, case: CaseStudyPage) -> None:
    other = make_case(title="Une autre fiche")
    pin(case, "atelier")
    pin(other, "atelier", order=1)
    CaseStudyPage.objects.filter(pk=case.pk).update(live=False)
    block = shown(client, "q=atelier")
    assert "Un atelier avec les élus" not in block
    assert "Une autre fiche" in block
    PageViewRestriction.objects.create(page=other, restriction_type=PageViewRestriction.LOGIN)
    assert not shown(client, "q=atelier")


def test_markup_in_an_answer_is_shown_as_text(client: Client, case: CaseStudyPage) -> None:
    pin(make_case(title="<script>alert(1)</script>"), "eau", reason="<img src=x onerror=alert(1)>")
    block = shown(client, "q=eau")
    assert "&lt;script&gt;alert" in block
    assert "&lt;img src=x" in block
