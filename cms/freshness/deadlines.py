"""Dates by which pages are to be confirmed. Must not read the database."""

import calendar
from datetime import date, timedelta

from django.apps import apps

from cms.models import BasePage

ASK_AUTHOR_BEFORE = timedelta(days=30)
ASK_ORGANISATION_AFTER = timedelta(days=14)
"""How long the author has to answer before the organization is asked."""
MAX_MONTHS = 36
"""The furthest date that can be chosen."""


def months_later(day: date, months: int) -> date:
    """The same day some months later, or the last one of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return day.replace(
        year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1])
    )


def confirmed_kinds() -> dict[type[BasePage], int]:
    """The kinds of pages that are confirmed, and for how many months each is taken for exact."""
    return {
        kind: kind.confirm_within_months
        for kind in apps.get_models()
        if issubclass(kind, BasePage) and kind.confirm_within_months
    }
