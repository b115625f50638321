"""Which engine a test runs on: the one that the environment names, under a name of its own."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_django import Settings

from search import conf
from search.backends import get_backend
from search.backends.base import SearchBackend


@contextmanager
def own_engine(settings: Settings, folder: Path) -> Iterator[SearchBackend]:
    """Point the site at an index that nobody else uses, without building it; removed afterwards.

    It is in `folder`, unless `SEARCH_URL` names Elasticsearch: then it is there.
    """
    address = conf.address()
    prefix = f"test-{uuid.uuid4().hex}"
    if isinstance(address, conf.TantivyAddress):
        settings.SEARCH_URL = f"tantivy://{folder}"
        yield get_backend()
        return
    scheme, _, host = address.url.partition("://")
    secure = "+https" if scheme == "https" else ""
    settings.SEARCH_URL = f"elasticsearch{secure}://{host}/{prefix}"
    backend = get_backend()
    try:
        yield backend
    finally:
        remove_indices(backend, prefix)


def remove_indices(backend: SearchBackend, prefix: str) -> None:
    """Delete every index whose name starts with `prefix`."""
    from search.backends.elasticsearch import ElasticsearchBackend

    assert isinstance(backend, ElasticsearchBackend)
    for index in backend.writer.indices.get(index=f"{prefix}-*"):
        backend.writer.indices.delete(index=index)
