"""Measure how much more than a plain word the costliest queries cost, understanding included. Prints one table.

    bench/hostile.py [CASES]      beside 10,000 fictional cases by default, with the embedded engine

Operators, wildcards, twenty misspelled or made-up words, both sides of the team's rules, and noise, the
same each time. Everything happens on a throw-away folder.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = Path(tempfile.mkdtemp(prefix="datacites-bench-"))
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "datacites.settings.demo",
    "DATACITES_VAR": str(FOLDER),
    "SEARCH_DRAIN": "worker",
    "LOG_LEVEL": "ERROR",
}
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

PLAIN = "capteurs"
RUNS = 5
SHOWN = 5


def main() -> None:
    """Print the costliest queries, as multiples of a plain one."""
    command = [sys.executable, "manage.py", "demo", "--prepare-only"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    import django

    django.setup()
    from bench.mass import documents
    from search.backends import get_backend

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    get_backend().rebuild(documents(count))
    plain = milliseconds(PLAIN)
    asked = hostile()
    times = sorted(((milliseconds(text), text) for text in asked), reverse=True)
    print(f"| of {len(asked)} queries among {count:,} cases | ÷ a plain word ({plain:.0f} ms) |")
    print("| --- | --- |")
    for spent, text in times[:SHOWN]:
        print(f"| {text[:60].replace('|', ' ')}… | {spent / plain:.1f} |")


def milliseconds(text: str) -> float:
    """The quickest of several answers after a first that does not count."""
    from search.answering import answer
    from search.query import MAX_TEXT, SearchQuery

    query = SearchQuery(text[:MAX_TEXT])
    answer(query)
    times = []
    for _run in range(RUNS):
        began = time.perf_counter()
        answer(query)
        times.append(1000 * (time.perf_counter() - began))
    return min(times)


def hostile() -> list[str]:
    """What a visitor might try to keep the site busy with."""
    from bench.mass import words
    from search.models import SynonymRule

    chance = random.Random(3)
    known = words()
    sides = [side for row in SynonymRule.objects.values_list("left", "right") for side in row]
    asked = [
        " ".join(f"{letter}*" for letter in "abcdefghijklmnopqrst"),
        "t* tan* ta* co* ba* di*",
        " ".join(known[:40]),
        " OR ".join(known[:30]),
        " ".join(f'"{word}"' for word in known[:20]),
        " ".join(f"-{word}" for word in known[:30]),
        " ".join(f"{word}*" for word in known[:25]),
        f"comment {' '.join(known[:25])} ?",
        f'"{" ".join(known[:30])}"',
        "Paris Lyon Marseille Poitiers Rennes Nantes Lille Nice Tours Brest Metz Caen Dijon",
    ]
    asked += [" ".join(chance.sample(sides, 12)) for _ in range(40)]
    asked += ["".join(chance.choices("abcdeéàlst ' \"*-()OR:", k=200)) for _ in range(40)]
    asked += [
        " ".join(chance.choice(known)[:-1] + chance.choice("xyzw") for _ in range(20))
        for _ in range(10)
    ]
    return asked


if __name__ == "__main__":
    try:
        main()
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
