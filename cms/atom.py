"""What every Atom feed of the site has in common: its dates, its text, and how it answers."""

import re
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date, quote_etag
from django.utils.xmlutils import SimplerXMLGenerator

from cms.typography import typeset

MAX_AGE = 300
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without any entry was updated: its content, and so its tag, must not change by itself."""

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class Feed(Atom1Feed):
    """Atom as Django writes it; the date of an empty feed does not change by itself."""

    def latest_post_date(self) -> datetime:
        """When the last of its entries was updated."""
        return max((item["updateddate"] for item in self.items), default=NEVER)

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """One entry; its summary is words. As HTML, which Django would say, "a < b" loses some."""
        super().add_item_elements(handler, item | {"description": None})
        if item["description"]:
            handler.addQuickElement("summary", item["description"], {"type": "text"})


def respond(request: HttpRequest, built: Feed) -> HttpResponse:
    """`built`, or nothing to whoever has it already."""
    content = built.writeString("utf-8").encode()
    etag, updated = quote_etag(sha256(content).hexdigest()), built.latest_post_date()
    response = HttpResponse(content, content_type="application/atom+xml; charset=utf-8")
    response["ETag"], response["Last-Modified"] = etag, http_date(updated.timestamp())
    response["Cache-Control"] = f"max-age={MAX_AGE}"
    response["X-Robots-Tag"] = "noindex"
    last_modified = int(updated.timestamp())
    return get_conditional_response(request, etag, last_modified, response) or response


def xml_text(text: str) -> str:
    """`text` in French typography, without what XML cannot hold."""
    return typeset(_NOT_XML.sub("", text))
