"""Which item became which."""

import random
import time
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.differences.alignment import IDENTICAL_ONLY, Pair, Status, align
from cms.differences.markup import to_blocks

CONTEXT = "<h3>Contexte</h3><p>La ville mesure la qualité de son air depuis dix ans.</p>"
APPROACH = "<h3>Démarche</h3><p>Quatre agents ont posé des capteurs dans les écoles.</p>"
RESULTS = "<h3>Résultats</h3><p>Les fenêtres restent ouvertes plus longtemps le matin.</p>"


def aligned(before: str, after: str) -> list[Pair]:
    return align(to_blocks(before), to_blocks(after))


def statuses(before: str, after: str) -> list[str]:
    return [pair.status.value for pair in aligned(before, after)]


def test_what_did_not_change_is_equal() -> None:
    assert set(statuses(CONTEXT + RESULTS, CONTEXT + RESULTS)) == {"equal"}
    assert aligned("", "") == []


def test_a_block_that_changed_stays_in_its_place() -> None:
    after = CONTEXT.replace("dix ans", "2016")
    assert statuses(CONTEXT, after) == ["equal", "changed"]


def test_a_block_of_other_words_is_another() -> None:
    assert statuses(f"{CONTEXT}<p>Un budget modeste.</p>", f"{CONTEXT}<p>Trois élus volontaires</p>") == [
        "equal", "equal", "removed", "added",
    ]  # fmt: skip


def test_a_paragraph_made_a_heading_is_a_change() -> None:
    assert statuses("<p>La suite du projet</p>", "<h3>La suite du projet</h3>") == ["changed"]


def test_punctuation_and_case_do_not_hide_who_is_who() -> None:
    assert statuses("<p>Oui</p><p>Non</p>", "<p>Non !</p>") == ["removed", "changed"]


def test_a_section_that_moved_is_one_passage_told_at_both_places() -> None:
    pairs = aligned(CONTEXT + APPROACH + RESULTS, APPROACH + RESULTS + CONTEXT)
    assert [pair.status for pair in pairs] == [
        Status.MOVED_AWAY, Status.MOVED_AWAY, *[Status.EQUAL] * 4, Status.MOVED_HERE, Status.MOVED_HERE,
    ]  # fmt: skip
    moved = [pair for pair in pairs if pair.move]
    assert {pair.move for pair in moved} == {1}
    assert [(pair.before, pair.after) for pair in moved] == [(0, 4), (1, 5)] * 2


def test_a_section_that_moved_and_changed_is_still_one_that_moved() -> None:
    changed = CONTEXT.replace("dix", "douze").replace("<h3>Contexte", "<h3>Le contexte")
    pairs = aligned(CONTEXT + APPROACH + RESULTS, APPROACH + RESULTS + changed)
    assert [pair.after for pair in pairs if pair.status == Status.MOVED_HERE] == [4, 5]
    assert {pair.move for pair in pairs if pair.move} == {1}


def test_a_paragraph_rewritten_in_a_section_that_moved_does_not_cut_it_in_two() -> None:
    long = "<p>Un dernier mot sur le budget voté au conseil.</p>"
    before = f"{CONTEXT}<p>Avant.</p>{long}{APPROACH}{RESULTS}"
    after = f"{APPROACH}{RESULTS}{CONTEXT}<p>Tout autre chose.</p>{long}"
    assert {pair.move for pair in aligned(before, after) if pair.move} == {1}


def test_two_sections_that_moved_apart_are_two_passages() -> None:
    stays = "".join(f"<p>Un long paragraphe numéro {n} reste en place.</p>" for n in range(6))
    pairs = aligned(CONTEXT + stays + RESULTS, RESULTS + stays + CONTEXT)
    assert {pair.move for pair in pairs if pair.move} == {1, 2}


def test_a_short_block_found_elsewhere_did_not_move() -> None:
    before = "<p>Oui.</p>" + CONTEXT + RESULTS
    assert statuses(before, CONTEXT + RESULTS + "<p>Oui.</p>") == [
        "removed", "equal", "equal", "equal", "equal", "added",
    ]  # fmt: skip


def test_an_image_is_recognized_by_its_file() -> None:
    before, after = ('<img src="a.png" alt="Une carte"/>', '<img src="a.png" alt="Le plan"/>')
    assert statuses(before, after) == ["changed"]
    assert statuses(before, '<img src="b.png" alt="Un arbre"/>') == ["removed", "added"]


def test_labels_are_the_same_or_others() -> None:
    before, after = (to_blocks(f"<ul><li>{text}</li></ul>") for text in ("Eau", "eau"))
    found = [pair.status for pair in align(before, after, IDENTICAL_ONLY, 0)]
    assert found == [Status.REMOVED, Status.ADDED]


short = st.lists(st.sampled_from(["a b c d e", "a b c d f", "g h i j k l", "a", "b"]), max_size=12)


@settings(max_examples=300, deadline=None)
@given(short, short)
def test_every_block_is_told_once_on_each_side(before: list[str], after: list[str]) -> None:
    olds, news = (to_blocks("".join(f"<p>{t}</p>" for t in side)) for side in (before, after))
    pairs = align(olds, news)
    left = [pair for pair in pairs if pair.status not in {Status.ADDED, Status.MOVED_HERE}]
    right = [pair for pair in pairs if pair.status not in {Status.REMOVED, Status.MOVED_AWAY}]
    assert [pair.before for pair in left] == list(range(len(olds)))
    assert [pair.after for pair in right] == list(range(len(news)))
    assert sorted(p[1:] for p in pairs if p.status == Status.MOVED_AWAY) == sorted(
        p[1:] for p in pairs if p.status == Status.MOVED_HERE
    )
    for pair in pairs:
        if pair.status == Status.EQUAL:
            assert pair.before is not None
            assert pair.after is not None
            assert olds[pair.before] == news[pair.after]


def numbered(numbers: Iterable[int], pattern: str) -> str:
    return "".join(f"<p>{pattern.replace('{}', str(n))}</p>" for n in numbers)


COUNT = 5_000
SHUFFLED = random.Random(7).sample(range(COUNT), COUNT)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (numbered(range(COUNT), "a{}"), numbered(range(COUNT), "b{}")),
        (numbered(range(COUNT), "un deux trois quatre {}"), numbered(SHUFFLED, "un deux trois quatre {}")),
        (numbered(range(COUNT), "un deux trois {}"), numbered(range(1, COUNT + 1), "un deux six {}")),
        ("<p>a</p>" * 4 * COUNT, "<p>a</p><p>b</p>" * 2 * COUNT),
        ("<p>un deux trois quatre cinq</p>" * COUNT, "<p>x</p>" + "<p>un deux trois quatre cinq</p>" * COUNT),
        (numbered(range(600), "un deux trois {} " * 20), numbered(range(600), "deux un trois {} " * 20)),
    ],
    ids=["all-different", "shuffled", "all-touched", "repeated", "repeated-moved", "long"],
)  # fmt: skip
def test_no_text_takes_long_to_align(before: str, after: str) -> None:
    olds, news = to_blocks(before), to_blocks(after)
    began = time.process_time()
    align(olds, news)
    assert time.process_time() - began < 5
