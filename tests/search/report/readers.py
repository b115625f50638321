"""A reader's browser as requests show it, and counts put straight into the database."""

from datetime import timedelta
from typing import Any

from search.models import SearchCount
from search.report.counting import this_week
from search.report.readers import counted_key

READER = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
    "Accept-Language": "fr,en;q=0.5",
}


def make_count(text: str, weeks_ago: int = 0, **numbers: int) -> SearchCount:
    """What readers did with `text` in one week; searched twice unless said otherwise."""
    values: dict[str, Any] = {"searches": 2, **numbers}
    monday = this_week() - timedelta(weeks=weeks_ago)
    return SearchCount.objects.create(week=monday, key=counted_key(text), text=text, **values)
