"""The Atom feed of any search: its newest cases, and only what anyone may read."""

import logging
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from casestudies.models import CaseStudyPage
from cms.typography import typeset
from cms.visibility import visible_to
from search import labels
from search.analysis import visible_text
from search.backends.base import SearchUnavailable
from search.newest import followed, newest_ids
from search.query import PAGE_SIZE, SearchQuery
from search.wording import absolute, in_words

logger = logging.getLogger(__name__)

ENTRIES = 30
MAX_AGE = 300
RETRY_AFTER = 120
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without any entry was updated: its content, and so its tag, must not change by itself."""

_NOT_XML = re.compile("[\ufffe\uffff]")


class CaseFeed(Atom1Feed):
    """Atom as Django writes it, with plain summaries and categories that carry their names."""

    def latest_post_date(self) -> datetime:
        """When the last of its entries was updated."""
        return max((item["updateddate"] for item in self.items), default=NEVER)

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """One entry."""
        super().add_item_elements(handler, item | {"description": None})
        if item["description"]:
            handler.addQuickElement("summary", item["description"], {"type": "text"})
        for scheme, term, label in item["terms"]:
            handler.addQuickElement(
                "category", "", {"term": term, "scheme": scheme, "label": label}
            )


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The feed of the search that the address asks, read as the library reads it."""
    closed = labels.closed_labels()
    query = followed(labels.recognized(SearchQuery.from_querydict(request.GET), closed))
    try:
        cases = newest_cases(query)
    except SearchUnavailable as error:
        logger.warning("search is unavailable: %s", error)
        return unavailable()
    built = build(query, in_words(query, closed), cases)
    content = built.writeString("utf-8").encode()
    etag, updated = quote_etag(sha256(content).hexdigest()), built.latest_post_date()
    response = HttpResponse(content, content_type="application/atom+xml; charset=utf-8")
    response["ETag"], response["Last-Modified"] = etag, http_date(updated.timestamp())
    response["Cache-Control"] = f"max-age={MAX_AGE}"
    response["X-Robots-Tag"] = "noindex"
    last_modified = int(updated.timestamp())
    return get_conditional_response(request, etag, last_modified, response) or response


def unavailable() -> HttpResponse:
    """Feed readers keep what they have, and come back."""
    return HttpResponse(
        _("La recherche est momentanément indisponible. Réessayez dans quelques minutes.\n"),
        status=503,
        content_type="text/plain; charset=utf-8",
        headers={"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"},
    )


def newest_cases(query: SearchQuery) -> list[CaseStudyPage]:
    """The last published cases of `query` that anyone may read now, at most `ENTRIES`."""
    found = list(islice(newest_ids(query), ENTRIES + PAGE_SIZE))
    readable = visible_to(CaseStudyPage.objects.filter(pk__in=found))
    pages = {page.pk: page for page in readable.prefetch_related("themes", "domains")}
    cases = [pages[page_id] for page_id in found if page_id in pages][:ENTRIES]
    CaseStudyPage.attach_organisations(cases)
    return cases


def build(query: SearchQuery, words: str, cases: Sequence[CaseStudyPage]) -> CaseFeed:
    """The feed of `cases`; every address in it is absolute."""
    library = absolute(labels.library_url(query))
    address = absolute(feed_url(query))
    name = _("Retours d’expérience")
    built = CaseFeed(
        title=xml_text(
            " – ".join([*([] if query.is_empty else [words]), name, settings.SITE_NAME])
        ),
        link=library,
        description="",
        language="fr",
        feed_url=address,
        feed_guid=address,
    )
    themes = absolute(reverse("casestudies:themes"))
    domains = absolute(reverse("search:library")) + "#domaine"
    for case in cases:
        published = case.first_published_at or case.last_published_at or NEVER
        terms = [(themes, theme.identifier, theme.label) for theme in case.themes.all()]
        terms += [(domains, domain.identifier, domain.label) for domain in case.domains.all()]
        built.add_item(
            title=xml_text(case.title),
            link=case.full_url,
            description=xml_text(case.summary),
            unique_id=f"urn:uuid:{case.translation_key}",
            author_name=xml_text(case.organisation.title),
            pubdate=published,
            updateddate=case.last_published_at or published,
            terms=[(scheme, xml_text(term), xml_text(label)) for scheme, term, label in terms],
        )
    return built


def feed_url(query: SearchQuery) -> str:
    """The address of the feed of a search."""
    querystring = query.to_querystring()
    return reverse("search:feed") + (f"?{querystring}" if querystring else "")


def xml_text(text: str) -> str:
    """`text` in French typography, without what XML cannot hold."""
    return typeset(_NOT_XML.sub("", visible_text(str(text))))
