"""Measure search on fictional cases: speed of building, of answering at several sizes, and memory.

    bench/search.py                          the embedded engine
    bench/search.py elasticsearch://host:port   and a server, whose indices `bench-*` are removed

What is compared is measured side by side in one run and quoted as a ratio. Bounded: loopback only.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "datacites.settings.test")

QUERIES = (
    "éclairage public",
    "capteurs",
    "open data qualité de l'air",
    "comment mesurer les fuites d'eau dans une petite commune",
    '"budget participatif" -cantine',
    "stationnement OR collecte",
    "tan*",
)
FACETS = ({}, {"domaine": ("eau",)}, {"etape": ("service", "culture"), "domaine": ("energie",)})
ROUNDS = 6


def row(name: str, value: str) -> None:
    """One line of the table."""
    print(f"| {name} | {value} |", flush=True)


def timed(action: Callable[[], object]) -> float:
    """Seconds that something takes."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def times(ask: Callable[[object], object], queries: Iterable[object]) -> list[float]:
    """Milliseconds of each question, asked several times after a first that does not count."""
    asked = list(queries)
    for query in asked:
        ask(query)
    return [1000 * timed(lambda query=query: ask(query)) for _ in range(ROUNDS) for query in asked]


def p95(values: list[float]) -> float:
    """The slowest but the worst of twenty."""
    return statistics.quantiles(values, n=20)[-1]


def main() -> None:
    """Print the table."""
    import django

    django.setup()
    print("| what | measured |\n| --- | --- |")
    embedded()
    for url in sys.argv[1:]:
        server(url)


def questions() -> list[object]:
    """Words and facets in every combination."""
    from search.query import SearchQuery

    return [SearchQuery(text, values) for text in QUERIES for values in FACETS]


def embedded() -> None:
    """Tantivy at three sizes, in a process of its own for memory."""
    from bench.mass import documents
    from search.backends.tantivy import TantivyBackend

    slow: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for count in (1_000, 10_000, 100_000):
            backend = TantivyBackend(Path(folder) / str(count))
            made = list(documents(count))
            seconds = timed(lambda backend=backend, made=made: backend.rebuild(made))
            del made
            row(
                f"Tantivy: index of {count:,} cases",
                f"{seconds:.1f} s, {count / seconds:,.0f} a second",
            )
            measured = times(backend.search, questions())
            slow[count] = p95(measured)
            row(
                f"Tantivy: search among {count:,}, facets and excerpts",
                f"median {statistics.median(measured):.1f} ms, p95 {slow[count]:.1f} ms",
            )
        row("Tantivy: p95 at 100,000 ÷ at 1,000", f"{slow[100_000] / slow[1_000]:.1f}")
        script = "import sys; sys.path[:0] = sys.argv[2:]; from bench.search import memory; memory(sys.argv[1])"
        command = [sys.executable, "-c", script, f"{folder}/100000", str(ROOT), str(ROOT / "site")]
        subprocess.run(command, check=True)


def memory(folder: str) -> None:
    """What a process that answers from a large index holds."""
    import django

    django.setup()
    from search.backends.tantivy import TantivyBackend

    backend = TantivyBackend(Path(folder))
    times(backend.search, questions())
    backend.similar_words(["eclairge"])
    size = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20
    row("Tantivy: resident memory after searching 100,000 cases", f"{size:.0f} MB")


def server(url: str) -> None:
    """Elasticsearch: building against a raw bulk, answering against the raw query it sends."""
    from elasticsearch import helpers

    from bench.mass import documents
    from search import conf
    from search.backends import elasticsearch_query as asking
    from search.backends.elasticsearch import ElasticsearchBackend
    from search.backends.elasticsearch_baseline import remove_indices
    from search.backends.elasticsearch_mapping import index_body, store
    from search.meaning import read

    address = conf.parse_address(url)
    backend = ElasticsearchBackend(address.url, "bench-search")
    slow: dict[int, float] = {}
    try:
        for count in (1_000, 10_000, 100_000):
            made = list(documents(count))
            raw_name = "bench-raw"
            backend.writer.indices.delete(index=raw_name, ignore_unavailable=True)
            backend.writer.indices.create(index=raw_name, **index_body())
            actions = [store(document, raw_name) for document in made]
            raw = timed(lambda a=actions: helpers.bulk(backend.writer, a, chunk_size=500))
            ours = timed(lambda m=made: backend.rebuild(m))
            del made, actions
            row(
                f"Elasticsearch: rebuild of {count:,} ÷ raw bulk of the same",
                f"{ours / raw:.2f} ({ours:.1f} s, {count / ours:,.0f} a second)",
            )
            backend.refresh()
            measured = times(backend.search, questions())
            slow[count] = p95(measured)
            bodies = [asking.cases(query, read(query.text)).to_dict() for query in questions()]
            plain = times(
                lambda body: backend.client.search(index=backend.alias, **clean(body)), bodies
            )
            row(
                f"Elasticsearch: search among {count:,} ÷ the raw query it sends",
                f"{statistics.median(measured) / statistics.median(plain):.2f} "
                f"(median {statistics.median(measured):.1f} ms, p95 {slow[count]:.1f} ms)",
            )
        row("Elasticsearch: p95 at 100,000 ÷ at 1,000", f"{slow[100_000] / slow[1_000]:.1f}")
    finally:
        remove_indices(address.url, "bench", api_key=None)


def clean(body: dict[str, object]) -> dict[str, object]:
    """A body as the client's keyword arguments."""
    renamed = {"_source": "source"}
    return {renamed.get(name, name): value for name, value in body.items()}


if __name__ == "__main__":
    main()
