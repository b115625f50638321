"""Names beside points of a map, none over another: the most important first, while room lasts.

It must not know what the points stand for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from casestudies.reference.france import Box, Point

Anchor = Literal["start", "middle", "end"]

# Mean width of a letter and height of a line, in font sizes, on the wide side for safety.
LETTER_WIDTH: Final = 0.58
ABOVE_BASELINE: Final = 0.8
BELOW_BASELINE: Final = 0.25


class Dot(NamedTuple):
    """A circle that labels must leave visible."""

    at: Point
    radius: float

    @property
    def box(self) -> Box:
        """The square around the circle."""
        x, y = self.at
        return Box(x - self.radius, y - self.radius, x + self.radius, y + self.radius)


class Request(NamedTuple):
    """A name to place beside a dot; ``key`` comes back with the label."""

    key: int
    text: str
    dot: Dot


@dataclass(frozen=True, slots=True)
class Label:
    """A name at its place: ``x`` and ``y`` are those of an SVG text with this anchor."""

    key: int
    text: str
    x: float
    y: float
    anchor: Anchor
    box: Box


def place_labels(
    requests: Sequence[Request],
    dots: Iterable[Dot],
    frame: Box,
    font_size: float,
    limit: int,
) -> list[Label]:
    """Return at most ``limit`` labels, in the order of the requests, without overlap."""
    obstacles = [dot.box for dot in dots]
    placed: list[Label] = []
    for request in requests:
        if len(placed) == limit:
            break
        for label in _candidates(request, font_size):
            blocked = any(label.box.meets(one.box) for one in placed) or any(
                label.box.meets(box) for box in obstacles
            )
            if frame.holds(label.box) and not blocked:
                placed.append(label)
                break
    return placed


def _candidates(request: Request, font_size: float) -> Iterable[Label]:
    """Yield the places a label may take, best first: right, left, above, below, then corners."""
    (x, y), radius = request.dot
    gap = radius + font_size * 0.3
    middle = y + font_size * 0.3
    above, below = y - gap - font_size * BELOW_BASELINE, y + gap + font_size * ABOVE_BASELINE
    places: tuple[tuple[float, float, Anchor], ...] = (
        (x + gap, middle, "start"),
        (x - gap, middle, "end"),
        (x, above, "middle"),
        (x, below, "middle"),
        (x + radius, above, "start"),
        (x + radius, below, "start"),
        (x - radius, above, "end"),
        (x - radius, below, "end"),
    )
    width = len(request.text) * LETTER_WIDTH * font_size
    shifts = {"start": 0.0, "middle": width / 2, "end": width}
    for left, baseline, anchor in places:
        start = left - shifts[anchor]
        box = Box(
            start,
            baseline - ABOVE_BASELINE * font_size,
            start + width,
            baseline + BELOW_BASELINE * font_size,
        )
        yield Label(request.key, request.text, round(left, 1), round(baseline, 1), anchor, box)
