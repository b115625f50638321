"""Rich text read as blocks and written back."""

import time

import pytest
from hypothesis import given, settings

from cms.differences.blocks import Block, Mark, Span
from cms.differences.markup import MAX_DEPTH, to_blocks, to_html
from cms.sanitization import clean
from tests.cms.differences.texts import rich_text

BOLD = (Mark("b"),)


def block(html: str) -> Block:
    (only,) = to_blocks(html)
    return only


@pytest.mark.parametrize(
    ("html", "tag", "lists"),
    [
        ("<p>Un mot</p>", "p", ()),
        ("Un mot", "p", ()),
        ("<div>Un mot</div>", "p", ()),
        ("<h2>Un mot</h2>", "h2", ()),
        ("<blockquote>Un mot</blockquote>", "blockquote", ()),
        ("<ul><li>Un mot</li></ul>", "li", ("ul",)),
        ("<ul><li><ol><li>Un mot</li></ol></li></ul>", "li", ("ul", "ol")),
        ("<li>Un mot</li>", "li", ("ul",)),
    ],
)
def test_a_block_knows_what_it_is(html: str, tag: str, lists: tuple[str, ...]) -> None:
    assert block(html) == Block(tag, (Span("Un mot"),), lists)


def test_blocks_come_in_reading_order() -> None:
    html = "<h2>A</h2><p>B</p><ul><li>C<ul><li>D</li></ul></li><li>E</li></ul><hr/><p>F</p>"
    found = to_blocks(html)
    assert [each.text for each in found] == ["A", "B", "C", "D", "E", "", "F"]
    assert [len(each.lists) for each in found] == [0, 0, 1, 2, 1, 0, 0]


@pytest.mark.parametrize(
    "html",
    [
        "<h2>A</h2><p>B <b>gras</b> et <i>fin</i></p><h3>C</h3>",
        "<ul><li>A<ul><li>B</li><li>C</li></ul></li><li>D</li></ul><p>E</p>",
        "<ol><li>A</li></ol><ul><li>B</li></ul>",
        '<p><a href="https://a.fr/?a=1&amp;b=2">un lien <b>gras</b></a> ici</p>',
        '<p><a linktype="page" id="12">une page</a> et CO<sub>2</sub></p>',
        '<p>un <abbr title="Système &quot;SIG&quot;">SIG</abbr><br/>et &lt;b&gt; &amp;amp;</p>',
        "<table><caption>T</caption><tr><th>A</th><td>B</td></tr><tr><td></td><td>C</td></tr></table>",
        '<embed alt="Un plan" embedtype="image" id="3" format="left"/><hr/>',
        "<blockquote>A<br/>B</blockquote><blockquote>C</blockquote>",
    ],
)
def test_what_the_editor_writes_comes_back_as_it_was(html: str) -> None:
    assert to_html(to_blocks(html)) == html


@pytest.mark.parametrize(
    ("html", "same"),
    [
        ("<p><strong>a</strong> <em>b</em></p>", "<p><b>a</b> <i>b</i></p>"),
        ("<p><i><b>a</b></i></p>", "<p><b><i>a</i></b></p>"),
        ("<p>a\n  b&#32;c</p>\n<p></p>", "<p>a b c</p>"),
        ("<p><b>a </b>b</p>", "<p><b>a</b> b</p>"),
        ("<p>a<b> b</b></p>", "<p>a <b>b</b></p>"),
        ("<p>e&#769;te&#x0301;</p>", "<p>été</p>"),
        ("<p>a<br/></p>", "<p>a</p>"),
        ("<p>&nbsp;</p><p>a&nbsp; b</p>", "<p>a\u00a0b</p>"),
        ("<li><p>a</p><p>b</p></li>", "<ul><li>a<br/>b</li></ul>"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "<blockquote>a<br/>b</blockquote>"),
        ("<p><a>a</a></p>", "<p>a</p>"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        (
            "<table><tbody><tr> <td>a</td> </tr></tbody></table>",
            "<table><tr><td>a</td></tr></table>",
        ),
        ("<p>a\x00b\x1bc</p>", "<p>abc</p>"),
    ],
)
def test_what_no_reader_sees_is_no_difference(html: str, same: str) -> None:
    assert to_blocks(html) == to_blocks(same)


def test_marks_go_with_their_words() -> None:
    assert block("<p>Un <b>mot</b> gras</p>").spans == (
        Span("Un "),
        Span("mot", BOLD),
        Span(" gras"),
    )


def test_a_space_between_two_styles_takes_what_they_share() -> None:
    html = '<p><a href="/a">un <b>lien</b></a> et <b>gras</b></p>'
    assert to_html(to_blocks(html)) == html


def test_an_image_in_a_paragraph_is_a_block_with_its_alternative_text() -> None:
    found = to_blocks('<p>a <img src="x.png" alt="Une carte"/> b</p>')
    assert [each.tag for each in found] == ["p", "img", "p"]
    assert found[1] == Block("img", (Span("Une carte"),), attributes=(("src", "x.png"),))


def test_a_link_knows_where_it_leads() -> None:
    assert block('<p><a href="https://a.fr">a</a></p>').spans[0].target == "https://a.fr"
    assert block('<p><a linktype="page" id="3">a</a></p>').spans[0].target == "page 3"


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script><p>a</p>",
        "<style>p{}</style><p>a</p>",
        "<p>a</p><script><p>b</p>",
    ],
)
def test_scripts_and_styles_say_nothing(html: str) -> None:
    assert [each.text for each in to_blocks(html)] == ["a"]


def test_what_looks_like_a_tag_and_is_none_stays_text() -> None:
    html = to_html(to_blocks("<p>1 < 2 et &lt;script&gt;x&lt;/script&gt; > <"))
    assert html == "<p>1 &lt; 2 et &lt;script&gt;x&lt;/script&gt; &gt; &lt;</p>"


def test_attributes_cannot_leave_their_quotes() -> None:
    html = to_html(to_blocks('<p><a href="&quot;&gt;&lt;img src=x onerror=y&gt;">a</a></p>'))
    assert "<img" not in html
    assert html.count('"') == 2


@settings(max_examples=400, deadline=None)
@given(rich_text)
def test_blocks_survive_being_written_and_read_again(html: str) -> None:
    found = to_blocks(html)
    assert to_blocks(to_html(found)) == found


@settings(max_examples=100, deadline=None)
@given(rich_text)
def test_what_is_written_passes_the_html_door_unchanged(html: str) -> None:
    found = to_blocks(clean(html.replace("\ud800", "")))
    assert to_blocks(clean(to_html(found))) == found


DEEP = 10_000


@pytest.mark.parametrize(
    "html",
    [
        "<ul><li>" * DEEP + "a",
        "<b><i>" * DEEP + "a" + "</i></b>" * DEEP,
        "<b>" * DEEP + "</i>" * DEEP + "a",
        "<blockquote>" * DEEP + "a" + "</blockquote>" * DEEP,
        "<table><tr><td>" * DEEP + "a",
        "<a " * 60_000 + "a",
        '<a "' * 50_000 + "a",
        '<a href="' * 20_000 + "a",
        "<" * 200_000 + "a",
        "<a" + " x" * 100_000 + "a",
        "<p " + "a" * 200_000,
        "&" * 200_000 + "a",
        "<!--" * 50_000 + "a",
        "<p>a<br>" * 20_000,
        "a" + "<x>\u0301" * 40_000,
        "a" + "\u0301\u0316" * 100_000,
        "&#" + "9" * 200_000,
        "a&#0000000000000000000000000097;",
        "<p>a" + " \u00a0" * 100_000,
    ],
)
def test_no_text_takes_long_to_read(html: str) -> None:
    began = time.process_time()
    found = to_blocks(html)
    assert found
    assert to_blocks(to_html(found)) == found
    assert time.process_time() - began < 8


def test_lists_are_read_to_a_bounded_depth() -> None:
    assert len(block("<ul><li>" * 50 + "a").lists) == MAX_DEPTH
