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

    settings.ALLOWED_HOSTS = ["*"]
    settings.SEARCH_DRAIN = "worker"
    measure_pages()
    measure_publishing()


def measure_pages() -> None:
    """Queries of a first visit and time of the following ones, page type by page type."""
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client

    from casestudies.models import CaseStudyPage

    client = Client()
    pages = {
        "home": "/",
        "case": CaseStudyPage.objects.get(number=6).get_url(),
        "chapter": "/guide/acheter-et-contractualiser/",
        "library": "/retours-experience/",
        "library with words": "/retours-experience/?q=capteurs",
        "territory": "/territoires/siren:200069854/",
        "theme": "/themes/strategie-gouvernance/",
        "partners": "/partenaires/",
        "glossary": "/glossaire/",
    }
    client.get("/sante/vivant")
    for name, path in pages.items():
        cache.clear()
        queries: list[str] = []
        with connection.execute_wrapper(counting(queries)):
            client.get(path)
        warm = 1000 * median(lambda path=path: client.get(path))
        row(f"{name} page", f"{len(queries)} queries cold, {warm:.0f} ms warm")


def counting(queries: list[str]) -> Callable[..., object]:
    """A wrapper of every query that notes it: a request closes the connection, and its log with it."""

    def noting(execute: Callable[..., object], sql: str, *rest: object) -> object:
        queries.append(sql)
        return execute(sql, *rest)

    return noting


def publish(number: int) -> None:
    """Publish one change of a case, and take it back."""
    from django.db import transaction

    from casestudies.models import CaseStudyPage

    with transaction.atomic():
        case = CaseStudyPage.objects.get(number=number)
        case.summary = f"Résumé de mesure {time.perf_counter_ns()}"
        case.save_revision().publish()
        transaction.set_rollback(True)


def measure_publishing() -> None:
    """What search adds to a publication, and how soon the index follows."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from casestudies.models import CaseStudyPage
    from search import indexing, signal_handlers

    # The receivers hold the function by name: it is theirs that is put aside, and the count says so.
    enqueue, with_search, without = signal_handlers.enqueue, [], []
    for _ in range(15):
        with_search.append(timed(lambda: publish(6)))
        signal_handlers.enqueue = lambda page_ids: None
        without.append(timed(lambda: publish(6)))
        signal_handlers.enqueue = enqueue
    ratio = statistics.median(with_search) / statistics.median(without)
    row(
        "publishing with search ÷ without",
        f"{ratio:.2f} ({1000 * statistics.median(with_search):.0f} ms)",
    )
    with CaptureQueriesContext(connection) as queries:
        publish(6)
    own = [q["sql"] for q in queries if "search_pendingpage" in q["sql"]]
    writes = [sql for sql in own if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    row("writes that search adds to a publication", str(len(writes)))
    signal_handlers.enqueue = lambda page_ids: None
    with CaptureQueriesContext(connection) as queries:
        publish(6)
    signal_handlers.enqueue = enqueue
    row(
        "the same when search is put aside",
        str(sum("search_pendingpage" in q["sql"] for q in queries)),
    )

    case = CaseStudyPage.objects.get(number=6)
    case.summary = "Résumé mesuré."
    case.save_revision().publish()
    row("bringing the index up to date afterwards", f"{1000 * timed(indexing.drain):.0f} ms")
    row("rebuilding the index of the demonstration", f"{timed(indexing.rebuild):.2f} s")


if __name__ == "__main__":
    main()
