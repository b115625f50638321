"""An index for the time of a measure, apart from the one that readers search.

The site is pointed at it as its settings would, so that what is measured is the site's own search.
"""

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from search import conf
from search.backends import get_backend
from search.backends.base import SearchBackend
from search.evaluation.corpus import Corpus
from search.evaluation.judging import Ranking, Searcher
from search.query import SearchQuery
from search.semantics import compared_with

EMBEDDED = "tantivy"


@dataclass(frozen=True)
class Scratch:
    """An engine that holds the corpus, and the address that names it."""

    address: conf.Address
    url: str
    backend: SearchBackend

    @property
    def name(self) -> str:
        """What tables call it."""
        return self.url.partition(":")[0].partition("+")[0]


@contextmanager
def filled(backend: str, corpus: Corpus) -> Iterator[Scratch]:
    """The site's engine, holding `corpus` alone. Raises `ImproperlyConfigured`, `IndexingFailed`."""
    with ExitStack() as stack:
        url = _address(backend, stack)
        documents = stack.enter_context(compared_with(corpus.documents))
        with pointed_at(url) as engine:
            engine.rebuild(documents)
            engine.refresh()
            yield Scratch(conf.address(), url, engine)


def _address(backend: str, stack: ExitStack) -> str:
    """An address nobody else uses, cleaned when `stack` closes."""
    if backend == EMBEDDED:
        folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        return f"tantivy://{Path(folder).resolve()}/index"
    address = conf.parse_address(backend)
    if isinstance(address, conf.TantivyAddress):
        raise ImproperlyConfigured("the embedded engine is asked by its name alone: tantivy")
    prefix = f"{address.prefix}-evaluation-{uuid.uuid4().hex[:8]}"
    # Imported on demand: measuring the embedded engine needs no client.
    from search.backends.elasticsearch_baseline import remove_indices  # noqa: PLC0415

    stack.callback(remove_indices, address.url, prefix, conf.elasticsearch_api_key())
    scheme, _sign, host = address.url.partition("://")
    return f"elasticsearch{'+https' if scheme == 'https' else ''}://{host}/{prefix}"


@contextmanager
def pointed_at(url: str) -> Iterator[SearchBackend]:
    """The site searches at `url` meanwhile."""
    before = settings.SEARCH_URL
    settings.SEARCH_URL = url
    try:
        yield get_backend()
    finally:
        settings.SEARCH_URL = before


@contextmanager
def plain_query(scratch: Scratch, corpus: Corpus) -> Iterator[Searcher | None]:
    """A plain query to the same server, to compare with; none where there is no server."""
    if not isinstance(scratch.address, conf.ElasticsearchAddress):
        yield None
        return
    from search.backends.elasticsearch_baseline import plain_elasticsearch  # noqa: PLC0415

    url, prefix, key = scratch.address.url, scratch.address.prefix, conf.elasticsearch_api_key()
    with plain_elasticsearch(url, prefix, key, corpus.documents) as plain:

        def search(query: SearchQuery) -> Ranking:
            page_ids, total = plain.search(query)
            return Ranking(tuple(corpus.slugs[page_id] for page_id in page_ids), total)

        yield search
