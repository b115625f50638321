"""Which hosts may be asked: public ones, on the ports of the web. Opens no connection.

Authors write the addresses: none may make this server speak to itself or to its neighbors. The address
that was checked is the one that is connected to, so that a name cannot change its mind in between.
"""

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import quote, urlsplit

from cms.outlinks.models import Reason

WEB_PORTS = frozenset({80, 443})
TRANSLATED = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
"""IPv6 addresses that a gateway turns into IPv4 ones, private ones included."""
UNCHANGED = "%/:=&?~+!$,;'@()*[]"

HOST = re.compile(r"[a-z0-9_.-]{1,253}|[0-9a-f:.]{2,45}")

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[str]]


class Refused(Exception):
    """An address that is not asked, and why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Target:
    """What to connect to and what to say there."""

    scheme: str
    host: str
    port: int
    address: str
    """The very address that was checked."""
    path: str

    @property
    def origin(self) -> str:
        """Scheme, host and port, as addresses write them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"http": 80, "https": 443}[self.scheme]
        return f"{self.scheme}://{host}" + ("" if self.port == usual else f":{self.port}")


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: Address) -> bool:
    """Whether an address is one of the public Internet, and no disguise of another."""
    if isinstance(address, IPv6Address):
        teredo = address.teredo
        inner = address.ipv4_mapped or address.sixtofour or (teredo and teredo[1])
        if inner:
            return is_public(inner)
        if any(address in network for network in TRANSLATED):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


@dataclass(frozen=True)
class Guard:
    """The rule; tests give it other ports and names."""

    ports: frozenset[int] = WEB_PORTS
    accepts: Callable[[Address], bool] = is_public
    resolve: Resolve = resolve

    def check(self, url: str) -> Target:
        """Where to connect for `url`. Raises `Refused`."""
        try:
            parts = urlsplit(url)
            port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
            host = (parts.hostname or "").rstrip(".")
            host = host if ":" in host else host.encode("idna").decode()
        except ValueError as error:
            raise Refused(Reason.INVALID) from error
        if parts.scheme not in {"http", "https"} or not HOST.fullmatch(host) or "@" in parts.netloc:
            raise Refused(Reason.INVALID)
        if port not in self.ports:
            raise Refused(Reason.UNUSUAL)
        path = quote(parts.path or "/", safe=UNCHANGED)
        query = quote(parts.query, safe=UNCHANGED)
        return Target(
            parts.scheme, host, port, self._address(host, port), path + (query and f"?{query}")
        )

    def _address(self, host: str, port: int) -> str:
        try:
            found = [
                (text, ip_address(text.partition("%")[0])) for text in self.resolve(host, port)
            ]
        except (OSError, UnicodeError) as error:
            raise Refused(Reason.UNKNOWN_HOST) from error
        except ValueError as error:
            raise Refused(Reason.INVALID) from error
        if not found:
            raise Refused(Reason.UNKNOWN_HOST)
        # A name with one address inside is refused whole: it is meant to be tried again.
        if not all(self.accepts(address) for _text, address in found):
            raise Refused(Reason.NOT_PUBLIC)
        return found[0][0]
