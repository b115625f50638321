"""Web sites of all kinds on this machine: each answers on a port of its own, on 127.0.0.1."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

from cms.outlinks.checking import Checker
from cms.outlinks.fetching import Client
from cms.outlinks.guard import Guard
from cms.outlinks.manners import Pace

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers as the test says; what it does not say is not found."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.heard.append((self.command, self.path, dict(self.headers)))
        answer = self.server.answers.get(self.path.partition("?")[0])
        with suppress(OSError):
            answer(self) if answer else self.say(404)

    do_HEAD = do_GET

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None: ...


@dataclass
class Site:
    """A running site."""

    server: ThreadingHTTPServer
    answers: dict[str, Answer] = field(default_factory=dict)
    heard: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    @property
    def port(self) -> int:
        return self.server.server_port

    def url(self, path: str = "/", host: str = "site.example") -> str:
        return f"http://{host}:{self.port}{path}"

    def asked(self, path: str) -> list[str]:
        return [method for method, heard, _headers in self.heard if heard == path]


class SixServer(ThreadingHTTPServer):
    address_family = socket.AF_INET6


@contextmanager
def running_site(address: str = "127.0.0.1") -> Iterator[Site]:
    server = (SixServer if ":" in address else ThreadingHTTPServer)((address, 0), Handler)
    site = Site(server)
    server.answers, server.heard = site.answers, site.heard
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def names(host: str, port: int) -> list[str]:
    """Every name is this machine, but for those that say otherwise."""
    if host.startswith("prive."):
        return ["10.0.0.1"]
    if host.startswith("inconnu."):
        raise OSError
    if ":" in host:
        return [host]
    return ["127.0.0.1"]


def checker(
    *sites: Site, timeout: float = 2.0, deadline: float = 3.0, address: str = "127.0.0.1"
) -> Checker:
    """A checker for which that one address is public, on the ports of `sites` only."""
    guard = Guard(
        ports=frozenset(site.port for site in sites),
        accepts=lambda found: found == ip_address(address),
        resolve=names,
    )
    client = Client("DataCites-liens/1.0 (+http://localhost)", timeout, deadline)
    return Checker(guard, client, Pace(delay=0))


# --- Ways to answer


def status(code: int, **headers: str) -> Answer:
    return lambda handler: handler.say(code, **headers)


def moved(place: str, code: int = 301) -> Answer:
    return status(code, Location=place)


def only_get(body: bytes = b"ok", refusal: int = 405) -> Answer:
    return lambda handler: handler.say(refusal if handler.command == "HEAD" else 200, body)


def text(body: str) -> Answer:
    return lambda handler: handler.say(200, body.encode())


def silent(seconds: float) -> Answer:
    def answer(handler: Handler) -> None:
        time.sleep(seconds)

    return answer


def dripping(handler: Handler) -> None:
    """Headers that never end, a little at a time."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(200):
        handler.wfile.write(f"X-{number}: goutte\r\n".encode())
        handler.wfile.flush()
        time.sleep(0.2)


def endless(handler: Handler) -> None:
    """A body without end."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(10**12))
    handler.end_headers()
    while handler.command == "GET":
        handler.wfile.write(b"x" * 65536)
        handler.server.poured = getattr(handler.server, "poured", 0) + 65536


def garbage(handler: Handler) -> None:
    handler.wfile.write(b"bonjour\r\n\r\n")
    handler.close_connection = True


def hang_up(handler: Handler) -> None:
    handler.close_connection = True
