"""Documents made from files are those that pages would have had."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from casestudies.interchange.reading import read, read_file
from casestudies.interchange.validation import validate
from casestudies.interchange.writing import prepare, write
from casestudies.models import CaseStudyPage, Territory
from search.documents import build_documents
from search.evaluation.corpus import REAL_FOLDER, RELEVANCE_FOLDER, Corpus, CorpusError, load_corpus
from tests.builders import make_partner
from tests.search.evaluation.worlds import raw_cases

pytestmark = pytest.mark.django_db
FILES = sorted((RELEVANCE_FOLDER / "cases").glob("*.jsonl"))


def document_called(corpus: Corpus, slug: str):
    return next(one for one in corpus.documents if corpus.slugs[one.page_id] == slug)


def test_every_case_becomes_a_document(corpus: Corpus) -> None:
    assert len(corpus.documents) == len(raw_cases()) >= 190
    assert sorted(corpus.slugs) == [document.page_id for document in corpus.documents]
    assert set(corpus.slugs.values()) == {case["slug"] for case in raw_cases()}
    assert all(document.title and document.body and document.names for document in corpus.documents)


def test_loading_writes_nothing(corpus: Corpus) -> None:
    assert not CaseStudyPage.objects.exists()


@pytest.mark.usefixtures("reference")
def test_the_fictional_cases_are_valid_and_say_what_they_are() -> None:
    for file in FILES:
        records, problems = read_file(file)
        validation = validate(records, create_partners=True)
        assert not problems
        assert not validation.errors
        assert not validation.warnings
    fictional = [case for case in raw_cases() if case["slug"].startswith("fictif-")]
    assert len(fictional) >= 150
    for case in fictional:
        assert "Exemple fictif" in case["sections"]["lessons"]
        assert case["organisation"].startswith("fictif-")


def test_the_fictional_cases_cover_every_domain_step_and_kind() -> None:
    fictional = [case for case in raw_cases() if case["slug"].startswith("fictif-")]
    assert len({domain for case in fictional for domain in case["domains"]}) == 17
    assert {case["step"] for case in fictional} == {
        "culture",
        "competences",
        "strategie",
        "service",
    }
    assert {case["kind"] for case in fictional} == {"experience-report", "case-study"}
    assert len({case["territories"][0] for case in fictional}) > 120


def test_a_place_brings_what_contains_it(corpus: Corpus) -> None:
    document = document_called(corpus, "fictif-cesson-eau-ecoles")
    assert {"insee:35051", "siren:243500139", "dep:35", "reg:53"} <= set(
        document.facets["territories"]
    )
    assert "Rennes Métropole" in document.names
    assert document.places == ("insee:35051",)


def test_homonymous_places_are_different_places(corpus: Corpus) -> None:
    one = document_called(corpus, "fictif-menus-cantines-saint-denis")
    other = document_called(corpus, "fictif-potentiel-photovoltaique-saint-denis")
    assert one.places != other.places
    assert one.facets["organisation"] != other.facets["organisation"]


@pytest.mark.parametrize(
    ("slug", "organisation", "title"),
    [
        ("antony-qualite-air-budget-participatif", "ville-d-antony", "Ville d'Antony"),
        ("fictif-cesson-eau-ecoles", "fictif-ville-de-cesson-sevigne", "Ville de Cesson-Sévigné"),
    ],
)
def test_a_document_says_what_that_of_the_published_page_says(
    corpus: Corpus, slug: str, organisation: str, title: str
) -> None:
    make_partner(title, slug=organisation)
    records = read(REAL_FOLDER / "cases")[0]
    records += [record for file in FILES for record in read_file(file)[0]]
    write(prepare(validate([record for record in records if record.data["slug"] == slug])))
    (published,) = build_documents(list(CaseStudyPage.objects.all()), version=1)
    read_from_file = document_called(corpus, slug)
    same = replace(read_from_file, page_id=published.page_id, published_at=published.published_at)
    # An order of publication is given to a case that has none.
    names = published.names if same.names.endswith("REX-02") else same.names
    assert replace(same, names=names) == replace(published, names=names)
    assert set(same.names.split()) <= set(published.names.split())


def test_without_territories_it_says_what_to_run(corpus: Corpus) -> None:
    Territory.objects.all().delete()
    with pytest.raises(CorpusError, match="load_reference"):
        load_corpus()


@pytest.mark.usefixtures("reference")
def test_a_wrong_case_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    wrong = {**raw_cases()[-1], "territories": ["insee:00000"]}
    (tmp_path / "cases" / "wrong.jsonl").write_text(json.dumps(wrong))
    with pytest.raises(CorpusError, match=r"wrong\.jsonl:1"):
        load_corpus(tmp_path)


@pytest.mark.usefixtures("reference")
def test_an_organization_without_a_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    unknown = {**raw_cases()[-1], "organisation": "inconnue"}
    (tmp_path / "cases" / "one.jsonl").write_text(json.dumps(unknown))
    (tmp_path / "partners.json").write_text('[{"slug": "autre", "name": "Autre"}]')
    with pytest.raises(CorpusError, match="inconnue"):
        load_corpus(tmp_path)
