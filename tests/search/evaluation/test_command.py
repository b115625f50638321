"""`search_evaluate`: what it measures and prints, and that it leaves nothing behind."""

import re
import uuid
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from casestudies.models import Territory
from search.backends.base import SearchBackend
from search.backends.elasticsearch import ElasticsearchBackend
from tests.search.factories import make_document

pytestmark = pytest.mark.django_db


def evaluate(*args: str, **options: Any) -> str:
    out = StringIO()
    call_command("search_evaluate", *args, stdout=out, **options)
    return out.getvalue()


def row(printed: str, name: str) -> list[str]:
    line = re.search(rf"^\| {re.escape(name)} .*$", printed, re.M)
    assert line, printed
    return [cell.strip() for cell in line[0].split("|")[2:-1]]


@pytest.mark.usefixtures("reference")
def test_a_slice_is_measured_on_the_embedded_engine_beside_sqlite() -> None:
    printed = evaluate(category="phrase")
    queries, ndcg, _rank, _recall, zero = row(printed, "phrase")
    assert int(queries) >= 13
    assert 0.5 < float(ndcg) <= 1
    assert zero == "–"
    assert "Side by side" in printed
    assert "SQLite full text" in printed


@pytest.mark.usefixtures("reference")
def test_queries_about_nothing_are_told_apart() -> None:
    queries, ndcg, _rank, _recall, zero = row(evaluate(category="nothing"), "nothing")
    assert int(queries) >= 13
    assert ndcg == "–"
    assert 0 < float(zero) <= 1


@pytest.mark.usefixtures("reference")
def test_halves_are_judged_apart() -> None:
    counts = [
        int(row(evaluate(category="typo", half=half), "typo")[0]) for half in ("tuning", "held-out")
    ]
    assert sum(counts) == int(row(evaluate(category="typo"), "typo")[0])
    assert min(counts) > 0


@pytest.mark.usefixtures("reference")
def test_the_site_s_own_index_is_neither_read_nor_changed(
    settings: Settings, index: SearchBackend, tmp_path: Path
) -> None:
    index.index([make_document(7, "Ma fiche")])
    index.refresh()
    before = settings.SEARCH_URL
    evaluate(category="phrase")
    assert before == settings.SEARCH_URL
    assert len(index.documents_digest()) == 1


@pytest.mark.usefixtures("reference")
def test_what_came_and_what_should_have_is_told_on_request(tmp_path: Path) -> None:
    assert "[inflection]" not in evaluate(category="inflection")
    output = tmp_path / "results.md"
    printed = evaluate(category="inflection", verbose=True, output=output)
    assert printed.strip() in output.read_text()


@pytest.mark.usefixtures("reference")
def test_without_territories_the_command_says_what_to_run() -> None:
    Territory.objects.all().delete()
    with pytest.raises(CommandError, match="load_reference"):
        evaluate()


@pytest.mark.usefixtures("reference")
@pytest.mark.parametrize("backend", ["solr://localhost", "tantivy:///tmp/mine"])
def test_an_unusable_engine_is_refused(backend: str) -> None:
    with pytest.raises(CommandError):
        evaluate(backend=[backend])


@pytest.mark.usefixtures("reference")
def test_a_server_that_does_not_answer_is_said() -> None:
    with pytest.raises(CommandError):
        evaluate(backend=["elasticsearch://127.0.0.1:9/test-none"])


@pytest.mark.elasticsearch
@pytest.mark.xdist_group("elasticsearch")
@pytest.mark.usefixtures("reference")
def test_two_engines_are_compared_and_the_server_is_left_clean(elasticsearch_url: str) -> None:
    prefix = f"test-{uuid.uuid4().hex}"
    host = elasticsearch_url.partition("://")[2]
    printed = evaluate(backend=["tantivy", f"elasticsearch://{host}/{prefix}"], category="phrase")
    assert row(printed, "nDCG@10") == [
        "tantivy",
        "elasticsearch",
        "multi_match french",
        "SQLite full text",
    ]
    overlap = re.search(r"first-20 overlap ([\d.]+)", printed)
    assert overlap
    assert float(overlap[1]) > 0.8
    same = re.search(r"facets alone: (\d+) of (\d+)", printed)
    assert same
    assert same[1] == same[2], printed
    assert int(same[2]) > 500
    left = ElasticsearchBackend(elasticsearch_url, prefix).writer.indices
    assert not left.get(index=f"{prefix}*")
