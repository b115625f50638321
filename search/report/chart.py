"""Bars for weeks, as numbers that a template draws. Must not read the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from search.report.figures import Week

WIDTH = 720
HEIGHT = 120
WIDEST = 48


@dataclass(frozen=True)
class Bar:
    """One week: all its searches, and at the foot those that found nothing."""

    week: Week
    x: float
    width: float
    y: float
    height: float
    empty_y: float
    empty_height: float


@dataclass(frozen=True)
class Chart:
    """Every bar, on one scale."""

    bars: tuple[Bar, ...]
    top: int
    """What the highest bar stands for."""

    width = WIDTH
    height = HEIGHT


def chart(weeks: Sequence[Week]) -> Chart:
    """Draw `weeks` side by side."""
    top = max((week.sums.searches for week in weeks), default=0)
    step = WIDTH / max(len(weeks), 1)
    width = min(step * 0.8, WIDEST)
    bars = []
    for rank, week in enumerate(weeks):
        height = HEIGHT * week.sums.searches / top if top else 0
        empty = HEIGHT * week.sums.empty / top if top else 0
        bars.append(
            Bar(
                week=week,
                x=round(rank * step + (step - width) / 2, 2),
                width=round(width, 2),
                y=round(HEIGHT - height, 2),
                height=round(height, 2),
                empty_y=round(HEIGHT - empty, 2),
                empty_height=round(empty, 2),
            )
        )
    return Chart(tuple(bars), top)
