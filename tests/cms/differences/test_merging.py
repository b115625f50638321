"""Two rewritings of one version put together, and a proposal taken whole or in part."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.differences import Conflict, Image, Kind, Merge, Part, Record, apply, compare, merge
from cms.differences.blocks import Block
from tests.cms.differences.texts import (
    Document,
    Edit,
    choice,
    documents,
    edited,
    edits,
    html,
    items,
    line,
    prose,
    rich_text,
    rows,
)

CONTEXT = "<h3>Contexte</h3><p>La ville mesure la qualité de son air depuis dix ans.</p>"
APPROACH = "<h3>Démarche</h3><p>Quatre agents ont posé des capteurs dans les écoles.</p>"
RESULTS = "<h3>Résultats</h3><p>Les fenêtres restent ouvertes plus longtemps le matin.</p>"
PAGE = CONTEXT + APPROACH + RESULTS


def merged(base: str, ours: str, theirs: str) -> str:
    """The text of a merge without conflict."""
    found = merge(prose(base), prose(ours), prose(theirs))
    assert not found.conflicts
    return found.parts[0].value


def sides(found: Merge) -> list[tuple[str | None, str | None, str | None]]:
    """Each conflict as three texts."""

    def text(item: Block | Record | None) -> str | None:
        return item.text if item else None

    return [(text(base), text(ours), text(theirs)) for _part, base, ours, theirs in found.conflicts]


@pytest.mark.parametrize(
    ("ours", "theirs", "both"),
    [
        (
            PAGE.replace("dix ans", "2016"),
            PAGE.replace("Quatre", "Cinq"),
            PAGE.replace("dix ans", "2016").replace("Quatre", "Cinq"),
        ),
        (
            PAGE.replace("La ville", "La commune"),
            PAGE.replace("dix", "douze"),
            PAGE.replace("La ville", "La commune").replace("dix", "douze"),
        ),
        (PAGE + "<p>Fin.</p>", "<p>Début.</p>" + PAGE, "<p>Début.</p>" + PAGE + "<p>Fin.</p>"),
        (CONTEXT + RESULTS, PAGE.replace("dix", "onze"), (CONTEXT + RESULTS).replace("dix", "onze")),
        (
            PAGE.replace("dix", "onze"),
            APPROACH + RESULTS + CONTEXT,
            APPROACH + RESULTS + CONTEXT.replace("dix", "onze"),
        ),
        (
            APPROACH + RESULTS + CONTEXT,
            CONTEXT + "<p>Aussi.</p>" + APPROACH + RESULTS,
            APPROACH + RESULTS + CONTEXT + "<p>Aussi.</p>",
        ),
        (
            PAGE + "<p>De nous.</p>",
            PAGE + "<p>Ou bien autrement.</p>",
            PAGE + "<p>De nous.</p><p>Ou bien autrement.</p>",
        ),
        (
            PAGE + "<p>Les mêmes mots.</p>",
            PAGE.replace("Quatre", "Cinq") + "<p>Les mêmes mots.</p>",
            PAGE.replace("Quatre", "Cinq") + "<p>Les mêmes mots.</p>",
        ),
        (
            PAGE.replace("dix", "<b>dix</b>"),
            PAGE.replace("La ville", "La commune"),
            PAGE.replace("dix", "<b>dix</b>").replace("La ville", "La commune"),
        ),
        (
            PAGE.replace("<h3>Contexte</h3>", "<h4>Contexte</h4>"),
            PAGE.replace("Contexte", "Contexte local"),
            PAGE.replace("<h3>Contexte</h3>", "<h4>Contexte local</h4>"),
        ),
    ],
    ids=[
        "two blocks", "two words", "both ends", "removed", "moved and changed", "added beside what moved",
        "added at one place", "added alike", "bold", "recast",
    ],
)  # fmt: skip
def test_changes_that_do_not_touch_are_all_kept(ours: str, theirs: str, both: str) -> None:
    assert merged(PAGE, ours, theirs) == both


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (PAGE.replace("dix", "onze"), PAGE.replace("dix", "douze")),
        (PAGE.replace("dix", "onze"), PAGE.replace("dix ans", "peu")),
        (PAGE.replace("dix", "onze"), PAGE.replace(" ans.", " mois.")),
        (PAGE.replace("ans.", "ans et demi."), PAGE.replace("ans.", "ans au moins.")),
        (APPROACH + RESULTS, PAGE.replace("dix", "douze")),
        (PAGE.replace("<p>La", "<h4>La").replace("ans.</p>", "ans.</h4>"),
         PAGE.replace("<p>La", "<blockquote>La").replace("ans.</p>", "ans.</blockquote>")),
        (PAGE.replace("air", '<a href="https://a.fr">air</a>'), PAGE.replace("air", '<a href="https://b.fr">air</a>')),
        (PAGE + "<p>Une suite est prévue en 2020.</p>", PAGE + "<p>Une suite est prévue en 2021.</p>"),
    ],
    ids=["word", "overlap", "neighbors", "same place", "removed", "recast", "link", "added"],
)  # fmt: skip
def test_changes_that_touch_are_a_conflict_and_ours_stand(ours: str, theirs: str) -> None:
    found = merge(prose(PAGE), prose(ours), prose(theirs))
    assert found.conflicts
    assert items(found.parts) == items(prose(ours))
    swapped = merge(prose(PAGE), prose(theirs), prose(ours))
    assert sides(swapped) == [(a, c, b) for a, b, c in sides(found)]


def test_a_conflict_holds_what_all_three_say() -> None:
    found = merge(line("Un air pur"), line("Un air sain"), line("Un air propre"))
    assert sides(found) == [("Un air pur", "Un air sain", "Un air propre")]
    assert found.conflicts[0].part.label == "Titre"
    assert found.parts[0].value == "Un air sain"


def test_a_passage_moved_to_two_places_is_a_conflict() -> None:
    found = merge(
        prose(PAGE + "<p>Fin.</p>"),
        prose(APPROACH + RESULTS + CONTEXT + "<p>Fin.</p>"),
        prose(APPROACH + RESULTS + "<p>Fin.</p>" + CONTEXT),
    )
    assert found.parts[0].value == APPROACH + RESULTS + CONTEXT + "<p>Fin.</p>"
    (conflict,) = found.conflicts
    assert conflict.base == conflict.ours == conflict.theirs


def test_lines_choices_records_and_images_are_merged_too() -> None:
    def page(title: str, themes: tuple[str, ...], year: str, caption: str) -> list[Part]:
        return [
            *line(title),
            *choice(*themes),
            *rows({"Titre": "Rapport annuel", "Année": year}),
            Part("image", "Image", Kind.IMAGE, Image("a.jpg", "Une rue", caption)),
        ]

    found = merge(
        page("Un air pur à Poitiers", ("Eau", "Air"), "2017", "Rue Haute"),
        page("Un air sain à Poitiers", ("Eau", "Air", "Bruit"), "2017", "Rue Basse"),
        page("Un air pur à Niort", ("Air", "Sol"), "2018", "Rue Haute"),
    )
    assert not found.conflicts
    assert list(found.parts) == page(
        "Un air sain à Niort", ("Air", "Bruit", "Sol"), "2018", "Rue Basse"
    )


def test_two_addresses_are_never_mixed() -> None:
    base, ours, theirs = (
        rows({"Titre": "Rapport", "Adresse": f"https://a.fr/{a}/b/{b}"})
        for a, b in ("12", "32", "14")
    )
    found = merge(base, ours, theirs)
    assert found.parts == tuple(ours)
    assert len(found.conflicts) == 1


def test_the_same_label_chosen_by_both_is_there_once() -> None:
    found = merge(choice("Eau"), choice("Air", "Eau"), choice("Eau", "Air"))
    assert found.parts[0].value == ("Air", "Eau")
    assert not found.conflicts


def test_two_texts_written_into_an_empty_line_are_a_conflict() -> None:
    found = merge(line(""), line("Un air pur"), line("Tout autre chose"))
    assert found.parts[0].value == "Un air pur"
    assert sides(found) == [(None, "Un air pur", "Tout autre chose")]


def test_parts_come_and_go() -> None:
    a, b, c, d = (Part(name, name, Kind.LINE, name) for name in "abcd")
    assert merge([a, b], [a, b, c], [d, a]).parts == (d, a, c)
    assert merge([a, b], [a], [a, b, d]).parts == (a, d)
    changed = Part("b", "b", Kind.LINE, "b et plus")
    assert merge([a, b], [a], [a, changed]).conflicts


def test_a_proposal_is_taken_in_part() -> None:
    proposed = APPROACH.replace("Quatre", "Cinq") + RESULTS + CONTEXT + "<p>Une suite.</p>"
    base, theirs = prose(PAGE), prose(proposed)
    numbers = compare(base, theirs).numbers
    assert numbers == {1, 2, 3}
    moved, changed, added = 1, 2, 3
    taken = {
        choice: apply(base, base, theirs, choice).parts[0].value
        for choice in [(moved,), (changed,), (added,), (moved, added), ()]
    }
    assert taken == {
        (moved,): APPROACH + RESULTS + CONTEXT,
        (changed,): PAGE.replace("Quatre", "Cinq"),
        (added,): PAGE + "<p>Une suite.</p>",
        (moved, added): APPROACH + RESULTS + CONTEXT + "<p>Une suite.</p>",
        (): PAGE,
    }


def test_a_proposal_is_taken_onto_a_later_version() -> None:
    base, theirs = prose(PAGE), prose(PAGE.replace("Quatre", "Cinq").replace("dix", "douze"))
    now = prose(PAGE.replace("La ville", "La commune") + "<p>Une suite.</p>")
    found = apply(base, now, theirs, {1})
    assert not found.conflicts
    assert found.parts[0].value == (
        PAGE.replace("La ville", "La commune").replace("dix", "douze") + "<p>Une suite.</p>"
    )


def test_only_conflicts_of_what_is_taken_are_told() -> None:
    base, now = prose(PAGE), prose(PAGE.replace("dix", "onze"))
    theirs = prose(PAGE.replace("dix", "douze").replace("Quatre", "Cinq"))
    assert len(apply(base, now, theirs, {1}).conflicts) == 1
    assert not apply(base, now, theirs, {2}).conflicts


Rewritings = tuple[Document, list[Edit], list[Edit]]
rewritings = st.tuples(documents, edits, edits)


def three(found: Rewritings) -> tuple[list[Part], ...]:
    base, ours, theirs = found
    versions = base, edited(base, ours, "notre"), edited(base, theirs, "leur")
    return tuple(prose(html(version)) for version in versions)


@settings(max_examples=300, deadline=None)
@given(rewritings)
def test_all_of_a_proposal_is_the_proposal_and_none_of_it_is_nothing(found: Rewritings) -> None:
    base, ours, theirs = three(found)
    numbers = compare(base, theirs).numbers
    for taken in (apply(base, base, theirs, numbers), apply(base, theirs, theirs, numbers)):
        assert items(taken.parts) == items(theirs)
        assert not taken.conflicts
    for current in (base, ours):
        assert apply(base, current, theirs, ()) == Merge(tuple(current), ())


@settings(max_examples=200, deadline=None)
@given(rewritings)
def test_merging_with_no_change_or_the_same_changes_changes_nothing(found: Rewritings) -> None:
    base, ours, _theirs = three(found)
    for one, two in ((ours, base), (base, ours), (ours, ours)):
        assert merge(base, one, two) == Merge(tuple(ours), ())


@settings(max_examples=400, deadline=None)
@given(rewritings)
def test_no_new_word_is_lost_in_silence(found: Rewritings) -> None:
    base, ours, theirs = three(found)
    result = merge(base, ours, theirs)
    new = set(re.findall(r"(?:notre|leur)\d", ours[0].value + theirs[0].value))
    assert new <= set(re.findall(r"(?:notre|leur)\d", repr(result)))
    if not result.conflicts:
        assert new <= set(re.findall(r"(?:notre|leur)\d", result.parts[0].value))


@settings(max_examples=300, deadline=None)
@given(rewritings)
def test_both_sides_see_the_same_conflicts(found: Rewritings) -> None:
    base, ours, theirs = three(found)

    def told(conflicts: tuple[Conflict, ...], is_swapped: bool) -> list[str]:
        order = (1, 3, 2) if is_swapped else (1, 2, 3)
        return sorted(repr([conflict[side] for side in order]) for conflict in conflicts)

    one, other = merge(base, ours, theirs), merge(base, theirs, ours)
    assert told(one.conflicts, False) == told(other.conflicts, True)


@settings(max_examples=200, deadline=None)
@given(rewritings, st.integers(0, 2**10))
def test_any_choice_can_be_taken_and_the_rest_later(found: Rewritings, mask: int) -> None:
    base, _ours, theirs = three(found)
    numbers = sorted(compare(base, theirs).numbers)
    chosen = {number for rank, number in enumerate(numbers) if mask >> rank & 1}
    taken = apply(base, base, theirs, chosen)
    assert not taken.conflicts
    later = apply(base, taken.parts, theirs, set(numbers) - chosen)
    new = re.compile(r"leur\d")
    assert set(new.findall(taken.parts[0].value)) <= set(new.findall(theirs[0].value))
    assert set(new.findall(theirs[0].value)) <= set(new.findall(repr(later)))


@settings(max_examples=200, deadline=None)
@given(rich_text, rich_text, rich_text)
def test_any_three_texts_can_be_merged(base: str, ours: str, theirs: str) -> None:
    versions = prose(base), prose(ours), prose(theirs)
    assert merge(*versions).parts
    numbers = compare(versions[0], versions[2]).numbers
    assert items(apply(versions[0], versions[0], versions[2], numbers).parts) == items(versions[2])


labels = st.lists(st.sampled_from(["Air", "Bruit", "Eau", "Sol"]), unique=True, max_size=4)


@settings(max_examples=200, deadline=None)
@given(labels, labels, labels)
def test_choices_merge_as_sets(base: list[str], ours: list[str], theirs: list[str]) -> None:
    found = merge(choice(*base), choice(*ours), choice(*theirs))
    result = found.parts[0].value
    assert len(result) == len(set(result))
    assert (set(ours) & set(theirs)) <= set(result)
    assert (set(ours) | set(theirs)) - set(base) <= set(result)


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        ("<p>a</p>" * 8_000, "<p>a</p><p>b</p>" * 4_000, "<p>c</p>" * 8_000),
        ("<p>x</p>", "".join(f"<p>a{n}</p>" for n in range(8_000)), "".join(f"<p>b{n}</p>" for n in range(8_000))),
        ("<p>" + "le " * 60_000, "<p>" + "la " * 60_000, "<p>" + "le la " * 30_000),
        (
            "".join(f"<p>un deux trois quatre {n}</p>" for n in range(2_000)),
            "".join(f"<p>un deux trois quatre {n}</p>" for n in reversed(range(2_000))),
            "".join(f"<p>un deux trois quatre {n}</p>" for n in [*range(1_000, 2_000), *range(1_000)]),
        ),
    ],
    ids=["repeated", "added", "one-block", "reversed"],
)  # fmt: skip
def test_no_versions_take_long_to_merge(base: str, ours: str, theirs: str) -> None:
    began = time.process_time()
    merge(prose(base), prose(ours), prose(theirs))
    assert time.process_time() - began < 10
