"""How a page is cited."""

import json
from datetime import date

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from casestudies.models import CaseStudyPage
from cms.citation import FORMATS, Citation, bibtex, csl_json, key_of, ris, sentence

CITED = Citation(
    key="datacites-eclairer-v3",
    title="Éclairer 100 % des rues, d'un coup",
    author="Grand Poitiers",
    published=date(2026, 5, 4),
    version=3,
    url="https://datacites.example/partenaires/grand-poitiers/eclairer/historique/3/",
    licence="Licence Ouverte 2.0 (Etalab)",
    reference="REX-06",
    accessed=date(2026, 11, 27),
)


def test_a_sentence_names_who_what_where_which_version_and_when() -> None:
    text = sentence(CITED).replace("\u202f", " ").replace("\xa0", " ").replace("‑", "-")
    assert text == (
        "Grand Poitiers, « Éclairer 100 % des rues, d’un coup », DataCités, REX-06, version 3 du"
        " 4 mai 2026, https://datacites.example/partenaires/grand-poitiers/eclairer/historique/3/"
        " (consulté le 27 novembre 2026)."
    )


def test_guillemets_within_guillemets_are_of_the_other_kind() -> None:
    cited = Citation(
        "k", "Le « data sandwich » ici", "Ville", date(2026, 1, 2), 1, "https://e.org/"
    )
    assert "Le “data sandwich” ici" in sentence(cited)


def test_what_the_site_itself_writes_is_not_cited_twice() -> None:
    own = Citation("k", "Le guide", "DataCités", date(2026, 1, 2), 1, "https://e.org/")
    assert sentence(own).count("DataCités") == 1


def test_bibtex_commands_are_escaped() -> None:
    entry = bibtex(Citation("k", "50 % & {a} \\b $c", "A_b", date(2026, 1, 2), 1, "https://e.org/"))
    assert r"50 \% \& \{a\} \textbackslash{}b \$c" in entry
    assert r"A\_b" in entry
    assert entry.startswith("@misc{k,")


def test_csl_json_says_who_when_and_which_version() -> None:
    (item,) = json.loads(csl_json(CITED))
    assert item["author"] == [{"literal": "Grand Poitiers"}]
    assert item["issued"] == {"date-parts": [[2026, 5, 4]]}
    assert item["version"] == "3"
    assert item["URL"] == CITED.url


def test_ris_holds_one_field_a_line() -> None:
    lines = ris(CITED).split("\r\n")
    assert lines[0] == "TY  - ELEC"
    assert "AU  - Grand Poitiers" in lines
    assert "DA  - 2026/05/04" in lines
    assert lines[-2:] == ["ER  - ", ""]


@given(st.text(max_size=80), st.text(max_size=40))
def test_no_text_breaks_out_of_its_field(title: str, author: str) -> None:
    cited = Citation("k", title, author, date(2026, 1, 2), 1, "https://e.org/", reference=title)
    (item,) = json.loads(csl_json(cited))
    assert item["title"] == title
    record = ris(cited)
    assert all(line == "" or line[2:6] == "  - " for line in record.split("\r\n"))
    entry = bibtex(cited)
    depth = 0
    escaped = False
    for sign in entry:
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif sign in "{}":
            depth += 1 if sign == "{" else -1
            assert depth >= 0
    assert depth == 0


@pytest.mark.parametrize(
    ("slug", "key"), [("éclairer-la-nuit", "eclairer-la-nuit"), ("a_b", "a-b")]
)
def test_keys_hold_letters_digits_and_hyphens(slug: str, key: str) -> None:
    assert key_of(slug, 2) == f"datacites-{key}-v2"


@pytest.mark.django_db
def test_a_page_is_cited_with_its_version(client: Client, case: CaseStudyPage) -> None:
    html = client.get(f"{case.get_url()}citer/").content.decode()
    assert "Grand Poitiers, « Éclairer la nuit »" in html.replace("\u202f", " ").replace(
        "\xa0", " "
    )
    assert f"http://localhost{case.get_url()}historique/3/" in html
    older = client.get(f"{case.get_url()}citer/?version=1").content.decode()
    assert f"http://localhost{case.get_url()}historique/1/" in older


@pytest.mark.django_db
@pytest.mark.parametrize("name", list(FORMATS))
def test_files_are_named_after_the_version(client: Client, case: CaseStudyPage, name: str) -> None:
    response = client.get(f"{case.get_url()}citer/{name}/?version=2")
    assert response.status_code == 200
    assert f"-v2.{FORMATS[name].suffix}" in response["Content-Disposition"]
    assert "historique/2/" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("rest", ["citer/word/", "citer/?version=99", "citer/ris/?version=99"])
def test_what_cannot_be_cited_is_not_found(client: Client, case: CaseStudyPage, rest: str) -> None:
    assert client.get(f"{case.get_url()}{rest}").status_code == 404
