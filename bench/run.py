"""Measure what docs/figures.md quotes: set-up, publishing, pages, listing, search. Prints one table.

Times on a shared machine are noisy: what is compared is measured side by side in this one run, and
quoted as a ratio. Everything happens on a throw-away folder.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = Path(tempfile.mkdtemp(prefix="datacites-bench-"))
os.environ |= {"DJANGO_SETTINGS_MODULE": "datacites.settings.demo", "DATACITES_VAR": str(FOLDER)}


def timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def median(action: Callable[[], object], times: int = 15) -> float:
    action()
    return statistics.median(timed(action) for _ in range(times))


def demo() -> None:
    command = [sys.executable, "manage.py", "demo", "--prepare-only"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def row(name: str, value: str) -> None:
    print(f"| {name} | {value} |", flush=True)


def main() -> None:
    print("| what | measured |\n| --- | --- |")
    row("demonstration prepared from nothing, libraries installed", f"{timed(demo):.0f} s")
    row("prepared again", f"{timed(demo):.1f} s")

    import django

    django.setup()
    from django.conf import settings
    from django.core.cache import cache
    from django.db import connection, transaction
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    settings.ALLOWED_HOSTS = ["*"]
    settings.SEARCH_DRAIN = "worker"
    from casestudies.models import CaseStudyPage
    from search import indexing
    from search.models import PendingPage

    client = Client()
    case = CaseStudyPage.objects.get(number=6)
    pages = {
        "home": "/", "case": case.get_url(), "chapter": "/guide/acheter-et-contractualiser/", "library": "/retours-experience/",
        "library with words": "/retours-experience/?q=capteurs", "territory": "/territoires/siren:200069854/",
        "theme": "/themes/strategie-gouvernance/", "partners": "/partenaires/", "glossary": "/glossaire/",
    }  # fmt: skip
    for name, path in pages.items():
        client.get("/sante/vivant")
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        row(f"{name} page", f"{len(queries)} queries cold, {1000 * median(lambda p=path: client.get(p)):.0f} ms warm")

    def publish(enqueueing: bool) -> None:
        nonlocal case
        with transaction.atomic():
            case = CaseStudyPage.objects.get(pk=case.pk)
            case.summary = f"Résumé de mesure {time.perf_counter_ns()}"
            revision = case.save_revision()
            if not enqueueing:
                indexing.enqueue, kept = (lambda page_ids: None), indexing.enqueue
            try:
                revision.publish()
            finally:
                if not enqueueing:
                    indexing.enqueue = kept
            transaction.set_rollback(True)

    with_search, without = [], []
    for _ in range(12):
        with_search.append(timed(lambda: publish(True)))
        without.append(timed(lambda: publish(False)))
    ratio = statistics.median(with_search) / statistics.median(without)
    row("publishing with search ÷ without", f"{ratio:.2f} ({1000 * statistics.median(with_search):.0f} ms)")
    with CaptureQueriesContext(connection) as queries:
        publish(True)
    writes = [q["sql"] for q in queries if "search_pendingpage" in q["sql"] and q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    row("writes that search adds to a publication", str(len(writes)))

    case = CaseStudyPage.objects.get(pk=case.pk)
    case.summary = "Résumé mesuré."
    case.save_revision().publish()
    row("bringing the index up to date after a publication", f"{1000 * timed(indexing.drain):.0f} ms, {PendingPage.objects.count()} pending after")
    row("rebuilding the index of the demonstration", f"{timed(indexing.rebuild):.2f} s")


if __name__ == "__main__":
    main()
