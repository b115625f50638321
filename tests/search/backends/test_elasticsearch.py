"""A real Elasticsearch keeps the contract, and what only a server can do wrong."""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from search.backends.base import IndexOutdated, SearchBackend, SearchUnavailable
from search.backends.elasticsearch import ElasticsearchBackend
from tests.search.backends.contract import BackendContract
from tests.search.backends.meaning_contract import MeaningContract
from tests.search.engines import remove_indices
from tests.search.factories import make_document

pytestmark = [pytest.mark.elasticsearch, pytest.mark.xdist_group("elasticsearch")]


@contextmanager
def own_server(url: str) -> Iterator[SearchBackend]:
    """An engine without any index, cleaned away afterwards."""
    prefix = f"test-{uuid.uuid4().hex}"
    backend = ElasticsearchBackend(url, prefix)
    yield backend
    remove_indices(backend, prefix)


class TestElasticsearchMeanings(MeaningContract):
    """What is meant, on indices whose names nobody else uses."""

    @pytest.fixture
    def backend(self, elasticsearch_url: str) -> Iterator[SearchBackend]:
        """An engine without any index."""
        with own_server(elasticsearch_url) as backend:
            yield backend


class TestElasticsearch(BackendContract):
    """The contract, on indices whose names nobody else uses."""

    @pytest.fixture
    def backend(self, elasticsearch_url: str) -> Iterator[SearchBackend]:
        """An engine without any index."""
        with own_server(elasticsearch_url) as backend:
            yield backend

    def test_one_index_is_left_after_rebuilding(self, engine: ElasticsearchBackend) -> None:
        for _ in range(2):
            engine.rebuild([make_document(1)])
        assert len(engine.writer.indices.get(index=f"{engine.alias}-*")) == 1
        assert len(engine.writer.indices.get_alias(name=engine.alias)) == 1

    def test_an_index_of_other_definitions_must_be_rebuilt(
        self, engine: ElasticsearchBackend
    ) -> None:
        engine.writer.indices.put_mapping(index=engine.alias, meta={"definitions": "others"})
        with pytest.raises(IndexOutdated):
            engine.index([make_document(1)])
        assert self.found(engine) == []
        engine.rebuild([make_document(1)])
        assert engine.is_current()

    def test_what_one_document_suffers_others_do_not(self, engine: SearchBackend) -> None:
        bad = make_document(2, inconnu="champ")
        failed = engine.index([make_document(1), bad, make_document(3)])
        assert list(failed) == [2]
        assert "strict_dynamic_mapping" in failed[2]
        engine.refresh()
        assert self.found(engine) == [3, 1]

    def test_nobody_waits_for_a_server_that_is_not_there(self) -> None:
        started = time.monotonic()
        for host in ("127.0.0.1:9", "10.255.255.1:9200"):
            with pytest.raises(SearchUnavailable):
                self.search(ElasticsearchBackend(f"http://{host}", "test-none"))
        assert time.monotonic() - started < 2.5
