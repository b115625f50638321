"""Passages say what pages and their documents say, each at its place, at a constant cost."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from cms.blocks import BodyStreamBlock
from cms.blocks.table import table_value
from cms.headings import headings_of
from cms.models import (
    GlossaryPage,
    GlossaryTerm,
    GuideChapterPage,
    GuideIndexPage,
    HomePage,
    StandardPage,
)
from search import passages
from search.bodies import documents_of
from search.documents import PassageDocument
from search.passages import build_passages, searchable_pages, slices
from tests.builders import make_case, make_partner, make_site
from tests.search import files
from tests.search.files import make_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> HomePage:
    """A site without cases."""
    return make_site()


def make_chapter(body: list[dict[str, Any]], title: str = "Acheter", **fields: Any) -> Any:
    """A published chapter whose body is given as it is stored."""
    number = GuideChapterPage.objects.count() + 1
    index = GuideIndexPage.objects.get()
    chapter = GuideChapterPage(title=title, slug=f"chapitre-{number}", number=number, **fields)
    chapter.body = BodyStreamBlock().to_python(body)
    return index.add_child(instance=chapter)


def text_block(html: str) -> dict[str, Any]:
    """A text block as it is stored."""
    return {"type": "text", "value": html}


def document_block(document: Any, title: str = "") -> dict[str, Any]:
    """A document block as it is stored."""
    return {"type": "document", "value": {"document": document.pk, "title": title}}


def passages_of(*pages: Page, version: int = 1) -> list[PassageDocument]:
    """The passages of some pages, read again."""
    found = Page.objects.filter(pk__in=[page.pk for page in pages]).order_by("pk").specific()
    return build_passages(list(found), version)


def by_anchor(page: Page) -> dict[str, PassageDocument]:
    """The passages of one page by their place."""
    return {passage.anchor: passage for passage in passages_of(page)}


# --- Chapters


EVERY_BLOCK: list[dict[str, Any]] = [
    text_block("<p>Un mot textetemoin <b>gras</b> [3].</p>"),
    {
        "type": "callout",
        "value": {"tone": "exercise", "title": "Exo titretemoin", "text": "<p>dansencadre</p>"},
    },
    {"type": "quote", "value": {"text": "citationtemoin", "attribution": "auteurtemoin"}},
    {
        "type": "key_figure",
        "value": {"value": "42", "label": "mesuretemoin", "nature": "promised", "source_label": "provenance"},
    },
    {
        "type": "table",
        "value": table_value(
            "legendetemoin", ["enteteun", "entetedeux"], [["celluleun", "celluledeux"]], "notetemoin"
        ),
    },
    {
        "type": "figure",
        "value": {"image": 987, "description": "alternativetemoin", "caption": "souslimage", "credit": "creditphoto"},
    },
    {"type": "document", "value": {"document": 987, "title": "intituletemoin", "description": "utilitetemoin"}},
    {
        "type": "links",
        "value": {
            "title": "listetemoin",
            "links": [
                {"type": "item", "value": {"label": "lientemoin", "url": "https://example.org/adresse", "description": "contenulien"}, "id": "a"}
            ],
        },
    },
    {"type": "video", "value": {"url": "https://vimeo.com/1", "title": "videotemoin", "transcript": "paroletemoin"}},
]  # fmt: skip
WORDS = (
    "textetemoin titretemoin dansencadre citationtemoin auteurtemoin mesuretemoin provenance "
    "legendetemoin enteteun entetedeux celluleun celluledeux notetemoin alternativetemoin "
    "souslimage creditphoto intituletemoin utilitetemoin listetemoin lientemoin contenulien "
    "videotemoin paroletemoin"
)


def test_every_type_of_block_is_searched(home: HomePage) -> None:
    assert {block["type"] for block in EVERY_BLOCK} == set(BodyStreamBlock().child_blocks)
    (passage,) = passages_of(make_chapter(EVERY_BLOCK))
    assert not [word for word in WORDS.split() if word not in passage.text]
    assert "42" in passage.text


def test_neither_addresses_nor_names_of_choices_nor_source_calls_are_words(home: HomePage) -> None:
    (passage,) = passages_of(make_chapter(EVERY_BLOCK))
    for word in ("example.org", "vimeo", "promis", "exercise", "Exercice", "[3]", "987", "<"):
        assert word not in passage.text


def test_a_chapter_is_cut_at_its_headings(home: HomePage) -> None:
    chapter = make_chapter(
        [
            text_block(
                "<p>Ouverture.</p><h2>D'où partir&nbsp;?</h2><p>Du besoin.</p><h3>Petit</h3>"
            ),
            {"type": "quote", "value": {"text": "Dit là.", "attribution": "X"}},
            text_block("<p>Suite.</p><h2>Clauses &amp; prix</h2><p>À écrire.</p>"),
        ],
        summary="En résumé.",
    )
    found = passages_of(chapter, version=7)
    assert [(p.heading, p.text, p.order) for p in found] == [
        ("Acheter", "En résumé. Ouverture.", 1),
        ("D'où partir ?", "Du besoin. Petit Dit là. X Suite.", 2),
        ("Clauses & prix", "À écrire.", 3),
    ]
    assert {(p.page_id, p.unit, p.title, p.version) for p in found} == {
        (chapter.pk, "guide", "Acheter", 7)
    }


def test_anchors_are_those_of_the_page(client: Any, home: HomePage) -> None:
    chapter = make_chapter(
        [text_block("<h2>L'œuvre : « à deux » ?</h2><p>a</p><h2>Ça</h2><p>b</p>")]
    )
    anchors = [passage.anchor for passage in passages_of(chapter)]
    assert anchors == ["", *(heading.anchor for heading in headings_of(chapter.body))]
    html = client.get(chapter.get_url()).content.decode()
    for anchor in anchors[1:]:
        assert f'<h2 id="{anchor}">' in html


def test_two_headings_of_one_name_are_one_passage(home: HomePage) -> None:
    body = "<h2>Coûts</h2><p>un</p><h2>Autre</h2><p>deux</p><h2>Coûts</h2><p>trois</p>"
    found = by_anchor(make_chapter([text_block(body)]))
    assert found["s-couts"].text == "un trois"


def test_a_chapter_without_text_is_found_by_its_title(home: HomePage) -> None:
    (passage,) = passages_of(make_chapter([]))
    assert (passage.heading, passage.text, passage.anchor) == ("Acheter", "", "")


def test_damaged_bodies_give_what_they_can(home: HomePage) -> None:
    body: list[dict[str, Any]] = [
        {"type": "disparu", "value": "x"},
        {"type": "table", "value": {"caption": "Tableau"}},
        {"type": "links", "value": {"title": "Liens", "links": [{"label": "nu", "url": "u"}]}},
        {"type": "text", "value": "<h2>Fin</h2>"},
    ]
    assert [p.text for p in passages_of(make_chapter(body))] == ["Tableau Liens nu", ""]


# --- Other pages


def test_each_term_of_the_glossary_is_a_passage(client: Any, home: HomePage) -> None:
    GlossaryTerm.objects.create(
        term="Établissement public de coopération intercommunale",
        acronym="EPCI",
        definition="Un regroupement de communes.",
        more="<p>Avec une <b>fiscalité</b>.</p>",
        variants="intercommunalité\nagglo",
    )
    GlossaryTerm.objects.create(term="API", acronym="API", definition="Une porte.")
    glossary = GlossaryPage.objects.get()
    page, api, epci = passages_of(glossary)
    assert (page.unit, page.heading, page.anchor) == ("page", "Glossaire", "")
    assert (api.unit, api.heading, api.anchor) == ("glossary", "API", "terme-api")
    assert epci.heading == "Établissement public de coopération intercommunale (EPCI)"
    assert epci.text == (
        "Un regroupement de communes. Avec une fiscalité. intercommunalité agglo"
    )  # fmt: skip
    assert f'id="{epci.anchor}"' in client.get("/glossaire/").content.decode()


def test_partners_and_plain_pages_are_passages(home: HomePage) -> None:
    partner = make_partner(
        "Ville de Brest", summary="Un port.", description="<p>Du <i>vent</i>.</p>"
    )
    about = home.add_child(instance=StandardPage(title="À propos", slug="a-propos"))
    about.body = BodyStreamBlock().to_python([text_block("<p>Qui</p><h2>Nous</h2><p>Voici</p>")])
    about.save()
    (found,) = passages_of(partner)
    assert (found.unit, found.heading, found.text) == (
        "partner",
        "Ville de Brest",
        "Un port. Du vent.",
    )
    assert [(p.unit, p.anchor, p.heading, p.text) for p in passages_of(about)] == [
        ("page", "", "À propos", "Qui"),
        ("page", "s-nous", "Nous", "Voici"),
    ]  # fmt: skip
    home.invitation = "Écrivez."
    home.save()
    assert passages_of(home)[0].text == "Comment les autres s'y sont pris Un résumé Écrivez."
    (guide,) = passages_of(GuideIndexPage.objects.get())
    assert (guide.unit, guide.heading) == ("page", "Le guide")


def test_hostile_text_is_text(home: HomePage) -> None:
    chapter = make_chapter(
        [text_block("<h2>&lt;script&gt;\ue000</h2><p>&lt;img src=x&gt;\u202e</p>")], "<b>Titre</b>"
    )
    intro, section = passages_of(chapter)
    assert intro.title == intro.heading == "<b>Titre</b>"
    assert (section.heading, section.text) == ("<script>", "<img src=x>")


# --- Which pages


def test_only_what_everyone_may_read_is_searched(home: HomePage) -> None:
    opened, draft, closed = (make_chapter([], title) for title in ("Ouvert", "Brouillon", "Fermé"))
    draft.unpublish()
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    case = make_case(make_partner("Brest"))
    hidden = make_case(make_partner("Lyon"), publish=False)
    found = {page.pk for page in searchable_pages()}
    assert {opened.pk, case.pk, home.pk, GlossaryPage.objects.get().pk} <= found
    assert not {draft.pk, closed.pk, hidden.pk} & found
    assert Page.get_first_root_node().pk not in found


# --- Attached documents


def test_documents_of_a_chapter_are_passages_at_their_place(client: Any, home: HomePage) -> None:
    given = make_document(files.odt("Clause de propriété."), "clauses.odt", "clauses_v2")
    linked = make_document(files.pdf("Avis de marché"), "avis.pdf", "Avis")
    chapter = make_chapter(
        [
            document_block(given, "Clauses types"),
            text_block(f'<p>Voir <a linktype="document" id="{linked.pk}">l\'avis</a>.</p>'),
        ]
    )
    _, first, second = passages_of(chapter)
    assert (first.unit, first.heading, first.text) == (
        "document",
        "Clauses types",
        "Clause de propriété.",
    )
    assert (second.unit, second.heading, second.text) == ("document", "Avis", "Avis de marché")
    assert (first.anchor, second.anchor) == (f"document-{given.pk}", f"document-{linked.pk}")
    assert f'id="{first.anchor}"' in client.get(chapter.get_url()).content.decode()


def test_a_case_gives_its_documents_only(home: HomePage) -> None:
    one, two = make_document(files.docx("Convention."), "a.docx"), make_document(b"Plan", "b.txt")
    case = make_case(
        lessons=f'<p><a linktype="document" id="{two.pk}">le plan</a></p>', publish=False
    )
    case.extras = type(case).extras.field.stream_block.to_python(
        [document_block(one, "Convention")]
    )
    case.save_revision().publish(skip_permission_checks=True)
    assert [(p.unit, p.heading, p.text) for p in passages_of(case)] == [
        ("document", "Cahier", "Plan"),
        ("document", "Convention", "Convention."),
    ]


def test_a_document_shown_twice_is_searched_once(home: HomePage) -> None:
    document = make_document(b"Une fois", "a.txt")
    link = f'<p><a id="{document.pk}" linktype="document">ici</a></p>'
    chapter = make_chapter([text_block(link), document_block(document, "Nommé"), text_block(link)])
    assert [p.heading for p in passages_of(chapter)] == ["Acheter", "Nommé"]


def test_a_file_that_cannot_be_read_is_found_by_its_title(home: HomePage) -> None:
    document = make_document(b"%PDF-rien", "scan.pdf", "Délibération du 3 mai")
    _, passage = passages_of(make_chapter([document_block(document)]))
    assert (passage.heading, passage.text) == ("Délibération du 3 mai", "")


def test_documents_of_a_closed_collection_or_gone_are_not_searched(home: HomePage) -> None:
    closed = Collection.get_first_root_node().add_child(instance=Collection(name="Fermée"))
    document = make_document(b"Secret", "a.txt", collection=closed)
    chapter = make_chapter(
        [document_block(document), {"type": "document", "value": {"document": 987}}]
    )
    assert len(passages_of(chapter)) == 2
    restriction = CollectionViewRestriction.objects.create(
        collection=closed, restriction_type=CollectionViewRestriction.LOGIN
    )
    assert len(passages_of(chapter)) == 1
    assert passages.pages_of_collection(restriction.collection) == {chapter.pk}


def test_pages_that_show_a_document_are_known(home: HomePage) -> None:
    document = make_document(b"x", "a.txt")
    shown = make_chapter([document_block(document, "T")], "Montre")
    link = f'<p><a linktype="document" id="{document.pk}">x</a></p>'
    linking = make_partner("Brest", description=link)
    make_chapter([], "Rien")
    GlossaryTerm.objects.create(term="Mot", definition="d", more=link)
    assert passages.pages_of_documents([document.pk]) == {shown.pk, linking.pk}
    assert passages.pages_of_glossary() == {GlossaryPage.objects.get().pk}


def test_long_documents_are_cut_between_paragraphs() -> None:
    lines = [f"Paragraphe {number} " + "mot " * 60 for number in range(40)]
    found = slices("\n".join(lines))
    assert all(len(part) <= passages.SLICE for part in found)
    assert all(part.startswith("Paragraphe") for part in found)
    assert " ".join(found) == " ".join(" ".join(lines).split())


def test_long_lines_are_cut_between_words_and_the_whole_is_bounded() -> None:
    found = slices("anticonstitutionnellement " * 100_000)
    assert len(found) == passages.MAX_SLICES
    assert {word for part in found for word in part.split()} == {"anticonstitutionnellement"}
    assert len(slices("x" * 4_000)) == 3
    assert slices("") == slices(" \n ") == []


def test_a_page_with_very_many_documents_is_bounded(home: HomePage) -> None:
    documents = [make_document(b"x", f"{n}.txt") for n in range(passages.MAX_DOCUMENTS + 2)]
    chapter = make_chapter([document_block(document) for document in documents])
    assert len(documents_of(chapter)) == passages.MAX_DOCUMENTS + 2
    assert len(passages_of(chapter)) == 1 + passages.MAX_DOCUMENTS


# --- Cost


def test_many_pages_cost_the_queries_of_one(home: HomePage) -> None:
    def make(count: int) -> list[Page]:
        made: list[Page] = [GlossaryPage.objects.get()]
        for number in range(count):
            document = make_document(f"Texte {number}".encode(), "a.txt")
            made.append(make_chapter([*EVERY_BLOCK, document_block(document)]))
            case = make_case(make_partner(f"Ville {count} {number}"), publish=False)
            case.extras = type(case).extras.field.stream_block.to_python([document_block(document)])
            case.save_revision().publish(skip_permission_checks=True)
            made.append(case)
        build_passages(made, 1)
        return list(Page.objects.filter(pk__in=[page.pk for page in made]).specific())

    counts = []
    for number in (1, 4):
        pages = make(number)
        with CaptureQueriesContext(connection) as queries:
            build_passages(pages, 1)
        counts.append(len(queries))
    assert counts == [4, 4], "restrictions, documents, their texts, the glossary"
