"""Addresses of pages of results. Must not know what is listed, nor how it was found."""

from collections.abc import Callable
from typing import Any

AROUND = 2
"""How many pages before and after the current one are named."""


def numbered(current: int, last: int, address: Callable[[int], str]) -> dict[str, Any]:
    """Addresses of the first, last, near, previous and next pages; gaps stand for the others."""
    near = range(max(current - AROUND, 1), min(current + AROUND, last) + 1)
    links: list[dict[str, Any]] = []
    before = 0
    for number in sorted({1, *near, last}):
        if number - before > 1:
            links.append({"gap": True})
        links.append({"number": number, "url": address(number), "current": number == current})
        before = number
    return {
        "links": links if last > 1 else [],
        "previous": address(current - 1) if current > 1 else "",
        "next": address(current + 1) if current < last else "",
    }
