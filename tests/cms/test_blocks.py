"""Blocks: what they refuse and what they show."""

import pytest
from django.core.exceptions import ValidationError
from wagtail.blocks import StreamValue
from wagtail.rich_text import RichText

from cms.blocks import BodyStreamBlock, CalloutBlock, ProseBlock, VideoBlock
from cms.blocks.table import table_value

pytestmark = pytest.mark.django_db
body = BodyStreamBlock()


def rendered(kind: str, value: object) -> str:
    stream = body.to_python([{"type": kind, "value": value}])
    assert isinstance(stream, StreamValue)
    return stream[0].render()


def test_running_text_is_cleaned_when_it_is_stored() -> None:
    block = ProseBlock()
    assert block.clean(RichText("<p onclick=x>a<script>b</script></p>")).source == "<p>a</p>"


def test_running_text_is_cleaned_again_when_it_is_shown() -> None:
    assert "<script" not in rendered("text", "<p>a<script>alert(1)</script></p>")


def test_no_block_takes_raw_html() -> None:
    assert "RawHTMLBlock" not in {type(child).__name__ for child in body.child_blocks.values()}


def test_a_table_shows_its_caption_and_headers() -> None:
    html = rendered(
        "table",
        table_value(
            "Deux villes", ["Ville", "Habitants"], [["Antony", "64 263"]], "Source : INSEE"
        ),
    )
    assert "<caption>Deux villes</caption>" in html
    assert '<th scope="col">Ville</th>' in html
    assert '<th scope="row">Antony</th>' in html


def test_markup_in_a_table_is_text() -> None:
    html = rendered(
        "table", table_value("<b>x</b>", ["<script>"], [["<img src=x onerror=alert(1)>"]])
    )
    assert "<img" not in html
    assert "<script>" not in html
    assert "<b>" not in html


def test_an_exercise_is_told_from_a_remark() -> None:
    html = rendered(
        "callout",
        {"tone": "exercise", "title": "Relier les services", "text": "<ol><li>a</li></ol>"},
    )
    assert 'class="exercise"' in html


def test_a_key_figure_says_its_nature() -> None:
    html = rendered(
        "key_figure", {"value": "-65 %", "label": "de consommation", "nature": "promised"}
    )
    assert "nature-promised" in html
    assert "promis" in html


@pytest.mark.parametrize(
    "url", ["https://evil.example/v", "http://www.youtube.com/watch?v=1", "javascript:alert(1)"]
)
def test_a_video_elsewhere_than_on_known_platforms_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        VideoBlock().clean(
            VideoBlock().to_python({"url": url, "title": "t", "transcript": "ce qui est dit"})
        )


def test_a_callout_text_is_cleaned() -> None:
    value = CalloutBlock().to_python({"tone": "info", "title": "t", "text": "<p style=x>a</p>"})
    assert CalloutBlock().clean(value)["text"].source == "<p>a</p>"
