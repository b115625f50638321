"""What readers searched during some weeks, read from the counts. Builds no page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import ExpressionWrapper, F, FloatField, Max, QuerySet, Sum
from django.db.models.functions import Greatest
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from search.analysis import fold
from search.models import SearchCount
from search.query import clean_text
from search.report.counting import KEPT_WEEKS, NAMELESS, NUMBERS, oldest_kept, this_week

MIN_SEARCHES = 2
"""Words searched only once in all may be one person's: they count in sums and are not listed."""
MAX_FILTER = 100

Row = Mapping[str, Any]


class Period(StrEnum):
    """How far back; the values are those of the address."""

    WEEK = "semaine"
    FOUR_WEEKS = "4-semaines"
    QUARTER = "3-mois"
    ALL = "13-mois"


class View(StrEnum):
    """Which queries, and in which order."""

    FREQUENT = "frequentes"
    EMPTY = "sans-resultat"
    ABANDONED = "sans-suite"
    DEEP = "loin"


WEEKS = {Period.WEEK: 1, Period.FOUR_WEEKS: 4, Period.QUARTER: 13, Period.ALL: KEPT_WEEKS}
PERIOD_LABELS = {
    Period.WEEK: _("Cette semaine"),
    Period.FOUR_WEEKS: _("4 semaines"),
    Period.QUARTER: _("3 mois"),
    Period.ALL: _("13 mois"),
}
VIEW_LABELS = {
    View.FREQUENT: _("Les plus fréquentes"),
    View.EMPTY: _("Sans résultat"),
    View.ABANDONED: _("Sans suite"),
    View.DEEP: _("Réponse loin dans la liste"),
}
ORDERS = {
    View.FREQUENT: ("-searches", "key"),
    View.EMPTY: ("-empty", "-searches", "key"),
    View.ABANDONED: ("-abandoned", "-searches", "key"),
    View.DEEP: ("-mean", "-clicks", "key"),
}
NARROWING: dict[View, dict[str, Any]] = {
    View.FREQUENT: {"searches__gt": 0},
    View.EMPTY: {"empty__gt": 0},
    View.ABANDONED: {"abandoned__gt": 0},
    View.DEEP: {"mean__gt": 0},
}


@dataclass(frozen=True)
class Asked:
    """What the report is asked to show. Never raises, whatever the address holds."""

    period: Period = Period.FOUR_WEEKS
    view: View = View.FREQUENT
    text: str = ""

    @classmethod
    def from_querydict(cls, data: QueryDict) -> "Asked":
        """Read what can be read; the rest is the default."""
        period, view = data.get("periode", ""), data.get("vue", "")
        return cls(
            Period(period) if period in list(Period) else Period.FOUR_WEEKS,
            View(view) if view in list(View) else View.FREQUENT,
            clean_text(data.get("q", ""))[:MAX_FILTER],
        )

    @property
    def since(self) -> date:
        """The Monday of the first week shown."""
        return this_week() - timedelta(weeks=WEEKS[self.period] - 1)

    @property
    def parameters(self) -> dict[str, str]:
        """The address's own parameters, defaults included."""
        return {"periode": self.period.value, "vue": self.view.value, "q": self.text}


@dataclass(frozen=True)
class Sums:
    """Figures of any number of searches."""

    searches: int = 0
    empty: int = 0
    clicked: int = 0
    clicks: int = 0
    first_three: int = 0
    positions: int = 0

    @property
    def abandoned(self) -> int:
        """Searches that found something, of which nothing was opened."""
        return max(self.searches - self.empty - self.clicked, 0)

    @property
    def mean_position(self) -> float | None:
        """The mean position of the results opened; None when none was."""
        return self.positions / self.clicks if self.clicks else None

    @property
    def first_three_percent(self) -> int | None:
        """Which part of the results opened was among the first three."""
        return round(100 * self.first_three / self.clicks) if self.clicks else None

    @property
    def empty_percent(self) -> int | None:
        """Which part of the searches found nothing."""
        return round(100 * self.empty / self.searches) if self.searches else None

    @property
    def abandoned_percent(self) -> int | None:
        """Which part of the searches had no sequel."""
        return round(100 * self.abandoned / self.searches) if self.searches else None


@dataclass(frozen=True)
class Week:
    """One week, and what was searched in it."""

    monday: date
    sums: Sums


class Figures:
    """Everything the report shows for what it is asked, each part read when first asked for."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    @cached_property
    def sums(self) -> Sums:
        """Over the whole period, searches whose words are not kept included."""
        return sums_of(counts(self.asked.since).aggregate(**totals()))

    @cached_property
    def weeks(self) -> list[Week]:
        """Every week of the period, oldest first, those without a search included."""
        found = counts(self.asked.since).values("week").annotate(**totals())
        by_week = {row["week"]: sums_of(row) for row in found}
        mondays = (self.asked.since + timedelta(weeks=rank) for rank in range(self.week_count))
        return [Week(monday, by_week.get(monday, Sums())) for monday in mondays]

    @property
    def week_count(self) -> int:
        """How many weeks are shown."""
        return WEEKS[self.asked.period]

    @property
    def queries(self) -> QuerySet[Any, Any]:
        """The queries to list, as rows, in their order."""
        view = self.asked.view
        rows = listed(self.asked.since, self.asked.text).values("key").annotate(**per_query())
        return rows.filter(**NARROWING[view]).order_by(*ORDERS[view])

    @property
    def queries_by_week(self) -> QuerySet[Any, Any]:
        """The same queries, week by week: for a spreadsheet."""
        rows = listed(self.asked.since, self.asked.text).order_by("week", "-searches", "key")
        return rows.values("week", "text", *NUMBERS)

    @cached_property
    def unlisted(self) -> int:
        """Searches of the period that are counted and not listed."""
        shown = listed(self.asked.since).aggregate(total=Sum("searches"))["total"] or 0
        return self.sums.searches - shown


def counts(since: date) -> QuerySet[SearchCount]:
    """Counts of the period, never older than what is kept."""
    return SearchCount.objects.filter(week__gte=max(since, oldest_kept()))


def listed(since: date, text: str = "") -> QuerySet[SearchCount]:
    """Counts of the words that may be shown, of those that hold `text` when it is given."""
    known = (
        counts(oldest_kept())
        .exclude(key=NAMELESS)
        .values("key")
        .annotate(total=Sum("searches"))
        .filter(total__gte=MIN_SEARCHES)
        .values("key")
    )
    rows = counts(since).filter(key__in=known)
    return rows.filter(key__contains=fold(text)) if text else rows


def totals() -> dict[str, Any]:
    """The sum of every number."""
    return {name: Sum(name, default=0) for name in NUMBERS}


def per_query() -> dict[str, Any]:
    """What is computed of one query over its weeks."""
    sums = totals()
    mean = F("positions") * 1.0 / Greatest(F("clicks"), 1)
    return {
        **sums,
        "words": Max("text"),
        "abandoned": Greatest(F("searches") - F("empty") - F("clicked"), 0),
        "mean": ExpressionWrapper(mean, output_field=FloatField()),
    }


def sums_of(row: Row) -> Sums:
    """A row's numbers."""
    return Sums(**{name: row[name] for name in NUMBERS})
