"""Measure what a difference between two long texts costs: told, shown, merged. Prints one table.

    .venv/bin/python bench/differences.py

Each text has 60 KB of HTML. Times are those of the processor alone, on a shared machine the more even
ones; the slowest of several runs is printed beside the median. No database is touched.
"""

import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FOLDER = Path(tempfile.mkdtemp(prefix="datacites-bench-"))
os.environ |= {"DJANGO_SETTINGS_MODULE": "datacites.settings.demo", "DATACITES_VAR": str(FOLDER)}
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

RUNS = 9
LENGTH = 60_000
EDITS = 50

chance = random.Random(2026)
Paragraphs = list[tuple[str, str]]
VOCABULARY = ["".join(chance.choices("abcdeilmnoprstué", k=chance.randint(2, 10))) for _ in range(3_000)]  # fmt: skip


def main() -> None:
    """Print the table."""
    import django

    django.setup()
    from cms.differences import apply, merge

    base, other = document(), document()
    ours, theirs = edited(base), edited(base)
    print(f"{len(written(base)):,} characters of HTML, {len(base)} blocks, {EDITS} edits\n")
    print("| what | median | slowest |\n| --- | --- | --- |")
    pairs = {
        f"{EDITS} words changed": (base, ours),
        "two sections moved, too": (base, ours[40:80] + ours[:40] + ours[80:]),
        "nothing changed": (base, base),
        "a word changed in every block": (base, touched(base)),
        "all different": (base, other),
    }
    for name, (before, after) in pairs.items():
        measure(name, part(before), part(after))
    first, second, third = part(base), part(ours), part(theirs)
    half = range(1, EDITS, 2)
    row("two rewritings merged", lambda: merge(first(), second(), third()))
    row("half of one taken", lambda: apply(first(), second(), third(), half))


def measure(name: str, before: Callable[[], list[Any]], after: Callable[[], list[Any]]) -> None:
    """Rows on one pair of versions."""
    from cms.differences import compare, sections, summary
    from cms.differences.rendering import Row

    def shown(*sides: str) -> None:
        """Write every row in sight, as a template does."""
        for section in sections(compare(before(), after())):
            for shown_row in (piece for piece in section.pieces if isinstance(piece, Row)):
                for cell in shown_row.cells:
                    for side in sides:
                        getattr(cell, side)

    row(f"{name}: compared and summed up", lambda: summary(compare(before(), after())))
    row(f"{name}: in one column", lambda: shown("inline"))
    row(f"{name}: side by side", lambda: shown("before", "after"))


def part(paragraphs: Paragraphs) -> Callable[[], list[Any]]:
    """A maker of the version: nothing that was read before is remembered."""
    from cms.differences import Kind, Part

    html = written(paragraphs)
    return lambda: [Part("body", "Texte", Kind.PROSE, html)]


def document() -> Paragraphs:
    """Headings and paragraphs of made-up words."""
    paragraphs: Paragraphs = []
    while len(written(paragraphs)) < LENGTH:
        tag, words = ("h3", 4) if len(paragraphs) % 6 == 0 else ("p", chance.randint(20, 90))
        paragraphs.append((tag, " ".join(chance.choices(VOCABULARY, k=words)) + "."))
    return paragraphs


def edited(paragraphs: Paragraphs) -> Paragraphs:
    """The document with one word replaced at each of EDITS places."""
    result = list(paragraphs)
    for _edit in range(EDITS):
        rank = chance.randrange(len(result))
        result[rank] = one_word_changed(result[rank])
    return result


def touched(paragraphs: Paragraphs) -> Paragraphs:
    """The document with one word replaced in every block."""
    return [one_word_changed(paragraph) for paragraph in paragraphs]


def one_word_changed(paragraph: tuple[str, str]) -> tuple[str, str]:
    tag, text = paragraph
    words = text.split()
    words[chance.randrange(len(words))] = "nouveau"
    return tag, " ".join(words)


def written(paragraphs: Paragraphs) -> str:
    return "".join(f"<{tag}>{text}</{tag}>" for tag, text in paragraphs)


def row(name: str, action: Callable[[], object]) -> None:
    """Print how long `action` takes."""
    times = []
    for _run in range(RUNS):
        began = time.process_time()
        action()
        times.append(1000 * (time.process_time() - began))
    print(f"| {name} | {statistics.median(times):.0f} ms | {max(times):.0f} ms |", flush=True)


if __name__ == "__main__":
    try:
        main()
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
