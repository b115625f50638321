"""A cluster whose security is on: TLS by an authority of its own, and an API key on every request.

The server that tests start has no security module: a door that speaks TLS and asks for the key
stands before it.
"""

import ssl
import subprocess
import threading
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError

import pytest

from search.backends.base import SearchUnavailable
from search.backends.elasticsearch import ElasticsearchBackend
from search.query import SearchQuery
from tests.search.engines import remove_indices
from tests.search.factories import make_document

pytestmark = [pytest.mark.elasticsearch, pytest.mark.xdist_group("elasticsearch")]
KEY = "Y2xlZjpzZWNyZXQ="


@dataclass(frozen=True)
class Door:
    """Where the secured cluster answers, and the authority that signed its certificate."""

    url: str
    authority: str


@contextmanager
def locked_door(server: str, folder: Path) -> Iterator[Door]:
    """TLS and a key before `server`."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(
        [*made, *names, "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )

    class Keeper(BaseHTTPRequestHandler):
        """Lets through what carries the key."""

        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            """Forward, or refuse."""
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, kind, content = 401, "application/json", b"{}"
            if self.headers.get("Authorization") == f"ApiKey {KEY}":
                headers = {
                    name: self.headers[name]
                    for name in ("Content-Type", "Accept")
                    if self.headers[name]
                }
                asked = urllib.request.Request(
                    server + self.path, data=body or None, headers=headers, method=self.command
                )
                try:
                    reply = urllib.request.urlopen(asked, timeout=30)
                except HTTPError as error:
                    reply = error
                status, content = reply.status, reply.read()
                kind = reply.headers.get("Content-Type", kind)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer

        def log_message(self, *_: object) -> None:
            """Nothing."""

    door = ThreadingHTTPServer(("127.0.0.1", 0), Keeper)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    door.socket = context.wrap_socket(door.socket, server_side=True)
    thread = threading.Thread(target=door.serve_forever, daemon=True)
    thread.start()
    try:
        yield Door(f"https://localhost:{door.server_port}", str(certificate))
    finally:
        door.shutdown()
        door.server_close()


@pytest.fixture
def door(elasticsearch_url: str, tmp_path: Path) -> Iterator[Door]:
    with locked_door(elasticsearch_url, tmp_path) as door:
        yield door


def test_a_key_and_an_authority_open_a_secured_cluster(door: Door) -> None:
    prefix = f"test-{uuid.uuid4().hex}"
    backend = ElasticsearchBackend(door.url, prefix, KEY, door.authority)
    try:
        backend.rebuild([make_document(1, "Capteurs")])
        assert backend.index([make_document(2, "Capteurs")]) == {}
        backend.refresh()
        assert backend.search(SearchQuery("capteur")).total == 2
        assert backend.health().available
    finally:
        remove_indices(backend, prefix)


@pytest.mark.parametrize(("key", "trusts"), [("d3Jvbmc6a2V5", True), (None, True), (KEY, False)])
def test_a_wrong_key_or_an_unknown_authority_makes_search_unavailable(
    door: Door, key: str | None, trusts: bool
) -> None:
    backend = ElasticsearchBackend(door.url, "test-none", key, door.authority if trusts else None)
    with pytest.raises(SearchUnavailable):
        backend.search(SearchQuery("capteur"))
    assert not backend.health().available
