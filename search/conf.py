"""Reads this room's settings. Must not import anything else of the room."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

DEFAULT_PREFIX = "datacites"
DRAIN_MODES = ("thread", "inline", "worker")
EXAMPLES = "tantivy:///absolute/folder or elasticsearch://host:9200/prefix"


@dataclass(frozen=True)
class TantivyAddress:
    """An embedded index: the folder that holds its generations."""

    folder: Path


@dataclass(frozen=True)
class ElasticsearchAddress:
    """A cluster, and the prefix under which it holds our indices."""

    url: str
    prefix: str


Address = TantivyAddress | ElasticsearchAddress


def address() -> Address:
    """What `SEARCH_URL` names."""
    return parse_address(settings.SEARCH_URL)


def parse_address(url: str) -> Address:
    """Read a `SEARCH_URL`; an unreadable one is a mistake of the deployment, said as such."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(f"SEARCH_URL has an invalid port: use {EXAMPLES}") from None
    if parts.scheme == "tantivy":
        folder = Path(parts.path)
        if parts.netloc or not folder.is_absolute() or folder == Path("/"):
            raise ImproperlyConfigured(f"SEARCH_URL needs an absolute folder: use {EXAMPLES}")
        return TantivyAddress(folder)
    if parts.scheme in {"elasticsearch", "elasticsearch+https"}:
        if not parts.hostname:
            raise ImproperlyConfigured(f"SEARCH_URL has no host: use {EXAMPLES}")
        scheme = "https" if parts.scheme.endswith("https") else "http"
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        prefix = parts.path.strip("/") or DEFAULT_PREFIX
        return ElasticsearchAddress(f"{scheme}://{host}:{port or 9200}", prefix.lower())
    raise ImproperlyConfigured(f"SEARCH_URL names no known engine: use {EXAMPLES}")


def drain_mode() -> str:
    """Who empties the pending rows: a thread of this process, the request, or a worker."""
    mode: str = getattr(settings, "SEARCH_DRAIN", "thread")
    return mode


def elasticsearch_api_key() -> str | None:
    """The key of a cluster whose security is on; never part of the address, which is logged."""
    return getattr(settings, "SEARCH_API_KEY", "") or None


def elasticsearch_ca_certs() -> str | None:
    """The file of the authority that signed a cluster's certificate; none for public authorities."""
    return getattr(settings, "SEARCH_CA_CERTS", "") or None


def is_semantic() -> bool:
    """Whether search may also go by meaning, where the extra for it is installed."""
    allowed: bool = getattr(settings, "SEARCH_SEMANTIC", True)
    return allowed
