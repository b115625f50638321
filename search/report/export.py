"""The report as a file for a spreadsheet, written row by row.

A cell that a spreadsheet would take for a formula starts with an apostrophe. The file starts with a
byte order mark and parts cells with semicolons: so it opens with its accents and columns in French
versions of common spreadsheets.
"""

import csv
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from search.report.figures import Figures, Row, sums_of

FORMULA_SIGNS = frozenset("=+-\u2212@|%\t\r\n")
"""Full-width and small forms are compared as these."""
BYTE_ORDER_MARK = "\ufeff"
CHUNK = 500


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The file's lines; every cell is quoted, so that no separator inside one makes another."""
    writer = csv.writer(_Echo(), delimiter=";", quoting=csv.QUOTE_ALL)
    yield BYTE_ORDER_MARK
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def cell(value: Any) -> str:
    """What is written for `value`; text is made harmless."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.1f}".replace(".", ",")
    return harmless(value) if isinstance(value, str) else str(value)


def harmless(text: str) -> str:
    """`text`, never read as a formula: neither by its first sign nor by the first one that shows."""
    plain = unicodedata.normalize("NFKC", text)
    shown = next((sign for sign in plain if sign.isprintable() and not sign.isspace()), "")
    return f"'{text}" if {shown, text[:1]} & FORMULA_SIGNS else text


def query_rows(figures: Figures) -> Iterator[list[Any]]:
    """One row per query, as the page lists them."""
    yield [_("mots cherchés"), *headers()]
    for row in figures.queries.iterator(CHUNK):
        yield [row["words"], *numbers(row)]


def week_rows(figures: Figures) -> Iterator[list[Any]]:
    """One row per week and query."""
    yield [_("semaine du"), _("mots cherchés"), *headers()]
    for row in figures.queries_by_week.iterator(CHUNK):
        yield [row["week"].isoformat(), row["text"], *numbers(row)]


def headers() -> list[str]:
    """The names of the columns of numbers."""
    return [
        _("recherches"),
        _("sans résultat"),
        _("sans suite"),
        _("résultats ouverts"),
        _("dont parmi les trois premiers"),
        _("position moyenne"),
    ]


def numbers(row: Row) -> list[Any]:
    """The columns of numbers."""
    sums = sums_of(row)
    return [
        sums.searches,
        sums.empty,
        sums.abandoned,
        sums.clicks,
        sums.first_three,
        sums.mean_position,
    ]
