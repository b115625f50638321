"""What a template shows of a comparison."""

import re
import time
from html.parser import HTMLParser

import pytest
from django.utils.safestring import SafeString
from hypothesis import given, settings

from cms.differences import Comparison, compare, merge, sections, shown_conflict
from cms.differences.rendering import MAX_ROWS, Fold, Row, Section
from tests.cms.differences.texts import choice, line, prose, rich_text, rows

CONTEXT = "<h3>Contexte</h3><p>La ville mesure la qualité de son air depuis dix ans.</p>"
RESULTS = "<h3>Résultats</h3><p>Les fenêtres restent ouvertes plus longtemps le matin.</p>"
LONG = "".join(f"<p>Paragraphe {n}.</p>" for n in range(10))


def visible(html: str) -> str:
    """Text as the eye gets it."""
    return re.sub(r'<span class="visually-hidden">.*?</span>', "", html)


def spoken(html: str) -> str:
    """Text as a screen reader gets it."""
    return re.sub(r"<[^>]+>", "", html)


def every_row(comparison: Comparison) -> list[Row]:
    pieces = [piece for section in sections(comparison) for piece in section.pieces]
    return [row for piece in pieces for row in (piece.rows if isinstance(piece, Fold) else [piece])]


def in_sight(section: Section) -> list[Row]:
    return [piece for piece in section.pieces if isinstance(piece, Row)]


def only_row(before: str, after: str) -> Row:
    (row,) = every_row(compare(prose(before), prose(after)))
    return row


def test_words_are_marked_for_the_eye_and_said_for_the_ear() -> None:
    (cell,) = only_row("<p>Le maire ouvre.</p>", "<p>Le maire ferme.</p>").cells
    assert visible(cell.inline) == "Le maire <del>ouvre</del><ins>ferme</ins>."
    assert spoken(cell.inline) == "Le maire supprimé : ouvre (fin)ajouté : ferme (fin)."


def test_two_columns_show_each_version_with_its_own_words_marked() -> None:
    (cell,) = only_row("<p>Le maire ouvre.</p>", "<p>Le maire ferme.</p>").cells
    assert visible(cell.before) == "Le maire <del>ouvre</del>."
    assert visible(cell.after) == "Le maire <ins>ferme</ins>."


def test_what_was_added_whole_has_nothing_on_the_left() -> None:
    (cell,) = only_row("", "<p>Un mot</p>").cells
    assert (cell.before, visible(cell.after)) == ("", "<ins>Un mot</ins>")


def test_records_are_shown_by_label() -> None:
    before, after = (
        rows({"Titre": "Rapport", "Date": "2017"}),
        rows({"Titre": "Rapport", "Date": "2018"}),
    )
    (row,) = every_row(compare(before, after))
    assert [(cell.label, visible(cell.inline)) for cell in row.cells] == [
        ("Titre", "Rapport"),
        ("Date", "<del>2017</del><ins>2018</ins>"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        ("un mot", "un <b>mot</b>", "[mise en forme modifiée]"),
        ("un mot", 'un <a href="/a">mot</a>', "[lien ajouté : /a]"),
        ('un <a href="/a">mot</a>', "un mot", "[lien retiré : /a]"),
        ('un <a href="/a">mot</a>', 'un <a href="/b">mot</a>', "[lien modifié : /a → /b]"),
        ('un <a linktype="page" id="3">mot</a>', 'un <a href="/b">mot</a>', "[lien modifié : page 3 → /b]"),
        ("un mot", 'un mot <a href="https://spam.example">ici</a>', "[lien : https://spam.example]"),
    ],
)  # fmt: skip
def test_what_words_do_not_show_is_said(before: str, after: str, note: str) -> None:
    (cell,) = only_row(f"<p>{before}</p>", f"<p>{after}</p>").cells
    assert note in spoken(cell.inline)
    assert "<a" not in cell.inline
    assert "href" not in cell.inline


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        ("<p>La suite</p>", "<h3>La suite</h3>", "présenté autrement : paragraphe, devenu titre de niveau 3"),
        ("<ul><li>Un</li></ul>", "<ol><li>Un</li></ol>",
         "présenté autrement : élément de liste, niveau 1, devenu élément de liste numérotée, niveau 1"),
        ("<p>l'air</p>", "<p>l’air</p>", "typographie"),
        ("<p>l'air</p>", "<p>l'eau</p>", ""),
    ],
)  # fmt: skip
def test_a_row_says_what_happened_to_the_whole(before: str, after: str, note: str) -> None:
    assert only_row(before, after).note == note


def test_an_added_line_break_is_visible() -> None:
    (cell,) = only_row("<p>un deux</p>", "<p>un<br/>deux</p>").cells
    assert visible(cell.inline) == "un<ins>↵<br></ins>deux"


def test_subscripts_read_as_such() -> None:
    (cell,) = only_row("<p>CO<sub>2</sub> et 3</p>", "<p>CO<sub>2</sub> et 4</p>").cells
    assert visible(cell.after) == "CO<sub>2</sub> et <ins>4</ins>"


def test_cells_of_a_table_are_told_apart() -> None:
    before, after = (
        f"<table><tr><th>An</th><td>{year}</td><td>Six</td></tr></table>" for year in (2017, 2018)
    )
    (cell,) = only_row(before, after).cells
    assert visible(cell.inline) == " │ An │ <del>2017</del><ins>2018</ins> │ Six"


def test_both_places_of_a_passage_lead_to_each_other() -> None:
    found = every_row(compare(prose(CONTEXT + RESULTS), prose(RESULTS + CONTEXT)))
    moved = [row for row in found if row.moved]
    assert [(row.status.value, row.anchor, row.target) for row in moved] == [
        ("moved-here", "passage-body-1-nouveau", "passage-body-1-ancien"),
        ("moved-here", "", "passage-body-1-ancien"),
        ("moved-away", "passage-body-1-ancien", "passage-body-1-nouveau"),
        ("moved-away", "", "passage-body-1-nouveau"),
    ]
    assert moved[0].moved == "déplacé : voir son ancienne place"
    assert moved[2].moved == "déplacé : voir sa nouvelle place"
    assert "<del" not in moved[3].cells[0].inline
    assert (moved[1].cells[0].before, moved[3].cells[0].after) == ("", "")


def test_no_two_rows_bear_the_same_anchor() -> None:
    body = prose(CONTEXT + LONG + RESULTS)
    after = prose(RESULTS + LONG + CONTEXT)
    themes = choice("Eau", "Air", "Bruit"), choice("Bruit", "Air", "Eau")
    found = every_row(compare([*body, *themes[0]], [*after, *themes[1]]))
    anchors = [row.anchor for row in found if row.anchor]
    assert len(anchors) == len(set(anchors)) == 8
    assert {row.target for row in found if row.target} == set(anchors)


def test_what_is_far_from_any_change_is_folded() -> None:
    (section,) = sections(compare(prose(LONG), prose(LONG.replace("e 5.", "e cinq."))))
    shown = [
        piece.label if isinstance(piece, Fold) else piece.status.value for piece in section.pieces
    ]
    assert shown == [
        "4 passages inchangés",
        "equal",
        "changed",
        "equal",
        "3 passages inchangés",
    ]
    assert [len(piece.rows) for piece in section.pieces if isinstance(piece, Fold)] == [4, 3]


def test_the_heading_above_a_change_stays_in_sight() -> None:
    text = CONTEXT + LONG
    (section,) = sections(compare(prose(text), prose(text.replace("e 5.", "e cinq."))))
    assert [row.tag for row in in_sight(section)] == ["h3", "p", "p", "p"]


def test_a_part_that_did_not_change_is_all_folded() -> None:
    title, body = sections(compare([*line("A"), *prose(LONG)], [*line("B"), *prose(LONG)]))
    assert (title.is_changed, body.is_changed) == (True, False)
    assert [piece.is_fold for piece in body.pieces] == [True]
    assert body.label == "Texte"


def test_nothing_is_lost_between_rows_and_folds() -> None:
    after = LONG.replace("e 2.", "e deux.").replace("<p>Paragraphe 7.</p>", "")
    comparison = compare(prose(LONG), prose(after))
    assert [row.change for row in every_row(comparison)] == list(comparison.differences[0].changes)


def test_a_page_shows_a_bounded_number_of_changes_and_says_so() -> None:
    before, after = ("".join(f"<p>{c}{n}</p>" for n in range(4 * MAX_ROWS)) for c in "ab")
    began = time.process_time()
    (section,) = sections(compare(prose(before), prose(after)))
    written = [cell.inline for row in in_sight(section) for cell in row.cells]
    assert len(written) == MAX_ROWS
    assert section.left_out == 7 * MAX_ROWS
    assert time.process_time() - began < 5


HOSTILE = [
    "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
    '<p><a href="&quot;&gt;&lt;script&gt;">x</a></p>',
    '<p><abbr title="&quot; onmouseover=&quot;x">x</abbr></p>',
    '<img src="&quot;&gt;&lt;script&gt;" alt="&lt;script&gt;"/>',
    "<p><script>alert(1)</script>x</p>",
    "<p>a</p>" * 100 + "<b>" * 10_000,
]


@pytest.mark.parametrize("html", HOSTILE)
def test_hostile_text_is_shown_as_text(html: str) -> None:
    for before, after in (("", html), (html, ""), (html, html + "<p>x</p>")):
        for row in every_row(compare(prose(before), prose(after))):
            for cell in row.cells:
                for shown in (cell.inline, cell.before, cell.after):
                    assert isinstance(shown, SafeString)
                    assert not re.search(r"<(?!/?(?:ins|del|span|br|b|i)\b)|onmouse\w+=\"", shown)


def test_characters_that_turn_the_text_around_are_shown() -> None:
    (cell,) = only_row("", '<p>abc\u202edef <a href="/\u202ex">g</a></p>').cells
    assert "\u202e" not in cell.inline
    assert "abc[U+202E]def" in cell.inline


class Balance(HTMLParser):
    """Fails unless tags are closed in the order in which they were opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@settings(max_examples=150, deadline=None)
@given(rich_text, rich_text)
def test_whatever_is_compared_is_written_in_balanced_safe_html(before: str, after: str) -> None:
    for row in every_row(compare(prose(before), prose(after))):
        for cell in row.cells:
            for shown in (cell.inline, cell.before, cell.after):
                balance = Balance()
                balance.feed(shown)
                balance.close()
                assert not balance.open
                assert set(re.findall(r"<(\w+)", shown)) <= {
                    "ins", "del", "span", "br", "b", "i", "q", "code", "sub", "sup",
                }  # fmt: skip


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "said"),
    [
        ("<p>un mot ici</p>", "<p>un nom ici</p>", "<p>un son ici</p>", "modifié des deux côtés, autrement"),
        ("<p>un mot ici</p>", "", "<p>un son ici</p>", "supprimé depuis, modifié par la proposition"),
        ("<p>un mot ici</p>", "<p>un son ici</p>", "", "modifié depuis, supprimé par la proposition"),
        ("", "<p>un joli mot ici</p>", "<p>un joli son ici</p>", "ajouté des deux côtés, autrement"),
    ],
)  # fmt: skip
def test_a_conflict_shows_what_each_side_made(base: str, ours: str, theirs: str, said: str) -> None:
    (conflict,) = merge(prose(base), prose(ours), prose(theirs)).conflicts
    shown = shown_conflict(conflict)
    assert (shown.label, shown.said) == ("Texte", said)
    if ours and theirs:
        assert "<ins>" in shown.ours[0].inline
        assert "<ins>" in shown.theirs[0].inline
