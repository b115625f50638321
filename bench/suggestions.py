"""Measure how soon suggestions are answered, letter by letter, beside 10,000 cases. Prints one table.

    .venv/bin/python bench/suggestions.py [cases]

Times are those of whole requests in this process, and of its processor alone: on a shared machine the
second is what the code costs. Everything happens on a throw-away folder.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = Path(tempfile.mkdtemp(prefix="datacites-bench-"))
os.environ |= {"DJANGO_SETTINGS_MODULE": "datacites.settings.demo", "DATACITES_VAR": str(FOLDER)}
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

LETTERS = range(1, 9)
TIMES = 5
TEXTS = (
    "éclairage public",
    "l'éclairage",
    "capteurs de",
    "qualité de l'air",
    "données ouvertes",
    "stationnement",
    "poitiers",
    "grand poitiers",
    "saint-denis",
    "st-étienne",
    "la rochelle",
    "nouvelle-aquitaine",
    "annecy-le-vieux",
    "mutualiser",
    "epci altruisme",
    "budget participatif",
    "zzyzxqwv",
    "clairage",
    "86194000",
    "sobriété",
)


def main() -> None:
    """Prepare the demonstration, add cases, and type."""
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    command = [sys.executable, "manage.py", "demo", "--prepare-only"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    import django

    django.setup()
    from django.conf import settings
    from django.db import transaction

    from bench.mass import write_pages
    from search import indexing

    settings.ALLOWED_HOSTS = ["*"]
    settings.SEARCH_DRAIN = "worker"
    with transaction.atomic():
        write_pages(total)
    indexing.rebuild()

    print(f"{total} cases more than the demonstration's; {len(TEXTS)} texts typed {TIMES} times\n")
    measure()


def measure() -> None:
    """A table of times by number of letters typed."""
    from django.test import Client

    client = Client()
    for text in TEXTS:
        client.get("/recherche/suggestions/", {"q": text})
    print("| letters typed | p50 | p95 | processor p50 | processor p95 |")
    print("| --- | --- | --- | --- | --- |")
    for letters in LETTERS:
        walls, processors = [], []
        for text in TEXTS * TIMES:
            began = time.perf_counter(), time.process_time()
            client.get("/recherche/suggestions/", {"q": text[:letters], "pour": "tout"})
            ended = time.perf_counter(), time.process_time()
            wall, processor = (end - begin for begin, end in zip(began, ended, strict=True))
            walls.append(wall)
            processors.append(processor)
        figures = [
            f"{1000 * figure:.1f} ms"
            for times in (walls, processors)
            for figure in (statistics.median(times), statistics.quantiles(times, n=20)[-1])
        ]
        print(f"| {letters} | {' | '.join(figures)} |", flush=True)


if __name__ == "__main__":
    try:
        main()
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
