"""Fixtures of the search room: a Tantivy folder of one's own, and the shared real Elasticsearch."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from search.backends import get_backend
from search.backends.base import SearchBackend
from tests.services import elasticsearch


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """A real server; the suite fails, and says what to install, where there is none."""
    url = elasticsearch.acquire()
    yield url
    elasticsearch.release()


@pytest.fixture
def index_folder(tmp_path: Path) -> Path:
    """Where a Tantivy index may be written."""
    return tmp_path / "index"


@pytest.fixture
def index(settings: Settings, index_folder: Path) -> SearchBackend:
    """The site's own index, empty, in a folder of this test."""
    settings.SEARCH_URL = f"tantivy://{index_folder}"
    settings.SEARCH_DRAIN = "worker"
    backend = get_backend()
    backend.rebuild([])
    return backend
