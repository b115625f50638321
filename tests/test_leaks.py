"""Nothing unpublished or restricted anywhere a reader looks.

A world of canaries: each page that nobody may see carries a word of its own, and every public
address is read for these words.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from wagtail.models import Page, PageViewRestriction

from casestudies.models import CaseStudyPage
from search import indexing
from search.backends import get_backend
from tests.builders import make_case, make_domain, make_partner, make_poitiers, make_site
from tests.search.engines import own_engine

pytestmark = pytest.mark.django_db
PATHS = [
    "/", "/guide/", "/partenaires/", "/glossaire/", "/themes/", "/themes/strategie-gouvernance/", "/territoires/",
    "/territoires/insee:86194/", "/territoires/siren:200069854/", "/territoires/dep:86/", "/territoires/reg:75/",
    "/retours-experience/", "/sitemap.xml", "/partenaires/ouverte/", "/introuvable/",
    "/retours-experience/carte/", "/retours-experience/filtre/territoire/", "/retours-experience/filtre/organisation/",
    "/recherche/", "/flux/retours-experience/", "/comme-la-mienne/?territoire=insee:86194", "/alertes/nouvelle/?q=titre",
    "/modifications/", "/modifications/?territoire=dep:86", "/flux/modifications/", "/historique/", "/partenaires/ouverte/pages-liees/",
    "/partenaires/ouverte/contributions/", "/partenaires/ouverte/proposer/", "/partenaires/ouverte/discussion/", "/a-confirmer/",
    "/suivre/?sujet=territory:insee:86194", "/suivre/?sujet=theme:strategie-gouvernance", "/propositions/", "/suivi/",
]  # fmt: skip


@pytest.fixture
def canaries(settings, tmp_path: Path) -> Iterator[dict[str, CaseStudyPage]]:
    """Pages that nobody without an account may see, by the word that each carries."""
    make_site()
    opened = make_partner("Ouverte")
    closed = make_partner("Fermée", slug="fermee")
    poitiers, domain = make_poitiers(), make_domain()

    def case(word: str, partner=opened, **fields) -> CaseStudyPage:
        return make_case(
            partner,
            title=f"Titre {word}",
            summary=f"Résumé {word}",
            approach=f"<p>Corps {word}</p>",
            lessons=f"<ol><li>Leçon {word}.</li></ol>",
            territories=[poitiers],
            domains=[domain],
            **fields,
        )

    case("visible")
    pages = {"canaribrouillon": case("canaribrouillon", publish=False)}
    for word in ("canariretire", "canariconnexion", "canarigroupe", "canarimotdepasse"):
        pages[word] = case(word)
    pages["canariretire"].unpublish()
    restrict = PageViewRestriction.objects.create
    restrict(page=pages["canariconnexion"], restriction_type="login")
    restrict(page=pages["canarimotdepasse"], restriction_type="password", password="x")
    restrict(page=pages["canarigroupe"], restriction_type="groups").groups.add(opened.group)
    pages["canarienfant"] = case("canarienfant", closed)
    restrict(page=Page.objects.get(pk=closed.pk), restriction_type="login")
    edited = case("visibleaussi")
    edited.title = "Titre canarirevision"
    edited.approach = "<p>Corps canarirevision</p>"
    edited.save_revision()
    pages["canarirevision"] = edited
    with own_engine(settings, tmp_path / "index"):
        indexing.rebuild()
        yield pages


@pytest.mark.parametrize("path", PATHS)
def test_no_public_page_holds_a_canary(
    client: Client, canaries: dict[str, CaseStudyPage], path: str
) -> None:
    response = client.get(path)
    text = response.content.decode() + str(response.headers)
    assert not [word for word in canaries if word in text]


@pytest.mark.parametrize(
    "path",
    [
        "/retours-experience/",
        "/retours-experience/carte/",
        "/recherche/",
        "/flux/retours-experience/",
        "/recherche/suggestions/",
    ],
)
def test_no_search_finds_a_canary(
    client: Client, canaries: dict[str, CaseStudyPage], path: str
) -> None:
    for word in canaries:
        for typed in (word, f'"{word}"', f"{word[:-2]}*", f"titre {word}", word[:-1]):
            text = client.get(path, {"q": typed}).content.decode()
            assert f"Titre {word}" not in text
            assert f"Corps {word}" not in text
            # What was typed may be shown back; nothing that completes or corrects it may.
            if word not in typed:
                assert word not in text


def test_counts_are_those_of_what_may_be_seen(
    client: Client, canaries: dict[str, CaseStudyPage]
) -> None:
    html = client.get("/retours-experience/").content.decode()
    assert html.count('class="card"') == 2


def test_the_index_holds_what_may_be_seen_and_nothing_else(
    canaries: dict[str, CaseStudyPage],
) -> None:
    digests = get_backend().documents_digest()
    indexed = {int(key) for key in digests if "#" not in key}
    closed = Page.objects.get(slug="fermee").pk
    assert not {key for key in digests if key.startswith(f"{closed}#")}
    hidden = {page.pk for word, page in canaries.items() if word != "canarirevision"}
    assert len(indexed) == 2
    assert not indexed & hidden


def test_a_closed_page_does_not_open(client: Client, canaries: dict[str, CaseStudyPage]) -> None:
    for word, page in canaries.items():
        if word != "canarirevision":
            response = client.get(page.get_url())
            assert word not in response.content.decode()


ABOUT = (
    "historique/",
    "historique/1/",
    "historique/1/2/",
    "citer/",
    "citer/bibtex/",
    "pages-liees/",
)


def test_nothing_about_a_page_tells_what_may_not_be_seen(
    client: Client, canaries: dict[str, CaseStudyPage]
) -> None:
    for page in canaries.values():
        for rest in ABOUT:
            text = client.get(f"{page.get_url()}{rest}").content.decode()
            assert not [word for word in canaries if word in text]
