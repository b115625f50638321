"""One request to one checked address: little is read, and it ends in time. Follows nothing.

`http.client` rather than a library: it alone lets the connection go to the address that was checked
while name and certificate stay those of the host.
"""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection

from cms.outlinks.guard import Refused, Target
from cms.outlinks.models import Reason

TIMEOUT = 10.0
"""Seconds for each step: connecting, each piece of an answer."""
DEADLINE = 20.0
"""Seconds for all of it: an answer that drips is cut."""
MAX_BODY = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """What a server said; `body` only where it was asked for."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class PlainConnection(HTTPConnection):
    """A connection to the address that was checked."""

    def __init__(self, target: Target, timeout: float) -> None:
        super().__init__(target.host, target.port, timeout=timeout)
        self.address = target.address

    def connect(self) -> None:
        """Without asking for the name again."""
        self.sock = socket.create_connection((self.address, self.port), self.timeout)


class SecureConnection(HTTPSConnection):
    """The same, encrypted: the certificate must be that of the host."""

    def __init__(self, target: Target, timeout: float) -> None:
        self.context = ssl.create_default_context()
        super().__init__(target.host, target.port, timeout=timeout, context=self.context)
        self.address = target.address

    def connect(self) -> None:
        """Without asking for the name again."""
        plain = socket.create_connection((self.address, self.port), self.timeout)
        self.sock = self.context.wrap_socket(
            plain, server_hostname=self.host, do_handshake_on_connect=False
        )
        self.sock.do_handshake()


@dataclass(frozen=True)
class Client:
    """Asks as one named program, within limits."""

    agent: str
    timeout: float = TIMEOUT
    deadline: float = DEADLINE

    def ask(self, method: str, target: Target, *, with_body: bool = False) -> Answer:
        """One request. Raises `Refused` with what went wrong."""
        kind = SecureConnection if target.scheme == "https" else PlainConnection
        connection = kind(target, self.timeout)
        headers = {"User-Agent": self.agent, "Accept": "*/*", "Connection": "close"}
        if method == "GET":
            headers["Range"] = f"bytes=0-{MAX_BODY - 1}"
        is_cut = threading.Event()
        try:
            with cut_after(self.deadline, connection, is_cut):
                connection.request(method, target.path, headers=headers)
                response = connection.getresponse()
                body = response.read(MAX_BODY) if with_body else b""
                if is_cut.is_set():
                    # The end of headers that were cut looks like any other.
                    raise TimeoutError
                return Answer(response.status, headers_of(response), body)
        except (OSError, HTTPException, ValueError, AttributeError) as error:
            # A socket that is cut while it is used can fail in any of these ways.
            raise Refused(Reason.SLOW if is_cut.is_set() else reason_of(error)) from error
        finally:
            connection.close()


@contextlib.contextmanager
def cut_after(
    seconds: float, connection: HTTPConnection, is_cut: threading.Event
) -> Iterator[None]:
    """End the connection after `seconds`, whatever it is doing; the event says that it was."""

    def cut() -> None:
        is_cut.set()
        if connection.sock:
            with contextlib.suppress(OSError):
                # Not its own method: that of an encrypted socket would first say goodbye.
                socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def headers_of(response: HTTPResponse) -> dict[str, str]:
    """By their names in lower case; many servers write addresses in UTF-8, against the standard."""
    found = {}
    for name, value in response.getheaders():
        found[name.lower()] = value
        with contextlib.suppress(UnicodeError):
            found[name.lower()] = value.encode("latin-1").decode()
    return found


def reason_of(error: Exception) -> Reason:
    """What an error means to whoever reads the report."""
    if isinstance(error, TimeoutError):
        return Reason.SLOW
    if isinstance(error, ssl.SSLError):
        return Reason.TLS
    if isinstance(error, OSError):
        return Reason.UNREACHABLE
    return Reason.GARBLED
