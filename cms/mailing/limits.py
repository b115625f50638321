"""How often mails may be asked for: by one reader, and to one mailbox.

Counts live in the cache under a keyed digest, so that it holds neither IP nor e-mail addresses. With
the memory cache each process counts for itself; a shared cache makes the limits exact.
"""

import ipaddress
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

READER_PREFIX = 64
"""The part of an IPv6 address that one subscriber has alone."""


@dataclass(frozen=True)
class Limit:
    """At most `most` requests in `seconds`, counted from the first."""

    name: str
    most: int
    seconds: int

    def allows(self, who: str) -> bool:
        """Count one more request of `who`, and say whether it may go on."""
        digest = salted_hmac("cms.mailing.limits", who, algorithm="sha256").hexdigest()
        key = f"limit:{self.name}:{digest}"
        cache.add(key, 0, self.seconds)
        try:
            return cache.incr(key) <= self.most
        except ValueError:
            # The count ended between the two calls.
            return True


PER_READER = Limit("reader", most=20, seconds=3600)
PER_MAILBOX = Limit("mailbox", most=6, seconds=24 * 3600)


def reader_of(request: HttpRequest) -> str:
    """The network address that a request comes from, as the nearest trusted server saw it.

    Behind a proxy (BEHIND_PROXY) only the last hop it added is believed: a reader may write the rest.
    """
    seen = str(request.META.get("REMOTE_ADDR", ""))
    if settings.SECURE_PROXY_SSL_HEADER:
        seen = request.headers.get("X-Forwarded-For", seen).rpartition(",")[2].strip()
    try:
        address = ipaddress.ip_address(seen)
    except ValueError:
        return seen[:100]
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, READER_PREFIX), strict=False))
