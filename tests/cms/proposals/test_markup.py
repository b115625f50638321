"""Running text written with marks for whoever has no script, and read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.differences.blocks import Block, Mark, Span, settle
from cms.differences.markup import to_blocks
from cms.differences.markup import to_html as written
from cms.proposals.markup import rewritten, settled, to_html, to_plain

BOLD, ITALIC = Mark("b"), Mark("i")
LINK = Mark("a", (("href", "https://ville.fr/a_b(c)?d=1&e=*2*"),))
words = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S"])
    | st.sampled_from(" *_#->`[]()!<&\\1.+=~|"),
    min_size=1,
    max_size=12,
)
marks = st.sampled_from([(), (), (), (BOLD,), (ITALIC,), (LINK,), (LINK, BOLD)])
spans = st.lists(st.builds(Span, words, marks), min_size=1, max_size=4).map(settle).filter(bool)


def blocks_of() -> st.SearchStrategy[list[Block]]:
    plain = st.builds(Block, st.sampled_from(["p", "h2", "h3", "blockquote"]), spans)
    item = st.builds(
        Block,
        st.just("li"),
        spans,
        st.sampled_from([("ul",), ("ol",), ("ul", "ul"), ("ul", "ol")]),
    )
    return st.lists(plain | item, max_size=6)


@given(blocks_of())
def test_words_survive_the_plain_form(blocks: list[Block]) -> None:
    html = written(to_blocks(written(blocks)))
    before = [word for block in to_blocks(html) for word in block.text.split()]
    after = [word for block in to_blocks(to_html(to_plain(html))) for word in block.text.split()]
    assert "".join(after) == "".join(before)


@given(blocks_of())
def test_what_was_not_touched_is_given_back_as_it_was(blocks: list[Block]) -> None:
    html = written(blocks)
    shown = to_plain(html)
    assert rewritten(html, shown, shown.replace("\n", "\r\n")) == html


@pytest.mark.parametrize(
    "html",
    [
        "<p>Un.</p><p>Deux.</p>",
        "<h3>Titre</h3><p>Un <b>mot</b> et <i>un autre</i>.</p>",
        "<ul><li>Un</li><li>Deux</li></ul><p>Après.</p>",
        "<ol><li>Un</li><li>Deux</li><li>Trois</li></ol>",
        "<ul><li>Un<ul><li>Dedans</li></ul></li><li>Deux</li></ul>",
        "<blockquote>Une parole</blockquote>",
        '<p>Voir <a href="https://ville.fr/">la ville</a>.</p>',
        "<p>3. n’est pas une liste</p>",
        "<p># ni un titre</p>",
        "<p>- ni ceci</p>",
        "<p>2 * 3 * 4 &lt; 5 &amp; _mot_</p>",
        "<p>Une ligne<br/>une autre</p>",
    ],
)
def test_ordinary_texts_come_back_the_same(html: str) -> None:
    assert to_blocks(to_html(to_plain(html))) == to_blocks(html)


def test_a_change_keeps_what_marks_cannot_say() -> None:
    html = '<p>CO<sub>2</sub> mesuré en <abbr title="parties par million">ppm</abbr>.</p><p>Ensuite rien.</p>'
    shown = to_plain(html)
    changed = rewritten(html, shown, shown.replace("rien", "tout"))
    assert changed == html.replace("rien", "tout")


def test_typed_html_is_shown_as_text() -> None:
    html = to_html("<script>alert(1)</script> **gras** [lien](javascript:alert(1))")
    assert "<script" not in html
    assert "javascript:" not in html.replace("(javascript", "") or "href" not in html
    assert "<b>gras</b>" in html or "<strong>gras</strong>" in html


def test_an_editor_that_writes_the_same_otherwise_changes_nothing() -> None:
    html = "<p>Un <b>mot</b>.</p><ul><li>Deux</li></ul>"
    assert settled(html, "<p>Un <strong>mot</strong>.</p>\n<ul>\n<li><p>Deux</p></li></ul>") == html


@pytest.mark.parametrize("text", ["[" * 50_000, "> " * 20_000 + "a", "*a " * 30_000, "- " * 20_000])
def test_hostile_marks_are_read_in_bounded_time(text: str) -> None:
    assert isinstance(to_html(text), str)
