"""Tells alerts what is new: one mail at most for each alert and period, never a case twice.

Bounded, whatever the number of alerts: they are read by batches in the order of their searches, so
that a search that many follow is answered once. An alert is held while its mail leaves, and what was
told is recorded right after: a run that is killed in between repeats that one mail, and no other.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby, islice

from django.db import transaction
from django.db.models import Max, Min, Q
from django.utils import timezone

from casestudies.models import CaseStudyPage
from cms.mailing.courier import Courier, Outcome
from cms.visibility import visible_to
from search import labels
from search.alerts.following import forget_expired
from search.alerts.mail import News, announcement, plain_words, query_of
from search.backends.base import SearchUnavailable
from search.labels import Labels
from search.models.alerts import AnnouncedCase, SavedSearch
from search.models.pending import PendingPage
from search.newest import newest_ids
from search.query import PAGE_SIZE, SearchQuery

logger = logging.getLogger(__name__)

BATCH = 200
HOLD = timedelta(minutes=15)
"""How long an alert stays held by a run that was killed while its mail left."""
OVERLAP = timedelta(minutes=10)
"""A publication takes its date before it is committed and found: each look goes back a little."""
FIRST_WAIT, LAST_WAIT = timedelta(hours=1), timedelta(days=7)
GIVE_UP_AFTER = timedelta(days=60)
"""An address that was refused all that time is deleted with its alert."""
STOP_AFTER = 3
"""Searches in a row that the engine does not answer: it is down, whatever is searched."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

Clock = Callable[[], datetime]
Tell = Callable[[str], None]


@dataclass
class Report:
    """What a run did."""

    looked_at: int = 0
    sent: int = 0
    kept: int = 0
    forgotten: int = 0
    unanswered: int = 0
    mail_is_away: bool = False


class Results:
    """The newest cases of one search, read only as far back as an alert needs."""

    def __init__(self, query: SearchQuery | None) -> None:
        self._unread: Iterator[int] = newest_ids(query) if query else iter(())
        self._read: list[tuple[datetime, int]] = []
        self._oldest: datetime | None = None

    def since(self, moment: datetime) -> list[int]:
        """Cases published after `moment` that anyone may read, the last published first."""
        while self._oldest is None or self._oldest > moment:
            page_ids = list(islice(self._unread, PAGE_SIZE))
            if not page_ids:
                break
            readable = visible_to(CaseStudyPage.objects.filter(pk__in=page_ids))
            dates = dict(readable.values_list("pk", "last_published_at"))
            found = [(dates[pk] or LONG_AGO, pk) for pk in page_ids if pk in dates]
            self._read += found
            self._oldest = min((date for date, _pk in found), default=self._oldest)
        return [pk for date, pk in self._read if date > moment]


class Run:
    """One pass over all alerts that are due."""

    def __init__(self, clock: Clock = timezone.now, tell: Tell | None = None) -> None:
        self.clock = clock
        self.tell = tell
        """Given for a rehearsal: what would be sent is told, nothing is sent nor recorded."""
        self.report = Report()
        self.courier = Courier()
        self.closed: Mapping[str, Labels] = labels.closed_labels()
        self.settled = settled(clock())
        self._last: tuple[str, Results] | None = None
        self._named: tuple[str, str] | None = None
        self._silences = 0

    def __call__(self) -> Report:
        """Do it, and say what was done."""
        if self.tell is None:
            self.report.forgotten = forget_expired(self.clock())
        try:
            for batch in due(self.clock()):
                for querystring, alerts in groupby(batch, key=lambda alert: alert.querystring):
                    self._one_search(querystring, list(alerts))
                    if self.report.mail_is_away or self._silences >= STOP_AFTER:
                        return self.report
        finally:
            self.courier.close()
        return self.report

    def _one_search(self, querystring: str, alerts: list[SavedSearch]) -> None:
        quiet = []
        try:
            for alert in alerts:
                self.report.looked_at += 1
                news = self._news(alert, self._results(querystring, alert))
                if not news.cases:
                    quiet.append(alert.pk)
                elif not self._announce(news):
                    break
        except SearchUnavailable as error:
            logger.warning("alerts wait, search is unavailable: %s", error)
            self.report.unanswered += 1
            self._silences += 1
            self._last = None
        else:
            self._silences = 0
        if self.tell is None:
            older = SavedSearch.objects.filter(pk__in=quiet, last_checked_at__lt=self.settled)
            older.update(last_checked_at=self.settled)

    def _results(self, querystring: str, alert: SavedSearch) -> Results:
        """The answer to a search, the same for all alerts that follow it."""
        if self._last is None or self._last[0] != querystring:
            self._last = (querystring, Results(still_known(query_of(alert), self.closed)))
        return self._last[1]

    def _words(self, alert: SavedSearch) -> str:
        """The search in words, the same for all alerts that follow it."""
        if self._named is None or self._named[0] != alert.querystring:
            words = plain_words(query_of(alert), self.closed)
            self._named = (alert.querystring, words)
        return self._named[1]

    def _news(self, alert: SavedSearch, results: Results) -> News:
        """What `alert` has not told yet, read again from the database at this moment."""
        found = results.since(alert.last_checked_at)
        if not found:
            return News(alert, ())
        told = AnnouncedCase.objects.filter(saved_search=alert, page_id__in=found)
        wanted = set(found) - set(told.values_list("page_id", flat=True))
        pages = visible_to(CaseStudyPage.objects.filter(pk__in=wanted)).in_bulk()
        cases = [pages[page_id] for page_id in found if page_id in pages]
        CaseStudyPage.attach_organisations(cases)
        return News(alert, cases)

    def _announce(self, news: News) -> bool:
        """Send one mail; whether others may follow."""
        words = self._words(news.alert)
        if self.tell is not None:
            self.tell(f"alerte {news.alert.pk} : {len(news.cases)} fiche(s), {words}")
            self.report.sent += 1
            return True
        if not hold(news.alert, self.clock()):
            return True
        outcome = self.courier.deliver(announcement(news, words))
        if outcome is Outcome.TAKEN:
            record(news, self.clock(), self.settled)
            self.report.sent += 1
        else:
            keep_for_later(news.alert, self.clock(), outcome)
            self.report.kept += 1
            self.report.mail_is_away = self.courier.gives_up
        return not self.report.mail_is_away


def due(now: datetime) -> Iterator[list[SavedSearch]]:
    """Batches of the alerts that may be told something, in the order of their searches."""
    newest = visible_to(CaseStudyPage.objects.all()).aggregate(at=Max("last_published_at"))["at"]
    waiting = SavedSearch.objects.due(now, newest or LONG_AGO).order_by("querystring", "pk")
    batch = list(waiting[:BATCH])
    while batch:
        yield batch
        last = batch[-1]
        same = Q(querystring=last.querystring, pk__gt=last.pk)
        batch = list(waiting.filter(same | Q(querystring__gt=last.querystring))[:BATCH])


def settled(now: datetime) -> datetime:
    """What was published before this moment has surely reached the engine."""
    waiting = PendingPage.objects.filter(next_attempt_at__isnull=False)
    oldest = waiting.aggregate(at=Min("created_at"))["at"]
    return min(now, oldest or now) - OVERLAP


def still_known(query: SearchQuery, closed: Mapping[str, Labels]) -> SearchQuery | None:
    """`query` with today's values; None where a whole choice has left its vocabulary.

    The library would drop that choice and find more; an alert must not tell of what nobody asked.
    """
    known = labels.recognized(query, closed)
    is_wider = known.values.keys() != query.values.keys() or known.entry != query.entry
    return None if is_wider else known


def hold(alert: SavedSearch, now: datetime) -> bool:
    """Take `alert` for this run alone, unless another took it or its owner changed it meanwhile."""
    unchanged = SavedSearch.objects.filter(
        pk=alert.pk, not_before=alert.not_before, last_checked_at=alert.last_checked_at
    )
    return unchanged.update(not_before=now + HOLD) == 1


def record(news: News, now: datetime, checked_at: datetime) -> None:
    """Remember what was told, and let the next mail wait for its period."""
    with transaction.atomic():
        alert = SavedSearch.objects.select_for_update().filter(pk=news.alert.pk).first()
        if alert is None:
            return
        AnnouncedCase.objects.bulk_create(
            [AnnouncedCase(saved_search=alert, page_id=case.pk) for case in news.cases],
            ignore_conflicts=True,
        )
        alert.last_sent_at = now
        alert.last_checked_at = max(alert.last_checked_at, checked_at)
        alert.not_before = alert.next_mail_at(now)
        alert.failing_since = None
        alert.save(update_fields=["last_sent_at", "last_checked_at", "not_before", "failing_since"])


def keep_for_later(alert: SavedSearch, now: datetime, outcome: Outcome) -> None:
    """Try again later, each time after twice as long; an address that is gone is forgotten."""
    since = alert.failing_since or now
    rows = SavedSearch.objects.filter(pk=alert.pk)
    if outcome is Outcome.REFUSED and now - since > GIVE_UP_AFTER:
        rows.delete()
        return
    wait = min(max(now - since, FIRST_WAIT), LAST_WAIT)
    rows.update(failing_since=since, not_before=now + wait)
