"""Search engines behind one contract; `get_backend` gives the one that the settings name."""

from functools import lru_cache

from search import conf
from search.backends.base import SearchBackend


def get_backend() -> SearchBackend:
    """The backend that `SEARCH_URL` names, kept as long as the address does not change."""
    return _build(conf.address())


@lru_cache(maxsize=4)
def _build(address: conf.Address) -> SearchBackend:
    # Imported on demand: a process that uses one engine does not load the other.
    if isinstance(address, conf.TantivyAddress):
        from search.backends.tantivy import TantivyBackend  # noqa: PLC0415

        return TantivyBackend(address.folder)
    from search.backends.elasticsearch import ElasticsearchBackend  # noqa: PLC0415

    return ElasticsearchBackend(
        address.url,
        address.prefix,
        conf.elasticsearch_api_key(),
        conf.elasticsearch_ca_certs(),
    )
