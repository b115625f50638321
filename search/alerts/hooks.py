"""What saved searches add to the page of all that somebody follows."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from cms.following.models import Correspondent
from search import labels
from search.alerts.following import alerts_of
from search.alerts.mail import alert_url, query_of
from search.wording import in_words


@dataclass(frozen=True)
class AlertsSection:
    """The searches that a mailbox follows, and where they are managed."""

    alerts: list[tuple[str, str]]
    """(words, address of the alert's page) of each."""
    template: str = "search/alerts/section.html"


def alerts_section(request: HttpRequest, correspondent: Correspondent) -> Any:
    """Nothing for a mailbox that follows no search, or is not known to be theirs."""
    if not correspondent.is_confirmed:
        return None
    alerts = list(alerts_of(correspondent.address.lower())[:50])
    if not alerts:
        return None
    closed = labels.closed_labels()
    return AlertsSection(
        [(in_words(query_of(alert), closed), alert_url("search:alert", alert)) for alert in alerts]
    )
