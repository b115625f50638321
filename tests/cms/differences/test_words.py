"""What changed between two texts, told in whole words."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.differences.blocks import settle
from cms.differences.markup import to_blocks
from cms.differences.words import Nature, Run, Token, difference, tokens
from tests.cms.differences.texts import rich_text


def tokenized(html: str) -> list[Token]:
    return [token for block in to_blocks(html) for token in tokens(block.spans)]


def text(side: tuple[Token, ...]) -> str:
    return "".join(token.text + token.space for token in side)


def told(before: str, after: str) -> list[str]:
    """Only what changed: "-removed+added", or "~restyled"."""
    found = []
    for run in difference(tokenized(before), tokenized(after)):
        if run.nature == Nature.REPLACED:
            removed, added = text(run.before).strip(" "), text(run.after).strip(" ")
            found.append((f"-{removed}" if removed else "") + (f"+{added}" if added else ""))
        elif run.nature == Nature.RESTYLED:
            found.append(f"~{text(run.after).strip()}")
    return found


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("l'eau d’hier", ["l'", "eau", "d’", "hier"]),
        ("aujourd'hui", ["aujourd'", "hui"]),
        ("20 000 € en 2017 300", ["20 000", "€", "en", "2017", "300"]),
        ("3,5 % et 10.000", ["3,5", "%", "et", "10.000"]),
        ("rendez-vous, non ?", ["rendez-vous", ",", "non", "?"]),
        ("3e étage, m²", ["3e", "étage", ",", "m²"]),
        ("x̂ et ŷ́", ["x̂", "et", "ŷ́"]),
        ("🇫🇷🇩🇪 👨‍👩‍👧 👍🏽", ["🇫🇷", "🇩🇪", "👨‍👩‍👧", "👍🏽"]),
        ("CO<sub>2</sub> bas", ["CO2", "bas"]),
        ("a<br/>b", ["a", "\n", "b"]),
    ],
)
def test_french_is_cut_into_words_and_signs(written: str, expected: list[str]) -> None:
    assert [token.text for token in tokenized(f"<p>{written}</p>")] == expected


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("Le maire ouvre la porte", "Le maire ferme la porte", ["-ouvre+ferme"]),
        ("Le maire ouvre", "Le maire de Poitiers ouvre", ["+de Poitiers"]),
        ("Le maire de Poitiers ouvre", "Le maire ouvre", ["-de Poitiers"]),
        ("20 000 capteurs", "25 000 capteurs", ["-20 000+25 000"]),
        ("un rendez-vous", "un rendez-moi", ["-rendez-vous+rendez-moi"]),
        ("l'eau", "l'air", ["-eau+air"]),
        ("oui", "oui", []),
        ("", "oui", ["+oui"]),
        ("oui", "", ["-oui"]),
    ],
)
def test_changes_are_whole_words(before: str, after: str, changes: list[str]) -> None:
    assert told(before, after) == changes


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("l'eau", "l’eau"),
        ("Pourquoi ?", "Pourquoi\u202f?"),
        ("20 000 €", "20\u202f000\u00a0€"),
        ("a  b", "a b"),
        ("été", "e\u0301te\u0301"),
    ],
)
def test_typography_is_no_other_word(before: str, after: str) -> None:
    assert told(before, after) == []


def test_a_few_words_shared_by_chance_are_part_of_the_rewriting() -> None:
    before = "Nous avons installé de nombreux capteurs dans la ville"
    after = "Plusieurs équipements de mesure existent dans chaque quartier"
    assert len(told(before, after)) == 1


def test_what_was_kept_on_purpose_is_not_rewritten() -> None:
    assert told(
        "La ville a posé 20 000 capteurs en 2017.", "La commune a posé 25 000 capteurs en 2018."
    ) == ["-ville+commune", "-20 000+25 000", "-2017+2018"]


def test_a_sentence_is_added_from_its_beginning() -> None:
    assert told("Un chat dort. Il rêve.", "Un chat dort. Il mange. Il rêve.") == ["+Il mange."]
    assert told("Un chat dort. Il mange. Il rêve.", "Un chat dort. Il rêve.") == ["-Il mange."]


def test_a_line_break_is_seen() -> None:
    assert told("<p>a b</p>", "<p>a<br/>b</p>") == ["+\n"]


def test_a_style_that_changed_is_told_apart_from_a_word_that_did() -> None:
    assert told("<p>un mot gras</p>", "<p>un <b>mot</b> gras</p>") == ["~mot"]
    assert told("<p>CO2 bas</p>", "<p>CO<sub>2</sub> bas</p>") == ["~CO2"]
    assert told("<p>un mot</p>", "<p>un <b>autre</b> mot</p>") == ["+autre"]


def test_a_link_that_leads_elsewhere_says_from_where_to_where() -> None:
    before, after = (f'<p>voir <a href="https://{name}.fr">ici</a></p>' for name in "ab")
    (run,) = (
        run
        for run in difference(tokenized(before), tokenized(after))
        if run.nature == Nature.RESTYLED
    )
    assert (run.targets_before, run.targets_after) == (("https://a.fr",), ("https://b.fr",))


def rebuilt(runs: list[Run], side: int) -> list[Token]:
    return [token for run in runs for token in (run.before, run.after)[side]]


@settings(max_examples=200, deadline=None)
@given(rich_text)
def test_nothing_of_a_text_is_lost_in_its_words(html: str) -> None:
    for block in to_blocks(html):
        found = tokens(block.spans)
        assert text(tuple(found)) == block.text
        pieces = (
            piece
            for token in found
            for piece in (*token.spans, block.spans[0]._replace(text=token.space, style=()))
        )
        assert settle(pieces) == block.spans


words = st.lists(
    st.sampled_from(["le", "la", "ville", "mesure", "capteurs", "données", ".", ","]), max_size=25
)


@settings(max_examples=300, deadline=None)
@given(words, words)
def test_both_texts_can_be_read_in_what_is_told(before: list[str], after: list[str]) -> None:
    olds, news = tokenized(" ".join(before)), tokenized(" ".join(after))
    runs = difference(olds, news)
    assert rebuilt(runs, 0) == olds
    assert rebuilt(runs, 1) == news
    for run in runs:
        if run.nature == Nature.SAME:
            assert [token.key for token in run.before] == [token.key for token in run.after]


@settings(max_examples=100, deadline=None)
@given(rich_text)
def test_a_text_does_not_differ_from_itself(html: str) -> None:
    found = tokenized(html)
    assert {run.nature for run in difference(found, found)} <= {Nature.SAME}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("le " * 60_000, "le " * 50_000 + "la " * 10_000),
        ("le la " * 10_000, "la le le " * 7_000),
        (" ".join(f"a{n}" for n in range(30_000)), " ".join(f"b{n}" for n in range(30_000))),
        (" ".join(f"m{n} x" for n in range(4_000)), " ".join(f"m{n} y" for n in range(4_000))),
        ("," * 100_000, ".," * 50_000),
        ("a" * 200_000, "a" * 199_999 + "b"),
    ],
)
def test_no_text_takes_long_to_compare(before: str, after: str) -> None:
    olds, news = tokenized(before), tokenized(after)
    began = time.process_time()
    runs = difference(olds, news)
    assert time.process_time() - began < 5
    assert (rebuilt(runs, 0), rebuilt(runs, 1)) == (olds, news)
