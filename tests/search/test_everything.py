"""Everything search as readers get it: each nature at its place, nothing that may not be read."""

import html as markup
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from casestudies.models import CaseStudyPage
from cms.blocks import BodyStreamBlock
from cms.models import GlossaryTerm, GuideChapterPage, GuideIndexPage, PartnerPage, StandardPage
from search import everything, found_territories, indexing
from search.backends.base import SearchBackend
from search.found import marked_like
from search.natures import NATURES
from search.query import PAGE_SIZE
from tests.builders import make_case, make_partner, make_poitiers, make_site, make_territory
from tests.search import files
from tests.search.files import make_document

pytestmark = pytest.mark.django_db

EVERYTHING = "/recherche/"
NAMES = [str(nature.label) for nature in NATURES]


def read(client: Client, q: str = "", **parameters: Any) -> str:
    """The page at an address of the search of everything."""
    response = client.get(EVERYTHING, {"q": q, **parameters})
    assert response.status_code == 200
    return response.content.decode()


def results(html: str) -> list[str]:
    """Titles of all results, without marks."""
    titles = re.findall(r'<h3 class="found-title"><a[^>]*>(.*?)</a>', html, re.S)
    return [markup.unescape(re.sub(r"<.*?>", "", title)) for title in titles]


def groups(html: str) -> dict[str, list[str]]:
    """Titles of the results of each nature."""
    sections = re.findall(r'<section class="found-group".*?</section>', html, re.S)
    return {
        re.findall(r"<h2[^>]*>(.*?)</h2>", section)[0]: results(section) for section in sections
    }


def result(html: str, title: str) -> str:
    """The whole of one result."""
    items = re.findall(r'<li class="found">.*?</li>', html, re.S)
    (item,) = [item for item in items if results(item) == [title]]
    return item


def words(html: str) -> str:
    """The words of a fragment."""
    return " ".join(markup.unescape(re.sub(r"<[^>]*>", "", html)).split())


def told(html: str) -> str:
    """What the page says of the number of results."""
    (status,) = re.findall(r'<p class="results-count" role="status">(.*?)</p>', html)
    return markup.unescape(status)


def make_chapter(title: str, body: str = "", **fields: Any) -> GuideChapterPage:
    """A published chapter of one text block."""
    number = GuideChapterPage.objects.count() + 1
    chapter = GuideChapterPage(title=title, slug=f"chapitre-{number}", number=number, **fields)
    chapter.body = BodyStreamBlock().to_python([{"type": "text", "value": body}])
    return GuideIndexPage.objects.get().add_child(instance=chapter)


def attach(case: CaseStudyPage, document: Any, title: str = "") -> None:
    """Publish `case` with one more document."""
    block = {"type": "document", "value": {"document": document.pk, "title": title}}
    stream = CaseStudyPage.extras.field.stream_block  # type: ignore[attr-defined]
    case.extras = stream.to_python([*case.extras.raw_data, block])
    case.save_revision().publish(skip_permission_checks=True)


@pytest.fixture
def world(index: SearchBackend) -> dict[str, Any]:
    """One thing of each nature that speaks of girouettes, and some that do not."""
    home = make_site()
    partner = make_partner("Ville des girouettes", summary="Un port venteux.", kind="commune")
    case = make_case(
        partner,
        "Poser des girouettes",
        summary="Dix girouettes sur les toits.",
        territories=[make_poitiers()],
    )
    attach(
        case,
        make_document(files.pdf("Clause des girouettes."), "ccp.pdf", "x"),
        "Cahier des charges",
    )
    chapter = make_chapter(
        "Mesurer le vent",
        "<p>Ouverture.</p><h2>L'art des girouettes</h2><p>Une girouette par quartier.</p>",
        summary="Pourquoi et comment.",
    )
    GlossaryTerm.objects.create(
        term="Girouette", acronym="GIR", definition="Un appareil, la girouette, qui montre le vent."
    )
    about = home.add_child(instance=StandardPage(title="Nos girouettes", slug="girouettes"))
    territory = make_territory("insee:99001", "Girouette-sur-Mer", population=1200)
    make_case(title="Rien à voir")
    make_chapter("Autre chose", "<p>Rien.</p>")
    indexing.rebuild()
    return {
        "case": case,
        "partner": partner,
        "chapter": chapter,
        "about": about,
        "territory": territory,
    }


# --- Finding


def test_each_nature_has_its_group(client: Client, world: dict[str, Any]) -> None:
    html = read(client, "girouettes")
    assert groups(html) == {
        "Retours d’expérience": ["Poser des girouettes"],
        "Guide": ["L’art des girouettes"],
        "Glossaire": ["Girouette (GIR)"],
        "Partenaires": ["Ville des girouettes"],
        "Documents": ["Cahier des charges"],
        "Pages du site": ["Nos girouettes"],
    }
    assert told(html) == "6 résultats pour «\u00a0girouettes\u00a0»"
    assert "<mark>girouettes</mark>" in html
    assert html.count("<h1>") == 1


def test_a_passage_of_the_guide_leads_to_its_heading(client: Client, world: dict[str, Any]) -> None:
    item = result(read(client, "girouette quartier"), "L’art des girouettes")
    assert 'href="/guide/chapitre-1/#s-lart-des-girouettes"' in item
    assert "Chapitre 1 · Mesurer le vent" in words(item)
    assert "Une <mark>girouette</mark> par <mark>quartier</mark>" in item
    assert 'id="s-lart-des-girouettes"' in client.get("/guide/chapitre-1/").content.decode()


def test_a_chapter_found_by_its_title_shows_its_summary(
    client: Client, world: dict[str, Any]
) -> None:
    item = result(read(client, "mesurer vent", nature="guide"), "Mesurer le vent")
    assert 'href="/guide/chapitre-1/"' in item
    assert "Pourquoi et comment." in item


def test_a_term_shows_its_definition(client: Client, world: dict[str, Any]) -> None:
    item = result(read(client, "girouette", nature="glossaire"), "Girouette (GIR)")
    assert 'href="/glossaire/#terme-girouette"' in item
    assert "Un appareil, la <mark>girouette</mark>, qui montre le vent." in item


def test_a_document_shows_its_page_format_and_size(client: Client, world: dict[str, Any]) -> None:
    item = result(read(client, "clause"), "Cahier des charges")
    document = world["case"].extras[0].value["document"]
    assert f'href="{world["case"].get_url()}#document-{document.pk}"' in item
    assert f'href="{document.url}"' in item
    assert "dans « Poser des girouettes »" in words(item).replace("\u00a0", " ")
    assert re.search(r"\(PDF, \d[\d,]* Kio\)", words(item).replace("\u00a0", " "))
    assert "<mark>Clause</mark> des girouettes" in item
    assert f'id="document-{document.pk}"' in client.get(world["case"].get_url()).content.decode()
    assert client.get(document.url).status_code == 200


def test_passages_of_one_document_are_one_result(client: Client, index: SearchBackend) -> None:
    case = make_case()
    text = "\n".join(f"Girouette numéro {number} " + "et vent " * 180 for number in range(9))
    attach(case, make_document(text.encode(), "long.txt"), "Rapport")
    indexing.rebuild()
    html = read(client, "girouette", nature="documents")
    assert results(html) == ["Rapport"]
    assert len(re.findall("found-excerpt", html)) == 3
    assert groups(read(client, "girouette"))["Documents"] == ["Rapport"]


def test_territories_are_found_by_whole_words_with_their_cases(
    client: Client, world: dict[str, Any]
) -> None:
    make_territory("insee:99002", "Poitiersville")
    html = read(client, "Poitiers")
    assert groups(html)["Territoires"] == ["Poitiers", "CU du Grand Poitiers"]
    poitiers = words(result(html, "Poitiers")).replace("\u202f", " ")
    assert "Commune · Vienne · Nouvelle-Aquitaine · 89 916 hab. · 1 fiche" in poitiers
    assert "1 fiche" in words(result(html, "CU du Grand Poitiers"))
    item = result(read(client, "mer girouette"), "Girouette-sur-Mer")
    assert 'href="/territoires/insee:99001/"' in item
    assert "Aucune fiche" in item


def test_a_place_in_the_words_is_said_and_can_be_undone(
    client: Client, world: dict[str, Any]
) -> None:
    html = read(client, "girouettes à Poitiers")
    assert groups(html)["Territoires"][0] == "Poitiers"
    assert "Poser des girouettes" in groups(html)["Retours d’expérience"]
    assert 'class="chip chip-place" href="/recherche/?q=girouettes"' in html


def test_a_typing_error_is_corrected_and_can_be_kept(client: Client, world: dict[str, Any]) -> None:
    html = read(client, "giruettes")
    assert "L’art des girouettes" in groups(html)["Guide"]
    assert f'href="{EVERYTHING}?q=%22giruettes%22"' in html


def test_operators_are_followed(client: Client, world: dict[str, Any]) -> None:
    assert results(read(client, '"girouette par quartier"')) == ["L’art des girouettes"]
    assert "Guide" not in groups(read(client, "girouette -quartier"))


def test_a_team_s_answer_comes_first(client: Client, world: dict[str, Any]) -> None:
    from search.models import BestBet

    bet = BestBet.objects.create(
        queries="girouettes", page=world["about"], reason="La page qu'il faut"
    )
    assert bet.pk
    html = read(client, "girouettes")
    assert html.index("La page qu’il faut") < html.index("found-group")
    assert "La page qu’il faut" not in read(client, "girouettes vent")


# --- One nature


def test_cases_are_read_in_the_library(client: Client, world: dict[str, Any]) -> None:
    html = read(client, "girouettes")
    assert 'href="/retours-experience/?q=girouettes"' in html
    response = client.get(EVERYTHING, {"q": "girouettes", "nature": "cas"})
    assert (response.status_code, response.url) == (302, "/retours-experience/?q=girouettes")


def test_more_than_a_group_shows_is_read_page_by_page(client: Client, index: SearchBackend) -> None:
    make_site()
    for number in range(PAGE_SIZE + 3):
        make_chapter(f"Girouette {number}")
    indexing.rebuild()
    html = read(client, "girouette")
    assert len(groups(html)["Guide"]) == everything.SHOWN
    assert f'href="{EVERYTHING}?q=girouette&amp;nature=guide"' in html
    assert "Voir les 23 résultats" in html
    first, last = (
        read(client, "girouette", nature="guide"),
        read(client, "girouette", nature="guide", page=2),
    )
    assert (len(results(first)), len(results(last))) == (PAGE_SIZE, 3)
    assert not set(results(first)) & set(results(last))
    assert told(first) == told(last) == "23 résultats pour «\u00a0girouette\u00a0»"
    assert f'href="{EVERYTHING}?q=girouette&amp;nature=guide&amp;page=2" rel="next"' in first
    assert results(read(client, "girouette", nature="guide", page=400)) == results(last)


def test_a_nature_page_stays_in_its_nature_and_leads_out(
    client: Client, world: dict[str, Any]
) -> None:
    html = read(client, "girouettes", nature="guide")
    assert results(html) == ["L’art des girouettes"]
    assert '<input type="hidden" name="nature" value="guide">' in html
    assert re.search(r'nature=guide"\s+aria-current="page"', html)
    assert f'href="{EVERYTHING}?q=girouettes"' in html
    assert f'href="{EVERYTHING}?q=girouettes&amp;nature=glossaire"' in html
    assert 'href="/retours-experience/?q=girouettes"' in html


def test_very_many_territories_are_cut_and_it_is_said(
    client: Client, index: SearchBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_site()
    monkeypatch.setattr(found_territories, "MAX_FOUND", 25)
    for number in range(30):
        make_territory(f"insee:{99100 + number}", f"Bourg {number:02}", population=1000 - number)
    indexing.rebuild()
    html = read(client, "bourg")
    assert len(groups(html)["Territoires"]) == everything.SHOWN
    assert "Voir les 25 premiers" in html
    assert told(html).startswith("Plus de 25 résultats")
    pages = [read(client, "bourg", nature="territoires", page=page) for page in (1, 2, 9)]
    assert [len(results(page)) for page in pages] == [PAGE_SIZE, 5, 5]


# --- Titles, robots, nothing


@pytest.mark.parametrize(
    ("parameters", "title"),
    [
        ({}, "Recherche – DataCités"),
        ({"q": "l'eau"}, "« l’eau » dans tout le site – DataCités"),
        ({"q": "eau", "nature": "guide"}, "« eau » dans le guide – DataCités"),
        ({"nature": "documents"}, "Chercher dans les documents – DataCités"),
    ],
)
def test_the_title_says_the_search(
    client: Client, world: dict[str, Any], parameters: dict[str, str], title: str
) -> None:
    html = client.get(EVERYTHING, parameters).content.decode()
    found = markup.unescape(re.findall("<title>(.*?)</title>", html)[0])
    assert found.replace("\u00a0", " ") == title
    assert ('content="noindex, follow"' in html) is ("q" in parameters)


def test_the_title_says_the_page(client: Client, index: SearchBackend) -> None:
    make_site()
    for number in range(PAGE_SIZE + 1):
        make_chapter(f"Girouette {number}")
    indexing.rebuild()
    html = read(client, "girouette", nature="guide", page=2)
    assert "dans le guide – page 2 – DataCités</title>" in html


def test_without_words_the_page_says_what_can_be_searched(
    client: Client, world: dict[str, Any]
) -> None:
    html = read(client)
    for address in ("/retours-experience/", "/guide/", "/glossaire/", "/territoires/", "/themes/"):
        assert f'<h3><a href="{address}">' in html
    assert f'href="{EVERYTHING}?q=EPCI"' in html
    assert 'role="search"' in html
    assert "found-group" not in html


def test_nothing_found_leads_on(client: Client, world: dict[str, Any]) -> None:
    html = read(client, "zzyzzx")
    assert told(html) == "Aucun résultat pour «\u00a0zzyzzx\u00a0»"
    assert "Rien ne répond à ces mots" in html
    html = read(client, "zzyzzx", nature="guide")
    assert "Chercher les mêmes mots dans tout le site" in html


# --- What must not be seen


def test_what_may_not_be_read_is_never_found(client: Client, index: SearchBackend) -> None:
    home = make_site()
    closed = make_partner("Partenaire canari")
    hidden: list[Page] = [
        make_chapter("Chapitre canari retiré", "<h2>canari</h2>"),
        make_chapter("Chapitre canari fermé", "<h2>canari</h2>"),
        home.add_child(instance=StandardPage(title="Page canari", slug="canari", live=False)),
        closed,
    ]
    draft = make_chapter("Chapitre visible", "<p>x</p>")
    draft.title = "Chapitre canari brouillon"
    draft.save_revision()
    document = make_document(b"canari dans un fichier", "a.txt")
    unpublished = make_case(make_partner("Ouverte"), publish=False)
    attach(unpublished, document, "Fichier canari")
    CaseStudyPage.objects.get(pk=unpublished.pk).unpublish()
    below = make_case(closed)
    attach(below, make_document(b"canari dessous", "b.txt"), "Fichier canari dessous")
    hidden[0].unpublish()
    for page in (hidden[1], Page.objects.get(pk=closed.pk)):
        PageViewRestriction.objects.create(page=page, restriction_type="login")
    indexing.rebuild()
    html = read(client, "canari")
    assert results(html) == []
    for nature in NATURES[1:]:
        assert results(read(client, "canari", nature=nature.parameter)) == []


def test_what_the_index_still_holds_is_not_shown_once_closed(
    client: Client, world: dict[str, Any]
) -> None:
    PartnerPage.objects.filter(pk=world["partner"].pk).update(live=False)
    PageViewRestriction.objects.create(page=world["chapter"], restriction_type="login")
    PageViewRestriction.objects.create(page=world["case"], restriction_type="login")
    GlossaryTerm.objects.all().delete()
    assert groups(read(client, "girouettes")) == {"Pages du site": ["Nos girouettes"]}
    for nature in ("guide", "glossaire", "partenaires", "documents"):
        assert results(read(client, "girouettes", nature=nature)) == []


def test_a_document_taken_away_or_closed_is_not_shown(
    client: Client, world: dict[str, Any]
) -> None:
    assert "Documents" in groups(read(client, "clause"))
    document = world["case"].extras[0].value["document"]
    restriction = CollectionViewRestriction.objects.create(
        collection=document.collection, restriction_type="login"
    )
    assert "Documents" not in groups(read(client, "clause"))
    restriction.delete()
    assert Collection.objects.count() and "Documents" in groups(read(client, "clause"))
    case = CaseStudyPage.objects.get(pk=world["case"].pk)
    case.extras = []
    case.save_revision().publish(skip_permission_checks=True)
    assert "Documents" not in groups(read(client, "clause"))


def test_a_signed_in_reader_finds_what_everyone_finds(world: dict[str, Any]) -> None:
    from tests.builders import make_user

    PageViewRestriction.objects.create(page=world["chapter"], restriction_type="login")
    client = Client()
    client.force_login(make_user())
    assert "Guide" not in groups(read(client, "girouettes"))


# --- Bad input


def test_hostile_text_is_shown_as_text(client: Client, index: SearchBackend) -> None:
    home = make_site()
    hostile = "<script>alert(1)</script> girouette <img src=x onerror=alert(2)>"
    make_chapter(hostile, f"<h2>{markup.escape(hostile)}</h2><p>{markup.escape(hostile)}</p>")
    make_partner(hostile, slug="hostile", summary=hostile)
    home.add_child(instance=StandardPage(title=hostile, slug="hostile", summary=hostile))
    GlossaryTerm.objects.create(term=hostile[:110], slug="hostile", definition=hostile)
    case = make_case(title=hostile, summary=hostile)
    attach(case, make_document(hostile.encode(), "a.txt", hostile), hostile)
    make_territory("insee:99003", hostile)
    indexing.rebuild()
    for query in ("girouette", hostile, "script alert"):
        for nature in ("", *(nature.parameter for nature in NATURES[1:])):
            html = read(client, query, nature=nature)
            assert "<script>alert" not in html
            assert "<img src=x" not in html
    assert len(groups(read(client, "girouette"))) == len(NATURES)


@pytest.mark.parametrize(
    "querystring",
    [
        "q=" + "a" * 10_000,
        "q=" + "mot+" * 2_500,
        "q=%00%01%1f",
        "q=%ff%fe%c3%28",
        "q=%F0%9F%98%80+%E2%80%AE%D7%A9",
        "q=%22%28AND+OR+*+title:x~9%5E99+/.*/+%5B*+TO+*%5D",
        "q=theme:+territoire:+-+%22&nature=territoires",
        "q=%25_%25&nature=territoires",
        "q=avant:2018",
        "q=eau&page=0",
        "q=eau&page=-1&nature=guide",
        "q=eau&page=99999999999999999999&nature=documents",
        "q=eau&page=%D9%A3&nature=glossaire",
        "nature=guide",
        "nature=territoires&page=7",
        "q=eau&nature=guide&nature=pages",
        "domaine=eau&q=eau",
    ],
)
def test_bad_input_gets_a_page(client: Client, world: dict[str, Any], querystring: str) -> None:
    assert client.get(f"{EVERYTHING}?{querystring}").status_code == 200


def test_what_was_not_understood_is_said(client: Client, world: dict[str, Any]) -> None:
    html = read(client, "girouettes", nature="<b>x")
    assert "<code>nature=&lt;b&gt;x</code>" in html
    assert "Guide" in groups(html)


def test_only_reading_is_answered(client: Client, index: SearchBackend) -> None:
    assert client.post(EVERYTHING).status_code == 405


# --- Without an engine


@pytest.mark.parametrize("url", ["elasticsearch://127.0.0.1:9/x", "tantivy:///nonexistent/index"])
@pytest.mark.parametrize("nature", ["", "guide"])
def test_without_an_engine_the_page_says_so_and_leads_on(
    client: Client, world: dict[str, Any], settings: Settings, url: str, nature: str
) -> None:
    settings.SEARCH_URL = url
    html = read(client, "girouettes", nature=nature)
    assert "La recherche est momentanément indisponible" in html
    assert 'value="girouettes"' in html
    assert '<h3><a href="/guide/">' in html
    assert client.get(EVERYTHING).status_code == 200


# --- Marks and cost


def test_a_definition_is_marked_as_the_excerpt_was() -> None:
    excerpt = "… le <mark>vent</mark> d&#x27;<mark>été</mark> <mark>a+b</mark>"
    assert marked_like(excerpt, "Vent d'été, vente & <b>") == (
        "<mark>Vent</mark> d’<mark>été</mark>, vente &amp; &lt;b&gt;"
    )
    assert marked_like("", "<i>vent</i>") == "&lt;i&gt;vent&lt;/i&gt;"


def test_more_results_cost_no_more_queries(client: Client, index: SearchBackend) -> None:
    make_site()
    counts = []
    for round_number in (1, 2, 3):
        for number in range(round_number):
            name = f"girouette {round_number} {number}"
            case = make_case(make_partner(f"Ville {name}"), name, territories=[make_poitiers()])
            attach(case, make_document(name.encode(), "a.txt"), f"Document {name}")
            make_chapter(name, f"<h2>Titre {name}</h2>")
            GlossaryTerm.objects.create(term=name, definition=name)
            make_territory(f"insee:{99200 + 10 * round_number + number}", name)
        indexing.rebuild()
        read(client, "girouette")
        with CaptureQueriesContext(connection) as queries:
            read(client, "girouette")
        counts.append(len(queries))
    assert counts[1] == counts[2]
    assert counts[2] <= 30
