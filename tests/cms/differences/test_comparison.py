"""Two versions compared part by part, and summed up in a line."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override
from hypothesis import given, settings

from cms.differences import Comparison, Image, Kind, Part, Record, compare, counts, summary
from cms.differences.alignment import Status
from cms.differences.comparison import MAX_TEXT
from cms.differences.words import Nature
from tests.cms.differences.texts import choice, items, line, prose, rich_text, rows

CONTEXT = "<h3>Contexte</h3><p>La ville mesure la qualité de son air depuis dix ans.</p>"
RESULTS = "<h3>Résultats</h3><p>Les fenêtres restent ouvertes plus longtemps le matin.</p>"


@pytest.fixture(autouse=True)
def in_french() -> Iterator[None]:
    with override("fr"):
        yield


def statuses(comparison: Comparison) -> list[str]:
    return [change.status.value for each in comparison.differences for change in each.changes]


def test_parts_that_did_not_change_are_kept_and_marked() -> None:
    before = [*line("Un titre"), *prose(CONTEXT)]
    found = compare(before, [*line("Un autre titre"), *prose(CONTEXT)])
    assert [(each.part.label, each.is_changed) for each in found.differences] == [
        ("Titre", True),
        ("Texte", False),
    ]
    assert [each.part.name for each in found.changed] == ["title"]


def test_parts_are_matched_by_name_and_told_in_the_later_order() -> None:
    a, b, c, d = (Part(name, name, Kind.LINE, name) for name in "abcd")
    found = compare([a, b, c], [c, a, d])
    assert [each.part.name for each in found.differences] == ["c", "a", "b", "d"]
    assert [(each.before is None, each.after is None) for each in found.differences] == [
        (False, False),
        (False, False),
        (False, True),
        (True, False),
    ]


def test_a_line_that_changed_altogether_is_still_one_change() -> None:
    assert statuses(compare(line("Un titre"), line("Tout autre chose"))) == ["changed"]
    assert statuses(compare(line(""), line("Un titre"))) == ["added"]
    assert statuses(compare(line("Un titre"), line(""))) == ["removed"]
    assert statuses(compare(line("l'air\r\n\r\npur"), line("l'air\n\npur"))) == ["equal"]


def test_choices_are_compared_as_sets_and_their_order_is_told() -> None:
    assert statuses(compare(choice("Eau", "Air"), choice("Eau", "Bruit"))) == [
        "equal",
        "removed",
        "added",
    ]
    moved = statuses(compare(choice("Eau", "Air", "Bruit"), choice("Bruit", "Eau", "Air")))
    assert sorted(moved) == ["equal", "equal", "moved-away", "moved-here"]


def test_records_are_recognized_though_one_of_their_texts_changed() -> None:
    before = rows({"Titre": "Rapport annuel", "Date": "2017"}, {"Titre": "Délibération"})
    after = rows({"Titre": "Délibération"}, {"Titre": "Rapport annuel", "Date": "2018"})
    found = compare(before, after)
    assert sorted(statuses(found)) == ["equal", "moved-away", "moved-here"]
    (moved,) = (
        change for change in found.differences[0].changes if change.status == Status.MOVED_HERE
    )
    assert [(cell.label, [run.nature for run in cell.runs]) for cell in moved.cells] == [
        ("Titre", [Nature.SAME]),
        ("Date", [Nature.REPLACED]),
    ]


def test_two_texts_under_one_label_are_both_told() -> None:
    record = Record((("Lien", "un"), ("Lien", "deux")))
    part = Part("links", "Liens", Kind.ROWS, (record,))
    (change,) = compare([], [part]).differences[0].changes
    assert [cell.runs[0].after[0].text for cell in change.cells] == ["un", "deux"]


def test_an_image_is_told_by_its_file_alternative_text_and_caption() -> None:
    before = [Part("image", "Image", Kind.IMAGE, Image("a.jpg", "Une rue", "Rue Haute"))]
    after = [Part("image", "Image", Kind.IMAGE, Image("a.jpg", "Une rue vide", "Rue Haute"))]
    (change,) = compare(before, after).differences[0].changes
    assert [cell.label for cell in change.cells] == ["Image", "Texte de remplacement", "Légende"]
    assert summary(compare(before, after)) == "1 image modifiée"
    nothing = [Part("image", "Image", Kind.IMAGE, None)]
    assert summary(compare(before, nothing)) == "1 image modifiée"
    assert summary(compare(nothing, nothing)) == "aucun changement"


def test_changes_are_numbered_through_the_page_and_a_passage_once() -> None:
    before = [*line("Un titre"), *prose(CONTEXT + RESULTS + "<p>Fin.</p>")]
    after = [*line("Un autre"), *prose(RESULTS + CONTEXT + "<p>Fin.</p><p>Suite.</p>")]
    found = compare(before, after)
    numbers = [change.number for each in found.differences for change in each.changes]
    assert numbers == [1, 2, 2, None, None, 2, 2, None, 3]
    assert found.numbers == {1, 2, 3}
    assert [c.number for d in compare(before, after).differences for c in d.changes] == numbers


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (CONTEXT, CONTEXT, "aucun changement"),
        (CONTEXT, CONTEXT + "<p>Trois mots ajoutés.</p>", "+3 mots"),
        (CONTEXT, "<h3>Contexte</h3>", "−11 mots"),
        (CONTEXT, CONTEXT.replace("dix", "douze"), "+1 mot, −1 mot"),
        (CONTEXT + RESULTS, RESULTS + CONTEXT, "1 passage déplacé"),
        (CONTEXT, CONTEXT.replace("ville", "<b>ville</b>"), "mise en forme"),
        (CONTEXT, CONTEXT.replace("h3", "h4"), "mise en forme"),
        (CONTEXT, CONTEXT.replace("ville", '<a href="https://a.fr">ville</a>'), "1 lien modifié"),
        ("<p>l'air</p>", "<p>l’air</p>", "typographie"),
        ("<p>Un</p>", '<p>Un</p><img src="a.png" alt="Une carte"/>', "1 image modifiée"),
        ("", "<p>" + "mot " * 1200 + "</p>", "+1\u202f200 mots"),
    ],
)
def test_a_line_sums_up_what_changed(before: str, after: str, said: str) -> None:
    assert summary(compare(prose(before), prose(after))) == said


def test_choices_are_counted_apart_from_words() -> None:
    found = compare(choice("Eau", "Air"), choice("Air et bruit", "Eau"))
    assert summary(found) == "2 choix modifiés"
    assert counts(found).added == 0


def test_what_moved_and_changed_counts_its_new_words_only() -> None:
    after = RESULTS + CONTEXT.replace("dix", "douze")
    assert summary(compare(prose(CONTEXT + RESULTS), prose(after))) == (
        "+1 mot, −1 mot, 1 passage déplacé"
    )


@settings(max_examples=150, deadline=None)
@given(rich_text, rich_text)
def test_any_two_texts_can_be_compared(before: str, after: str) -> None:
    found = compare(prose(before), prose(after))
    assert summary(found)
    assert bool(found.changed) == (items(prose(before)) != items(prose(after)))
    for change in found.differences[0].changes:
        assert (change.number is None) == (change.status == Status.EQUAL)


def test_a_very_long_rewriting_is_told_block_by_block() -> None:
    paragraph = "un paragraphe de quelques mots qui change à peine "
    before = "".join(f"<p>{paragraph * 20}{n}</p>" for n in range(150))
    found = compare(prose(before), prose(before.replace("</p>", " fin</p>")))
    assert len(before) > MAX_TEXT
    changes = found.differences[0].changes
    assert not changes[0].is_whole
    assert changes[-1].is_whole
    assert {run.nature for run in changes[-1].cells[0].runs} == {Nature.REPLACED}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>a</p>" * 25_000, "<p>a</p><p>b</p>" * 12_000),
        ("".join(f"<p>a{n}</p>" for n in range(15_000)), "".join(f"<p>b{n}</p>" for n in range(15_000))),
        ("<p>" + "le " * 60_000, "<p>" + "la " * 60_000),
        ("".join(f"<b>a</b>{n}" for n in range(12_000)), "".join(f"<i>a</i>{n}" for n in range(12_000))),
    ],
    ids=["repeated", "all-different", "one-block", "styles"],
)  # fmt: skip
def test_no_versions_take_long_to_compare(before: str, after: str) -> None:
    began = time.process_time()
    summary(compare(prose(before), prose(after)))
    assert time.process_time() - began < 10


def test_comparing_knows_no_model_and_no_database() -> None:
    package = Path(__file__).parents[3] / "cms" / "differences"
    for module in package.glob("*.py"):
        imported = re.findall(r"^(?:from|import) (\S+)", module.read_text(), re.M)
        assert not [name for name in imported if name.startswith(("django.db", "cms.models"))]
