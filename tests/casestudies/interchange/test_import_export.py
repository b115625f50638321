"""The 37 real cases go out and come back unchanged; an import writes all or nothing, once."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction, Revision

from casestudies.interchange.export import as_line, cases_as_data, public_cases
from casestudies.interchange.form import UNORDERED
from casestudies.models import CaseStudyPage, CaseStudyTag
from cms.models import PartnerPage, PublishedVersion
from tests.builders import make_user
from tests.casestudies.worlds import CASE_FILES, demonstration, kept_for_the_module

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


@pytest.fixture(scope="module")
def library(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The real partners and their 37 cases."""
    with kept_for_the_module(django_db_blocker):
        demonstration({"partners", "cases"})
        yield


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cas.jsonl"


def exported() -> list[str]:
    return [as_line(case) for case in cases_as_data(public_cases())]


def first_case() -> dict[str, Any]:
    return next(cases_as_data(public_cases()))


def counts() -> tuple[int, ...]:
    models = (CaseStudyPage, PartnerPage, PublishedVersion, Revision, CaseStudyTag)
    return tuple(model.objects.count() for model in models)


def run(file: Path, **options: Any) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("import_cases", file, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def refused(file: Path, **options: Any) -> str:
    err = StringIO()
    before = counts()
    with pytest.raises(CommandError) as error:
        call_command("import_cases", file, stdout=StringIO(), stderr=err, **options)
    assert "rien n'a été écrit" in str(error.value)
    assert counts() == before
    return err.getvalue()


def write_lines(file: Path, *cases: dict[str, Any]) -> Path:
    file.write_text("".join(f"{as_line(case)}\n" for case in cases), encoding="utf-8")
    return file


def test_what_is_exported_is_what_was_written() -> None:
    by_number = {json.loads(line)["number"]: json.loads(line) for line in exported()}
    assert len(by_number) == len(CASE_FILES) == 37
    for path in CASE_FILES:
        written = json.loads(path.read_text(encoding="utf-8"))
        told = by_number[written["number"]] | {"published_at": None, "updated_at": None}
        for name in UNORDERED:
            written[name], told[name] = sorted(written[name]), sorted(told[name])
        assert told == written


def test_export_import_export_is_identical_in_an_empty_library(file: Path) -> None:
    before = exported()
    call_command("export_cases", file, stdout=StringIO())
    for case in CaseStudyPage.objects.all():
        case.delete()
    CaseStudyTag.objects.all().delete()
    out, _err = run(file)
    assert "37 créé(s)" in out
    assert exported() == before


def test_a_second_import_changes_nothing(file: Path) -> None:
    call_command("export_cases", file, stdout=StringIO())
    before = counts()
    out, err = run(file)
    assert "0 créé(s), 0 mis à jour, 37 inchangé(s)" in out
    assert err == ""
    assert counts() == before


def test_the_export_is_ordered_and_the_same_each_time(file: Path) -> None:
    out = StringIO()
    call_command("export_cases", stdout=out)
    call_command("export_cases", file, stdout=StringIO())
    assert out.getvalue() == file.read_text(encoding="utf-8")
    numbers = [json.loads(line)["number"] for line in out.getvalue().splitlines()]
    assert numbers == sorted(numbers)
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_the_export_costs_the_same_queries_whatever_the_number_of_cases() -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        list(cases_as_data(public_cases()[:2]))
    with CaptureQueriesContext(connection) as many:
        list(cases_as_data(public_cases()))
    assert len(many) == len(few) <= 22


def test_only_what_anyone_may_read_is_exported() -> None:
    case = CaseStudyPage.objects.get(number=6)
    case.unpublish()
    closed = PartnerPage.objects.get(slug="rennes-metropole")
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    cases = [json.loads(line) for line in exported()]
    assert 6 not in [case["number"] for case in cases]
    assert "rennes-metropole" not in {case["organisation"] for case in cases}
    assert "rennes-metropole" not in json.dumps([case["partners"] for case in cases])
    everything = list(cases_as_data(CaseStudyPage.objects.all(), PartnerPage.objects.all()))
    assert len(everything) == 37


def test_one_error_and_nothing_is_written(file: Path) -> None:
    good, bad = first_case() | {"slug": "nouveau", "number": None}, first_case() | {"themes": ["x"]}
    said = refused(write_lines(file, good, bad))
    assert f"{file}:2: themes[1]: trouvé « x »" in said
    assert "avertissement" not in said


def test_a_rehearsal_says_what_would_be_done_and_does_nothing(file: Path) -> None:
    case = first_case()
    write_lines(
        file,
        case,
        case | {"slug": "nouveau", "number": None},
        case | {"slug": "autre", "number": None, "organisation": "neuve"},
    )
    before = counts()
    out, _err = run(file, dry_run=True, create_partners=True)
    assert counts() == before
    assert "à créer: neuve (partenaire)" in out
    assert f"inchangé: {case['organisation']}/{case['slug']}" in out
    assert f"à créer: {case['organisation']}/nouveau" in out
    assert "2 créé(s), 0 mis à jour, 1 inchangé(s), 1 partenaire(s) créé(s)" in out


def test_an_update_is_a_new_version_and_keeps_number_and_first_publication(file: Path) -> None:
    case = first_case()
    page = CaseStudyPage.objects.get(number=case["number"])
    user = make_user("importe@example.org")
    run(
        write_lines(file, case | {"title": "Un autre titre", "number": None}),
        user="Importe@example.org",
    )
    again = CaseStudyPage.objects.get(pk=page.pk)
    assert (again.title, again.number) == ("Un autre titre", page.number)
    assert again.first_published_at == page.first_published_at
    version = PublishedVersion.objects.filter(page=again).first()
    assert (version.number, version.author, version.summary) == (
        2,
        user,
        "Importé depuis un fichier d'échange.",
    )
    assert again.sources.count() == len(case["sources"])


def test_numbers_are_kept_when_free_and_never_change(file: Path) -> None:
    case = first_case()
    new = {"published_at": None, "updated_at": None}
    free = case | new | {"slug": "libre", "number": 40}
    taken = case | new | {"slug": "pris", "number": 6}
    none = case | new | {"slug": "sans", "number": None}
    other = case | {"number": 50}
    _out, err = run(write_lines(file, none, free, taken, other))
    numbers = dict(CaseStudyPage.objects.values_list("slug", "number"))
    assert numbers["libre"] == 40
    assert {numbers["pris"], numbers["sans"]} == {41, 42}
    assert numbers[case["slug"]] == case["number"]
    assert ":3: number: 6 est déjà celui d'un autre cas" in err
    assert ":4: number: 50 ignoré" in err


def test_an_unknown_partner_is_an_error_unless_it_is_to_be_created(file: Path) -> None:
    case = first_case() | {"organisation": "ville-neuve", "number": None, "slug": "nouveau"}
    assert "organisation: trouvé « ville-neuve »" in refused(write_lines(file, case))
    out, _err = run(file, create_partners=True)
    assert "1 créé(s)" in out
    partner = PartnerPage.objects.get(slug="ville-neuve")
    assert (partner.title, partner.live, partner.group is not None) == ("Ville neuve", True, True)
    assert "ville-neuve" in "".join(exported())


def test_nobodys_unpublished_words_are_written_over(file: Path) -> None:
    case = first_case()
    page = CaseStudyPage.objects.get(number=case["number"])
    page.title = "Un brouillon"
    page.save_revision()
    changed = write_lines(file, case | {"title": "Un autre titre"})
    assert "porte un travail non publié" in refused(changed)
    out, _err = run(write_lines(file, case))
    assert "1 inchangé(s)" in out


def test_an_address_taken_by_another_kind_of_page_is_an_error(file: Path) -> None:
    parent = PartnerPage.objects.get(slug="grand-poitiers")
    parent.add_child(instance=PartnerPage(title="Autre", slug="autre-page"))
    case = first_case() | {
        "organisation": "grand-poitiers",
        "slug": "autre-page",
        "number": None,
        "partners": [],
    }
    assert "page d'une autre nature" in refused(write_lines(file, case))


def test_a_locked_page_is_an_error(file: Path) -> None:
    case = first_case()
    CaseStudyPage.objects.filter(number=case["number"]).update(locked=True)
    assert "est verrouillée" in refused(write_lines(file, case | {"title": "Autre"}))


def test_files_that_cannot_be_read_and_unknown_accounts_are_refused(file: Path) -> None:
    file.write_bytes(b'{"slug": \xff}\n[1, 2]\n')
    said = refused(file)
    assert f"{file}:1: le texte n'est pas en UTF-8" in said
    assert f"{file}:2: trouvé [1, 2]" in said
    with pytest.raises(CommandError, match=r"absent@example\.org"):
        run(file, user="absent@example.org")


def test_a_number_outlives_drafts_that_are_older_than_it() -> None:
    case = CaseStudyPage.objects.get(number=6)
    revision = case.save_revision()
    revision.content["number"] = None
    revision.save()
    revision.publish()
    case.refresh_from_db()
    assert case.number == 6


def test_everything_that_the_editor_can_write_comes_back(file: Path) -> None:
    case = first_case() | {
        "slug": "complet",
        "number": None,
        "kind": "case-study",
        "language": "en",
        "partners": [{"slug": "ville-de-poitiers", "role": "funder"}, "rennes-metropole"],
        "obstacles": ["temps-agents", {"id": "usages-inconnus", "observed": "Vu", "response": ""}],
        "cost": {
            "amount": 1250.5,
            "currency": "CHF",
            "perimeter": "tout",
            "source": "https://example.org/c",
        },
        "timeline": [
            {
                "date": None,
                "when": "Avant",
                "kind": "stop",
                "text": "Fin\nde l'essai",
                "obstacle": "temps-agents",
            }
        ],
        "indicators": [{"label": "Part", "value": "de 5 à 100", "unit": "%", "nature": "promised"}],
        "sources": [{"publisher": "", "title": "Un livre", "consulted": "2026"}],
        "sections": {
            "results": '<p>A &amp; b <a href="https://example.org/?a=1&amp;b=2">lien</a> [1]</p>'
        },
        "licence": "odbl",
        "reliability": None,
        "validated": True,
        "published_at": "2020-02-29T12:00:00Z",
        "updated_at": "2021-03-01T08:30:00Z",
    }
    run(write_lines(file, case))
    told = next(data for data in cases_as_data(public_cases()) if data["slug"] == "complet")
    assert told == case | {"number": told["number"]}
    out, _err = run(write_lines(file, told))
    assert "1 inchangé(s)" in out


def test_an_internal_link_leaves_as_a_whole_address() -> None:
    page = CaseStudyPage.objects.get(number=6)
    target = CaseStudyPage.objects.get(number=7)
    page.results = f'<p><a linktype="page" id="{target.pk}">La suite</a></p>'
    page.save_revision().publish()
    html = next(c for c in cases_as_data(public_cases()) if c["number"] == 6)["sections"]["results"]
    assert html == f'<p><a href="{target.full_url}">La suite</a></p>'
