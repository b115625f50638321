"""The loaders: complete, repeatable, respectful of what people do, refused on a real site."""

import json
import shutil
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from wagtail.models import Page, Revision, Site, TaskState, WorkflowState

from casestudies.interchange.problems import ImportRefused
from casestudies.loading.demo import load_parts
from casestudies.loading.demo.accounts import ACCOUNTS, PASSWORD
from casestudies.loading.demo.parts import DEMO_FOLDER
from casestudies.loading.publishing import Outcome
from casestudies.loading.site import install_site
from casestudies.loading.vocabularies import TAXONOMY_FILE, load_vocabularies
from casestudies.management.commands import load_reference
from casestudies.models import CaseStudyPage, Domain, Obstacle, Theme, ThemeCorrespondence
from casestudies.reference.territories import LoadReport
from cms.models import (
    GlossaryTerm,
    GuideChapterPage,
    HomePage,
    PartnerPage,
    PublishedVersion,
    StandardPage,
    User,
)
from tests.casestudies.worlds import demonstration, kept_for_the_module

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
ALL = {"glossary", "partners", "accounts", "cases", "guide", "pages", "desk"}


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The whole demonstration."""
    with kept_for_the_module(django_db_blocker):
        demonstration(ALL)
        yield


def counts() -> tuple[int, ...]:
    models = (Page, Revision, PublishedVersion, GlossaryTerm, User, TaskState)
    return tuple(model.objects.count() for model in models)


def test_everything_is_there() -> None:
    assert CaseStudyPage.objects.live().count() == 37
    assert set(CaseStudyPage.objects.live().values_list("number", flat=True)) == set(range(1, 38))
    assert not CaseStudyPage.objects.live().filter(is_validated=True).exists()
    assert GuideChapterPage.objects.live().count() == 12
    assert GlossaryTerm.objects.count() == 63
    assert PartnerPage.objects.filter(is_founder=True).count() == 11
    assert StandardPage.objects.live().count() == len(
        json.loads((DEMO_FOLDER / "pages.json").read_text())
    )
    unnumbered = CaseStudyPage.objects.filter(number=None)
    assert set(unnumbered.values_list("live", flat=True)) == {False}


def test_each_live_page_has_its_version_and_says_where_it_comes_from() -> None:
    versions = PublishedVersion.objects.filter(number=1)
    cases = versions.filter(page__in=CaseStudyPage.objects.live())
    assert cases.count() == 37
    assert set(cases.values_list("summary", flat=True)) == {
        "Première version, rédigée d'après des sources publiques."
    }
    assert versions.filter(page__in=GuideChapterPage.objects.all()).count() == 12


def test_chapters_lean_on_cases_and_render_their_blocks() -> None:
    for chapter in GuideChapterPage.objects.all():
        written = json.loads(
            next((DEMO_FOLDER / "guide").glob(f"{chapter.number:02d}-*.json")).read_text()
        )
        assert [page.specific.number for page in chapter.leaned_on()] == written["cases"]
        assert chapter.sources.count() == len(written["sources"])
        assert [block.block_type for block in chapter.body] == [
            block["type"] for block in written["body"]
        ]
        for block in chapter.body:
            block.block.clean(block.value)


def test_tables_keep_their_cells() -> None:
    written = json.loads(
        (DEMO_FOLDER / "guide" / "02-se-situer-mesurer-sa-maturite.json").read_text()
    )
    table = next(block["value"] for block in written["body"] if block["type"] == "table")
    chapter = GuideChapterPage.objects.get(number=2)
    stored = next(block.value for block in chapter.body if block.block_type == "table")
    assert [column["heading"] for column in stored["table"].columns] == table["headers"]
    assert [[str(cell) for cell in row] for row in stored["table"].rows] == table["rows"] or [
        [str(cell.value) for cell in row] for row in stored["table"].rows
    ] == table["rows"]


def test_terms_have_their_variants_and_neighbors() -> None:
    for entry in json.loads((DEMO_FOLDER / "glossary.json").read_text()):
        term = GlossaryTerm.objects.get(slug=entry["slug"])
        assert term.sources == entry["sources"]
        assert term.variants.splitlines() == entry["variants"]
        assert {related.slug for related in term.related.all()} >= set(entry["related"])


def test_a_second_load_changes_nothing_and_asks_little() -> None:
    before = counts()
    with CaptureQueriesContext(connection) as queries:
        assert all(report.already_loaded for report in load_parts())
        assert load_vocabularies() is False
        install_site()
    assert counts() == before
    assert len(queries) < 20


def test_a_changed_file_changes_only_what_it_says(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(DEMO_FOLDER, tmp_path / "demo"))
    file = next((folder / "guide").glob("03-*.json"))
    file.write_text(json.dumps(json.loads(file.read_text()) | {"title": "Un autre titre"}))
    pages = folder / "pages.json"
    pages.write_text(pages.read_text() + "\n")
    versions = PublishedVersion.objects.count()
    reports = {report.name: report for report in load_parts(folder)}
    assert reports["cases"].already_loaded
    assert (reports["guide"].count(Outcome.UPDATED), reports["guide"].count(Outcome.KEPT)) == (
        1,
        11,
    )
    assert set(reports["pages"].outcomes) == {Outcome.KEPT}
    assert PublishedVersion.objects.count() == versions + 1


def test_unpublished_work_is_left_to_who_does_it_and_tried_again(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(DEMO_FOLDER, tmp_path / "demo"))
    chapter = GuideChapterPage.objects.get(number=3)
    chapter.title = "Mon brouillon"
    chapter.save_revision()
    case = CaseStudyPage.objects.get(number=6)
    case.title = "Mon brouillon"
    case.save_revision()
    for file in (next((folder / "guide").glob("03-*.json")), folder / "cases" / "REX-06.json"):
        file.write_text(json.dumps(json.loads(file.read_text()) | {"title": "Un autre titre"}))
    for _attempt in range(2):
        reports = {report.name: report for report in load_parts(folder, only={"cases", "guide"})}
        assert (
            reports["guide"].count(Outcome.SKIPPED) == reports["cases"].count(Outcome.SKIPPED) == 1
        )
    assert chapter.get_latest_revision_as_object().title == "Mon brouillon"


def test_a_wrong_case_stops_the_load_and_says_where(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "REX-99.json").write_text('{"slug": "x"}')
    with pytest.raises(ImportRefused, match=r"REX-99\.json:1: title: absent"):
        list(load_parts(tmp_path, only={"cases"}))


def test_accounts_of_every_role_can_sign_in() -> None:
    for account in ACCOUNTS:
        user = authenticate(username=account.email, password=PASSWORD)
        assert user is not None
        assert user.has_perm("wagtailadmin.access_admin")
        assert user.is_superuser is account.is_administrator
    both = User.objects.get(email="auteure.larochelle@demo.datacites.fr")
    assert both.groups.count() == 2


def test_the_desks_show_a_draft_a_review_and_a_text_sent_back() -> None:
    fictional = CaseStudyPage.objects.filter(title__startswith="Exemple fictif")
    assert fictional.count() == 3
    assert not fictional.live().exists()
    states = {state.content_object.slug: state for state in WorkflowState.objects.all()}
    assert states["exemple-fictif-carte-des-chantiers"].status == WorkflowState.STATUS_IN_PROGRESS
    back = states["exemple-fictif-atelier-donnees-bibliotheques"]
    assert back.status == WorkflowState.STATUS_NEEDS_CHANGES
    assert "obstacle" in back.current_task_state.comment
    assert str(back.current_task_state.finished_by) == "Nadia Benali"


def test_the_frame_takes_the_place_of_the_welcome_page() -> None:
    home = HomePage.objects.get()
    assert Page.objects.filter(depth=2).count() == 1
    assert set(home.get_children().filter(show_in_menus=True).values_list("slug", flat=True)) == {
        "guide",
        "partenaires",
        "glossaire",
    }
    with override_settings(SITE_URL="https://datacites.example"):
        install_site()
    site = Site.objects.get(is_default_site=True)
    assert (site.hostname, site.port, site.root_page_id) == ("datacites.example", 443, home.pk)


def test_what_a_person_wrote_on_the_home_page_stays() -> None:
    home = HomePage.objects.get()
    home.headline = "Autrement dit"
    home.save_revision().publish()
    install_site()
    assert HomePage.objects.get().headline == "Autrement dit"


def test_vocabularies_are_those_of_the_file(tmp_path: Path) -> None:
    taxonomy = json.loads(TAXONOMY_FILE.read_text())
    assert Domain.objects.count() == len(taxonomy["domains"]) == 17
    assert Theme.objects.reference().count() == 13
    assert ThemeCorrespondence.objects.count() == len(taxonomy["themes"]["correspondences"])
    taxonomy["obstacles"][0]["label"] = "Autrement dit"
    changed = tmp_path / "taxonomy.json"
    changed.write_text(json.dumps(taxonomy))
    assert load_vocabularies(changed) is True
    assert Obstacle.objects.get(identifier=taxonomy["obstacles"][0]["id"]).label == "Autrement dit"
    assert Domain.objects.count() == 17


def test_the_demonstration_is_refused_on_a_real_site() -> None:
    with override_settings(DEMONSTRATION=False), pytest.raises(CommandError, match="Refusé"):
        call_command("load_demo", stdout=StringIO())


def test_load_reference_says_what_it_did(monkeypatch: pytest.MonkeyPatch) -> None:
    reports = iter(
        [LoadReport("", created=3, vanished=["insee:00000"]), LoadReport("", already_loaded=True)]
    )
    monkeypatch.setattr(load_reference, "load_territories", lambda *args: next(reports))
    out, err = StringIO(), StringIO()
    call_command("load_reference", stdout=out, stderr=err)
    call_command("load_reference", stdout=out, stderr=err)
    assert "Territoires : 3 créés" in out.getvalue()
    assert "Territoires : inchangés\nVocabulaires : inchangés\nSite : http" in out.getvalue()
    assert "insee:00000" in err.getvalue()


def test_the_command_prints_how_to_sign_in() -> None:
    out = StringIO()
    call_command("load_demo", stdout=out)
    assert "Glossaire : rien de nouveau" in out.getvalue()
    assert all(account.email in out.getvalue() for account in ACCOUNTS)
    assert PASSWORD in out.getvalue()
