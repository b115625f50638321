"""Dates known to the year, the month or the day: "2018", "2018-09", "2018-09-04"."""

import datetime
import re

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

FULL = 3
PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z")


def parse_partial_date(text: str) -> tuple[datetime.date, int]:
    """(first day of the period, how many parts are known). Raises ValueError if it is no date."""
    match = PARTIAL_DATE.match(text)
    if not match:
        raise ValueError(f"{text!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = match.groups()
    known = 1 + (month is not None) + (day is not None)
    return datetime.date(int(year), int(month or 1), int(day or 1)), known


def validate_partial_date(text: str) -> None:
    """Raise ValidationError unless `text` is a partial date."""
    try:
        parse_partial_date(text)
    except ValueError as error:
        raise ValidationError(
            _("Écrivez l'année (2018), l'année et le mois (2018-09) ou la date (2018-09-04).")
        ) from error


def show_partial_date(text: str) -> str:
    """ "4 septembre 2018", "septembre 2018" or "2018"; anything else as it is."""
    try:
        date, known = parse_partial_date(text)
    except ValueError:
        return text
    shown = date_format(date, ("Y", "F Y", "j F Y")[known - 1])
    return shown.replace("1 ", "1er ", 1) if known == FULL and date.day == 1 else shown
