"""Words and headers of the mails about alerts. Sends nothing, reads only what it is given.

Nothing that a reader typed goes into an address, and what they typed as words can never become a
link: a request may have been made for somebody else's mailbox.
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import QueryDict
from django.urls import reverse

from casestudies.models import CaseStudyPage
from cms.addresses import absolute
from cms.mailing.message import compose
from search.alerts.following import Asked, Request
from search.labels import Labels, library_url
from search.models.alerts import SavedSearch
from search.query import SearchQuery, Sort
from search.wording import in_words

MAX_LISTED = 20
MAX_WORDS = 80
TEMPLATES = "search/alerts/mail"
_LINKING = re.compile(r"[^\w\s'’«»\"-]+")


@dataclass(frozen=True)
class News:
    """What an alert has to tell: its cases that are new, then those that were updated."""

    alert: SavedSearch
    cases: Sequence[CaseStudyPage]

    @property
    def first_told(self) -> list[CaseStudyPage]:
        """Cases published for the first time since the alert was last looked at."""
        return [case for case in self.cases if self._is_new(case)]

    @property
    def updated(self) -> list[CaseStudyPage]:
        """Cases published again since."""
        return [case for case in self.cases if not self._is_new(case)]

    def _is_new(self, case: CaseStudyPage) -> bool:
        since: datetime = self.alert.last_checked_at
        return case.first_published_at is None or case.first_published_at > since


def query_of(alert: SavedSearch) -> SearchQuery:
    """The search that an alert follows."""
    return SearchQuery.from_querydict(QueryDict(alert.querystring))


def plain_words(query: SearchQuery, closed: Mapping[str, Labels]) -> str:
    """The search in words that no mail program turns into a link, and not too many of them."""
    bare = " ".join(_LINKING.sub(" ", query.text).split())[:MAX_WORDS].strip()
    return in_words(replace(query, text=bare), closed)


def reply_to(request: Request, closed: Mapping[str, Labels]) -> EmailMultiAlternatives:
    """The answer to a request for an alert, whatever it came to: it says so to the mailbox only."""
    alert = request.alert
    context = {
        "words": plain_words(query_of(alert), closed),
        "alert_url": alert_url("search:alert", alert),
    }
    name = {
        Asked.TO_CONFIRM: "confirm",
        Asked.ALREADY: "already",
        Asked.TOO_MANY: "too_many",
    }[request.outcome]
    return compose(alert.email, f"{TEMPLATES}/{name}", context)


def announcement(news: News, words: str) -> EmailMultiAlternatives:
    """What is new for an alert; it stops in one click from the mail program itself."""
    alert = news.alert
    listed = [*news.first_told, *news.updated][:MAX_LISTED]
    query = query_of(alert)
    stop_url = alert_url("search:stop_alert", alert)
    context = {
        "words": words,
        "total": len(news.cases),
        "first_told": len(news.first_told),
        "new": [case for case in news.first_told if case in listed],
        "updated": [case for case in news.updated if case in listed],
        "others": len(news.cases) - len(listed),
        "frequency": alert.frequency,
        "results_url": absolute(library_url(query, sort=Sort.RECENT)),
        "alert_url": alert_url("search:alert", alert),
        "stop_url": stop_url,
    }
    return compose(
        alert.email,
        f"{TEMPLATES}/announcement",
        context,
        with_html=True,
        stop_url=stop_url,
        message_id=message_id(news),
    )


def message_id(news: News) -> str:
    """The same for the same news: sent twice after a crash, mailboxes can tell that it is one mail."""
    told = ",".join(str(case.pk) for case in sorted(news.cases, key=lambda case: case.pk))
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{uuid.uuid5(news.alert.token, told)}@{host}>"


def alert_url(name: str, alert: SavedSearch) -> str:
    """The public address of one of the pages of an alert."""
    return absolute(reverse(name, args=[alert.token]))
