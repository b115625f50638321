"""Fixtures of the search room: an index of one's own, and the shared real Elasticsearch."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from search.backends.base import SearchBackend
from tests.search.engines import own_engine
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
def index(settings: Settings, index_folder: Path) -> Iterator[SearchBackend]:
    """The site's own index, empty, of this test alone."""
    settings.SEARCH_DRAIN = "worker"
    with own_engine(settings, index_folder) as backend:
        backend.rebuild([])
        yield backend
