"""The words of a message: cleaned, linked, quoted, and never markup."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.discussions.body import clean_line, clean_text, first_words, handles_in, render
from tests.cms.discussions.vectors import VECTORS

OWN = {"p", "br", "blockquote", "a", "span"}


class Tags(HTMLParser):
    """The tags of a text and their attributes, as a browser would meet them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.met: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.met.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def harmless(html: str) -> bool:
    """Whether there is nothing in it but what `render` writes."""
    return all(
        tag in OWN
        and set(attrs) <= {"dir", "href", "rel", "class"}
        and (tag != "a" or str(attrs["href"]).lower().startswith(("http://", "https://")))
        for tag, attrs in Tags(html).met
    )


@pytest.mark.parametrize("text", VECTORS)
def test_no_vector_becomes_markup(text: str) -> None:
    for written in (text, clean_text(text), f"> {text}", f"@{text}", f"https://a.example/{text}"):
        html = render(written, {"alice.test"})
        assert harmless(html), html


@given(st.text(max_size=300), st.sampled_from(["", "> ", "@", "https://", "http://a.example/"]))
def test_no_text_becomes_markup_and_every_word_shows(text: str, before: str) -> None:
    cleaned = clean_text(before + text)
    html = render(cleaned)
    assert harmless(html)
    if ">" not in cleaned:
        assert "".join(Tags(html).words.split()) == "".join(cleaned.split())


def test_paragraphs_lines_and_quotes_are_kept() -> None:
    html = render("Un.\nDeux.\n\nTrois.\n> Cité.\n> Encore.\nQuatre.")
    assert html == (
        '<p dir="auto">Un.<br>Deux.</p>\n<p dir="auto">Trois.</p>\n'
        '<blockquote><p dir="auto">Cité.<br>Encore.</p></blockquote>\n<p dir="auto">Quatre.</p>'
    )


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("Voir https://a.example/b?c=d&e=f.", "https://a.example/b?c=d&e=f"),
        ("(https://a.example/b)", "https://a.example/b"),
        ("https://fr.wikipedia.org/wiki/Brest_(Finistère) !", "https://fr.wikipedia.org/wiki/Brest_(Finistère)"),
        ("« http://a.example/ »", "http://a.example/"),
        ("HTTPS://a.example", "HTTPS://a.example"),
    ],
)  # fmt: skip
def test_addresses_of_the_web_are_links(text: str, url: str) -> None:
    (link,) = [attrs for tag, attrs in Tags(render(text)).met if tag == "a"]
    assert link == {"href": url, "rel": "nofollow ugc noopener"}


@pytest.mark.parametrize(
    "text",
    ["camille@ville.fr", "mailto:camille@ville.fr", "ftp://a.example", "javascript:alert(1)",
     "https://datacites.fr@evil.example/", "https://", "http://[", "xhttps://a.example", "//a.example"],
)  # fmt: skip
def test_nothing_else_is_a_link(text: str) -> None:
    assert "<a" not in render(text)


def test_only_handles_that_were_called_are_marked() -> None:
    html = render("@Alice.Test et @bob, @alice.test.", {"alice.test"})
    assert html.count('class="mention"') == 2
    assert "@bob" in html


def test_handles_are_found_once_in_order_and_neither_in_quotes_nor_in_addresses() -> None:
    body = (
        "@brest, @Alice.Test. @ville_une, (@jean-luc.le-goff-2) @brest\n> @quoted.person\n"
        "camille@ville.fr https://a.example/@someone @@twice /@path"
    )
    assert handles_in(body) == ["brest", "alice.test", "ville_une", "jean-luc.le-goff-2"]


def test_signs_that_hide_or_reverse_others_are_left_out() -> None:
    assert clean_text("a\u202eb\u2066c\u200bd\x00e\x1bf\ufeffg") == "abcdefg"
    assert clean_text("a\r\nb\rc\u2028d\te") == "a\nb\nc\nd e"
    assert clean_text("👩\u200d💻") == "👩\u200d💻"
    assert clean_text("a\n\n\n\nb") == "a\n\nb"
    assert clean_text("\u200b \u202e\n") == ""
    assert clean_line("a\nb\r\n c") == "a b c"


def test_a_thread_without_title_is_named_by_what_it_begins_with() -> None:
    assert first_words("> Cité\nUne question\ncourte") == "Une question courte"
    assert first_words("mot " * 60).endswith(" mot…")
    assert len(first_words("x" * 5000)) <= 81


def test_the_longest_messages_are_shown_fast() -> None:
    began = time.perf_counter()
    for sign in (
        "@a",
        "https://a.example/)",
        ")",
        "@a.",
        "a.",
        "> ",
        "\n",
        "https://",
        "<",
        "(",
        "@",
    ):
        body = (sign * 5000)[:5000]
        render(body, {"a"})
        render(f"https://a.example/{body}"[:5000])
        handles_in(body)
    assert time.perf_counter() - began < 2
