"""Thousands of published vectors through the doors that contributed text passes."""

from collections.abc import Callable

import pytest
from brs_kb import get_all_payloads

from cms.differences.markup import to_blocks
from cms.differences.markup import to_html as written
from cms.discussions.body import clean_text, render
from cms.proposals.markup import to_html
from cms.sanitization import HtmlTooLong, clean, clean_for_display
from tests.hostile import Shape

PAYLOADS = [str(each["payload"]) for each in get_all_payloads().values()]
TOGETHER = 50
DOORS: dict[str, Callable[[str], str]] = {
    "stored": clean,
    "shown": clean_for_display,
    "in blocks": lambda text: clean_for_display(written(to_blocks(clean(text)))),
    "plain marks": lambda text: clean_for_display(to_html(text)),
    "discussion": lambda text: render(clean_text(text)),
}


def test_there_are_as_many_as_are_said() -> None:
    assert len(PAYLOADS) > 4_000


@pytest.mark.parametrize("door", DOORS)
def test_no_published_vector_acts(door: str) -> None:
    plain = Shape(DOORS[door]("Un texte https://ville.fr/"))
    wrong: list[str] = []
    for start in range(0, len(PAYLOADS), TOGETHER):
        shown = []
        for payload in PAYLOADS[start : start + TOGETHER]:
            try:
                shown.append(f"<div>{DOORS[door](payload)}</div>")
            except HtmlTooLong:
                continue
        wrong += plain.strange("".join(shown))
    assert not wrong[:5]
