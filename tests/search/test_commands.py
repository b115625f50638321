"""Commands that keep the index in step, and the checks that refuse bad settings."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from pytest_django import Settings

from casestudies.models import CaseStudyPage
from search import checks, conf, pending
from search.backends.base import SearchBackend
from search.models import PendingPage
from tests.builders import make_case


def run(*command: str) -> str:
    """What a command prints."""
    output = StringIO()
    call_command(*command, stdout=output, stderr=output)
    return output.getvalue()


@pytest.mark.django_db
def test_sync_drains_and_says_how_much(index: SearchBackend) -> None:
    case = make_case()
    run("search_sync")
    case.save()
    assert "1 page(s) traitée(s), 0 en attente" in run("search_sync")
    assert "0 page(s) traitée(s)" in run("search_sync")


@pytest.mark.django_db
def test_rebuild_indexes_everything(index: SearchBackend) -> None:
    cases = {make_case().pk for _ in range(3)}
    PendingPage.objects.all().delete()
    said = run("search_rebuild")
    held = index.documents_digest()
    assert f"{len(held)} document(s) indexé(s)" in said
    assert {int(key) for key in held if "#" not in key} == cases


@pytest.mark.django_db
def test_a_second_rebuild_is_refused(index: SearchBackend) -> None:
    pending.begin_rebuild()
    with pytest.raises(CommandError, match="l'ancien sert toujours"):
        run("search_rebuild")


@pytest.mark.django_db
def test_check_names_what_differs_and_repairs_it(index: SearchBackend) -> None:
    case = make_case()
    run("search_sync")
    assert "dit la même chose" in run("search_check")
    CaseStudyPage.objects.filter(pk=case.pk).update(title="En douce")
    with pytest.raises(CommandError, match="diffère"):
        run("search_check")
    assert f"à mettre à jour : {case.pk}" in run("search_check", "--fix")
    assert "dit la même chose" in run("search_check")


@pytest.mark.django_db
def test_check_repairs_a_lost_index(settings: Settings, tmp_path: Path) -> None:
    settings.SEARCH_URL = f"tantivy://{tmp_path / 'lost'}"
    settings.SEARCH_DRAIN = "worker"
    make_case()
    with pytest.raises(CommandError, match="ne peut pas être lu"):
        run("search_check")
    assert "dit la même chose" in run("search_check", "--fix")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("tantivy:///var/index", conf.TantivyAddress(Path("/var/index"))),
        ("elasticsearch://es", conf.ElasticsearchAddress("http://es:9200", "datacites")),
        ("elasticsearch://es:9201/Site", conf.ElasticsearchAddress("http://es:9201", "site")),
        ("elasticsearch+https://[::1]/x", conf.ElasticsearchAddress("https://[::1]:9200", "x")),
    ],
)
def test_addresses_are_read(url: str, expected: conf.Address) -> None:
    assert conf.parse_address(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tantivy://",
        "tantivy://var/index",
        "tantivy:///",
        "elasticsearch://",
        "elasticsearch://h:x",
        "solr://h",
    ],
)
def test_an_unreadable_address_is_refused(url: str, settings: Settings) -> None:
    with pytest.raises(ImproperlyConfigured):
        conf.parse_address(url)
    settings.SEARCH_URL = url
    assert [message.id for message in checks.check_address()] == ["search.E001"]


def test_a_folder_that_cannot_be_written_is_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings.SEARCH_URL = f"tantivy://{tmp_path / 'file' / 'index'}"
    assert [message.id for message in checks.check_address()] == ["search.E002"]
    settings.SEARCH_URL = f"tantivy://{tmp_path / 'not' / 'yet'}"
    assert checks.check_address() == []


def test_an_unknown_way_of_draining_is_refused(settings: Settings) -> None:
    settings.SEARCH_DRAIN = "hopefully"
    assert [message.id for message in checks.check_drain_mode()] == ["search.E003"]
