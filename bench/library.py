"""Measure whole search requests over HTTP, as a reader's browser makes them, at several sizes.

    bench/library.py                             with the embedded engine
    bench/library.py elasticsearch://host:port     and with a server, whose indices `bench-*` are removed

The library's page, facets and excerpts included, is asked of a real server of one process. Beside a
search server, each request is followed at once by the raw query that it sends. Everything happens on
a throw-away folder; loopback only.
"""

import contextlib
import http.client
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FOLDER = Path(tempfile.mkdtemp(prefix="datacites-bench-"))
PORT = 8765
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "datacites.settings.demo",
    "DATACITES_VAR": str(FOLDER),
    "SEARCH_DRAIN": "worker",
    "LOG_LEVEL": "ERROR",
}
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 5


def main() -> None:
    """Print the table."""
    command = [sys.executable, "manage.py", "demo", "--prepare-only"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    import django

    django.setup()
    print("| what | measured |\n| --- | --- |")
    from bench.mass import write_pages

    urls = [f"tantivy://{FOLDER / 'bench'}", *(f"{url}/bench-requests" for url in sys.argv[1:])]
    slow: dict[str, dict[int, float]] = {url: {} for url in urls}
    keys: list[int] = []
    for size in SIZES:
        keys += write_pages(size - len(keys))
        for url in urls:
            slow[url][size] = measure(url, keys)
    for url in urls:
        ratio = slow[url][SIZES[-1]] / slow[url][SIZES[0]]
        row(f"{engine(url)}: p95 of a request at {SIZES[-1]:,} ÷ at {SIZES[0]:,}", f"{ratio:.1f}")


def measure(url: str, keys: list[int]) -> float:
    """Index `keys`, serve, ask; the p95 of requests in milliseconds."""
    from bench.mass import documents
    from bench.search import questions
    from search import conf
    from search.backends.elasticsearch import ElasticsearchBackend
    from search.backends.elasticsearch_baseline import remove_indices
    from search.backends.tantivy import TantivyBackend

    address = conf.parse_address(url)
    backend: TantivyBackend | ElasticsearchBackend
    if isinstance(address, conf.TantivyAddress):
        backend = TantivyBackend(address.folder)
    else:
        backend = ElasticsearchBackend(address.url, address.prefix)
    made = zip(keys, documents(len(keys)), strict=True)
    backend.rebuild(replace(document, page_id=key) for key, document in made)
    asked = questions()
    try:
        with serving(url) as (connection, process):
            requests, raws = [], []
            paths = [f"/retours-experience/?{query.to_querystring()}" for query in asked]
            raw = [raw_query(backend, query) for query in asked]
            for turn in range(ROUNDS + 1):
                for path, ask in zip(paths, raw, strict=True):
                    spent = timed(lambda path=path: get(connection, path))
                    plain = timed(ask)
                    if turn:
                        requests.append(spent)
                        raws.append(plain)
            memory = resident(process)
    finally:
        if isinstance(backend, ElasticsearchBackend):
            remove_indices(address.url, address.prefix, api_key=None)
    p95 = statistics.quantiles(requests, n=20)[-1]
    name = f"{engine(url)}, {len(keys):,} cases"
    row(f"{name}: request", f"median {statistics.median(requests):.0f} ms, p95 {p95:.0f} ms")
    if isinstance(backend, ElasticsearchBackend):
        ratio = statistics.median(requests) / statistics.median(raws)
        row(
            f"{name}: raw query",
            f"median {statistics.median(raws):.0f} ms, p95 {statistics.quantiles(raws, n=20)[-1]:.0f} ms",
        )
        row(f"{name}: request ÷ raw query", f"{ratio:.2f}")
    row(f"{name}: resident memory of the web process", memory)
    return p95


def raw_query(backend: object, query: Any) -> Callable[[], object]:
    """What the request sends to a search server, ready to be sent; nothing for the embedded engine."""
    from bench.search import clean
    from search.backends import elasticsearch_query as asking
    from search.backends.elasticsearch import ElasticsearchBackend
    from search.understanding import understand
    from search.views import COUNTED

    if not isinstance(backend, ElasticsearchBackend):
        return lambda: None
    asked = replace(query, counted=COUNTED)
    body = clean(asking.cases(asked, understand(query).meaning).to_dict())
    return lambda: backend.client.search(index=backend.alias, **body)


@contextlib.contextmanager
def serving(url: str) -> Iterator[tuple[http.client.HTTPConnection, int]]:
    """A server of one process that searches at `url`: a connection to it, and the process's number."""
    from datacites.management.commands.demo import FRUGAL

    command = [sys.executable, "-m", "gunicorn", "datacites.wsgi:application"]
    command += ["--bind", f"127.0.0.1:{PORT}", "--workers", "1", "--threads", "4"]
    environment = {**FRUGAL, **os.environ, "SEARCH_URL": url, "PYTHONPATH": str(ROOT / "site")}
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError):
                get(connection, "/sante/vivant")
                break
            time.sleep(0.1)
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        yield connection, int(children[0])
    finally:
        connection.close()
        server.terminate()
        server.wait(20)


def get(connection: http.client.HTTPConnection, path: str) -> None:
    """Ask a page and read it all; anything but a page is an error."""
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        connection.close()
        raise
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")


def timed(action: Callable[[], object]) -> float:
    """Milliseconds that something takes."""
    began = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - began)


def resident(process: int) -> str:
    """What a process holds, and how much of it are files that the system shares and takes back."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    told = {name: value.split() for name, _colon, value in (line.partition(":") for line in lines)}
    whole, files = (int(told[name][0]) / 1024 for name in ("VmRSS", "RssFile"))
    return f"{whole:.0f} MB, {files:.0f} MB of them files"


def engine(url: str) -> str:
    """The engine's name."""
    return url.partition(":")[0].capitalize()


def row(name: str, value: str) -> None:
    """One line of the table."""
    print(f"| {name} | {value} |", flush=True)


if __name__ == "__main__":
    try:
        main()
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
