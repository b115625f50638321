"""The report as moderators read and export it, and as nobody else does."""

import csv
import io
import unicodedata

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from search.models import SearchCount
from search.report import export
from search.report.counting import this_week
from tests.cms.editors import Editors, editors, signed_in
from tests.search.report.readers import make_count

pytestmark = pytest.mark.django_db

REPORT = "/gestion/recherche/rapport/"
EXPORT = "/gestion/recherche/rapport/export.csv"


@pytest.fixture
def world() -> Editors:
    return editors()


def read(client: Client, querystring: str = "") -> str:
    response = client.get(f"{REPORT}?{querystring}")
    assert response.status_code == 200
    return response.content.decode()


def exported(client: Client, querystring: str = "") -> list[list[str]]:
    """The rows of the file, as a spreadsheet reads them."""
    response = client.get(f"{EXPORT}?{querystring}")
    assert response.status_code == 200
    assert response.streaming
    body = b"".join(response).decode()
    assert body.startswith("\ufeff")
    return list(csv.reader(io.StringIO(body[1:]), delimiter=";"))


# --- Who may


@pytest.mark.parametrize("address", [REPORT, EXPORT])
def test_authors_and_strangers_do_not_read_it(world: Editors, address: str) -> None:
    make_count("secret de polichinelle")
    for client in (Client(), signed_in(world.alice), signed_in(world.basile)):
        response = client.get(address)
        assert response.status_code in {302, 403}
        assert b"polichinelle" not in response.content


@pytest.mark.parametrize("name", ["mona", "max", "root"])
def test_moderators_and_administrators_do(world: Editors, name: str) -> None:
    make_count("éclairage")
    client = signed_in(getattr(world, name))
    assert "éclairage" in read(client)
    assert len(exported(client)) == 2


@pytest.mark.parametrize("name", ["alice", "mona", "root"])
def test_the_menu_leads_there_for_those_who_may(world: Editors, name: str) -> None:
    page = signed_in(getattr(world, name)).get("/gestion/").content.decode()
    assert (REPORT in page) == (name != "alice")
    assert (reverse("search_index") in page) == (name != "alice")


def test_nothing_but_reading_is_offered(world: Editors) -> None:
    client = signed_in(world.root)
    assert client.post(REPORT).status_code == 405
    assert client.post(EXPORT).status_code == 405


# --- What it shows


def test_nothing_counted_yet_is_said(world: Editors) -> None:
    html = read(signed_in(world.mona))
    assert "Aucune recherche comptée" in html
    assert "searches-table" not in html


def test_a_row_leads_to_the_search_and_to_what_can_be_done(world: Editors) -> None:
    make_count(
        "Éclairage public", searches=12, empty=3, clicked=4, clicks=5, first_three=4, positions=9
    )
    html = read(signed_in(world.mona))
    assert "/retours-experience/?q=%C3%89clairage+public" in html
    for number in ("12", "3", "5", "1,8", "80"):
        assert f">{number}" in html
    assert f"{reverse('wagtailsnippets_search_synonymrule:add')}?left=%C3%89clairage+public" in html
    assert f"{reverse('wagtailsnippets_search_bestbet:add')}?queries=%C3%89clairage+public" in html


def test_the_forms_that_a_row_leads_to_are_begun_with_its_words(world: Editors) -> None:
    client = signed_in(world.mona)
    words = 'éclairage "public"'
    synonym = client.get(reverse("wagtailsnippets_search_synonymrule:add"), {"left": words})
    assert 'value="éclairage &quot;public&quot;"' in synonym.content.decode()
    answer = client.get(reverse("wagtailsnippets_search_bestbet:add"), {"queries": words})
    assert "éclairage &quot;public&quot;</textarea>" in answer.content.decode()


def test_hostile_words_are_shown_as_text(world: Editors) -> None:
    make_count("<script>alert(1)</script>")
    make_count('" onmouseover="alert(1)')
    html = read(signed_in(world.mona), "q=%3Cscript%3Ealert(1)")
    assert "<script>alert" not in html
    html = read(signed_in(world.mona))
    assert "<script>alert" not in html
    assert '" onmouseover=' not in html


@pytest.mark.parametrize(
    "querystring",
    [
        "periode=jamais&vue=rien&p=abc",
        "p=99999999999999999999",
        "p=-3&periode=13-mois",
        "q=%00%ff" + "x" * 3000,
        "q=%25_%5C'\"--",
        "periode=3-mois&vue=loin&q=eau&p=2",
    ],
)
def test_any_address_gets_a_page(world: Editors, querystring: str) -> None:
    for text in ("eau", "air"):
        make_count(text, clicks=2, positions=4)
    client = signed_in(world.mona)
    read(client, querystring)
    exported(client, querystring)


def test_long_lists_are_turned_page_by_page(world: Editors) -> None:
    for rank in range(30):
        make_count(f"mot numéro {rank:02}", searches=100 - rank)
    client = signed_in(world.mona)
    first, second = read(client, "q=mot"), read(client, "q=mot&p=2")
    assert "mot numéro 00" in first
    assert "mot numéro 25" not in first
    assert "mot numéro 25" in second
    assert 'rel="next"' in first
    assert "q=mot&amp;p=1" in second
    assert len(exported(client)) == 31


def test_a_long_list_costs_no_more_queries_than_a_short_one(
    world: Editors, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for rank in range(25):
        make_count(f"mot {rank}")
    client = signed_in(world.mona)
    read(client)
    with django_assert_max_num_queries(30):
        read(client)


def test_what_is_not_listed_is_said(world: Editors) -> None:
    make_count("eau")
    make_count("une seule fois", searches=1)
    html = read(signed_in(world.mona))
    assert "une seule fois</a>" not in html
    assert "1 recherche de la période" in html


# --- The file


def test_the_file_holds_the_rows_of_the_list(world: Editors) -> None:
    make_count("eau", searches=4, clicked=1, clicks=2, first_three=1, positions=5)
    make_count("eau", weeks_ago=1, searches=2, empty=2)
    make_count("air; pur")
    client = signed_in(world.mona)
    header, *rows = exported(client)
    assert header[0] == "mots cherchés"
    assert rows[0] == ["eau", "6", "2", "3", "2", "1", "2,5"]
    assert rows[1][0] == "air; pur"
    header, *rows = exported(client, "export=semaines&q=eau")
    assert [row[1:3] for row in rows] == [["eau", "2"], ["eau", "4"]]
    response = client.get(EXPORT)
    assert "attachment" in response["Content-Disposition"]
    assert response["Content-Type"].startswith("text/csv")


DANGEROUS = "=+-@\t\r\n＝＋－＠﹢﹣﹫⁺⁼−|%"


@settings(deadline=None, max_examples=300)
@given(
    st.text(alphabet=" \u00a0\u200b\ufeff\t'\"", max_size=3),
    st.sampled_from(DANGEROUS),
    st.text(max_size=40),
)
def test_no_cell_is_ever_a_formula(before: str, sign: str, after: str) -> None:
    """Whatever precedes the sign, a reader of the file sees an apostrophe or quoted text first."""
    line = "".join(list(export.lines([[before + sign + after]]))[1:])
    (row,) = list(csv.reader(io.StringIO(line, newline=""), delimiter=";"))
    assert len(row) == 1
    seen = unicodedata.normalize("NFKC", row[0]).lstrip()
    seen = "".join(character for character in seen if character.isprintable()).lstrip()
    assert seen[:1] not in set("=+-\u2212@|%\t\r\n")
    assert row[0].removeprefix("'") == before + sign + after or row[0] == before + sign + after


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_no_text_leaves_its_cell_whatever_the_separator(texts: list[str]) -> None:
    line = "".join(list(export.lines([texts]))[1:])
    (row,) = list(csv.reader(io.StringIO(line, newline=""), delimiter=";"))
    assert [cell.removeprefix("'") for cell in row] == [cell.removeprefix("'") for cell in texts]
    assert line.startswith('"')
    assert line.endswith('"\r\n')


def test_formulas_searched_by_somebody_are_harmless_in_the_file(world: Editors) -> None:
    for rank, text in enumerate(("=1+1", "-2+3", "+cmd", "＝1+1")):
        SearchCount.objects.create(week=this_week(), key=f"{rank}", text=text, searches=3)
    cells = {row[0] for row in exported(signed_in(world.mona))}
    assert {"'=1+1", "'-2+3", "'+cmd", "'＝1+1"} <= cells
