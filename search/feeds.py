"""The Atom feed of any search: its newest cases, and only what anyone may read."""

import logging
from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from casestudies.models import CaseStudyPage
from cms import atom
from cms.addresses import absolute
from cms.atom import NEVER, Feed, respond
from cms.visibility import visible_to
from search import labels
from search.analysis import visible_text
from search.backends.base import SearchUnavailable
from search.newest import followed, newest_ids
from search.query import PAGE_SIZE, SearchQuery
from search.wording import in_words

logger = logging.getLogger(__name__)

ENTRIES = 30
RETRY_AFTER = 120


class CaseFeed(Feed):
    """With categories that carry their names."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """One entry."""
        super().add_item_elements(handler, item)
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
    return respond(request, build(query, in_words(query, closed), cases))


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


def xml_text(text: object) -> str:
    """What is seen of `text`, as a feed may hold it."""
    return atom.xml_text(visible_text(str(text)))
