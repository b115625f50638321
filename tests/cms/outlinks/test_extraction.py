"""Links in what is published."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.outlinks.extraction import MAX_LINKS, Found, links_in, normal

HERE = "datacites.example"


def found(content: dict[str, object]) -> list[Found]:
    return links_in(content, HERE)


def test_links_of_rich_text_come_with_their_words() -> None:
    html = '<p>Voir <a href="https://a.example/x?a=1&amp;b=2">le <b>bilan</b></a>.</p>'
    assert found({"approach": html}) == [
        Found("https://a.example/x?a=1&b=2", "approach", "le bilan")
    ]


def test_addresses_of_rows_are_called_by_their_title() -> None:
    rows = [{"pk": 1, "title": "Le bilan", "url": "https://a.example/", "publisher": "Ville"}]
    assert found({"sources": rows}) == [Found("https://a.example/", "sources", "Le bilan")]


def test_blocks_are_read_whatever_they_are() -> None:
    blocks = [
        {"type": "text", "value": '<p><a href="https://a.example/1">un</a></p>'},
        {
            "type": "links",
            "value": {
                "title": "À voir",
                "links": [
                    {"type": "item", "value": {"label": "Deux", "url": "https://a.example/2"}}
                ],
            },
        },
        {"type": "video", "value": {"url": "https://a.example/3", "title": "Trois"}},
    ]
    assert [(each.url[-1], each.words) for each in found({"body": json.dumps(blocks)})] == [
        ("1", "un"),
        ("2", "Deux"),
        ("3", "Trois"),
    ]


def test_each_address_is_taken_once_without_its_fragment() -> None:
    content = {"website": "https://A.example/x#haut", "cost_source": "https://a.example/x#bas"}
    assert found(content) == [Found("https://a.example/x", "website")]


@pytest.mark.parametrize(
    "url",
    [
        "https://datacites.example/guide/",
        "mailto:a@a.example",
        "ftp://a.example/",
        "javascript:alert(1)",
        "/guide/",
        "https://",
        "https://[::1",
        "https://a.example/un deux",
        "https://a.example/" + "x" * 2000,
        "http://" + "a" * 300 + ".example/",
    ],
)
def test_what_does_not_lead_elsewhere_is_left_out(url: str) -> None:
    assert not found({"website": url, "text": f'<p><a href="{url}">ici</a></p>'})


def test_a_page_with_thousands_of_links_is_bounded() -> None:
    html = "".join(f'<a href="https://a.example/{n}">{n}</a>' for n in range(5000))
    assert len(found({"a": html, "b": html})) == MAX_LINKS


@given(
    st.recursive(
        st.none() | st.text() | st.integers(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_nothing_published_breaks_the_reading(value: object) -> None:
    found({"body": value, "text": json.dumps(value)})


@given(st.text())
def test_any_text_is_an_address_or_none(text: str) -> None:
    assert normal(normal("http://" + text)) == normal("http://" + text)
