"""Processes that kill themselves where they are told, forked from one that has loaded the site.

`python -m tests.search.crashing` reads one JSON list of runs per line and answers how each ended.
Runs of one list go at the same time. A run names a folder, which holds its database and its index.
"""

import json
import os
import pkgutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any

CASES = 6
CHANGED = "Girouettes"

POINTS = {
    # Of a publication: the name, whether to die before or after, and at which call.
    "noted, not committed": ("search.pending:upsert", "after", 1),
    "committed, not handled": ("search.drainer:kick", "before", 1),
    # Of a drain.
    "rows claimed": ("search.pending:claim", "after", 1),
    "pages read": ("search.indexing:build_documents", "after", 1),
    "engine half way": ("search.backends.tantivy:_stored", "before", 2),
    "written, not withdrawn": ("search.backends.tantivy:TantivyBackend.delete", "before", 1),
    "engine done": ("search.backends.tantivy:TantivyBackend.delete", "after", 1),
    "rows removed": ("search.pending:complete", "after", 1),
    # Of a rebuild.
    "rebuild begun": ("search.pending:begin_rebuild", "after", 1),
    "new index half filled": ("search.backends.tantivy:_stored", "before", 3),
    "new index filled": ("search.backends.tantivy:os.replace", "before", 1),
    "new index in place": ("search.backends.tantivy:os.replace", "after", 1),
    "old indices swept": ("search.pending:end_rebuild", "before", 1),
    "rebuild ended": ("search.pending:end_rebuild", "after", 1),
}


def arm(point: str) -> None:
    """From now on this process dies at `point`."""
    path, moment, deadly_call = POINTS[point]
    owner_path, _, name = path.replace(":", ".").rpartition(".")
    owner = pkgutil.resolve_name(owner_path)
    original, calls = getattr(owner, name), count(1)

    def deadly(*args: Any, **kwargs: Any) -> Any:
        dies = next(calls) == deadly_call
        if dies and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*args, **kwargs)
        if dies:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, deadly)


# --- What runs do; each is given its request, and returns something to report


def prepare(run: dict[str, Any]) -> Any:
    """A migrated database with some indexed cases."""
    from django.core.management import call_command

    from search import indexing
    from search.models import PendingPage
    from tests.builders import make_case

    call_command("migrate", verbosity=0)
    cases = [make_case(title=f"Expérience {rank}") for rank in range(CASES)]
    PendingPage.objects.all().delete()
    # The cases, and what their organizations say of themselves.
    assert indexing.rebuild() > len(cases)


def change() -> None:
    """Rename three cases and withdraw a fourth, as editors do."""
    from django.db import transaction

    from casestudies.models import CaseStudyPage

    renamed = list(CaseStudyPage.objects.order_by("pk")[:4])
    with transaction.atomic():
        renamed.pop().unpublish()
        for case in renamed:
            case.title = f"{CHANGED} {case.pk}"
            case.save_revision().publish(skip_permission_checks=True)


def publish(run: dict[str, Any]) -> Any:
    """Change, and drain within the request."""
    from django.conf import settings

    settings.SEARCH_DRAIN = "inline"
    arm(run["point"])
    change()


def drain(run: dict[str, Any]) -> Any:
    """Change, then drain."""
    from search import indexing

    change()
    arm(run["point"])
    indexing.drain()


def rebuild(run: dict[str, Any]) -> Any:
    """Rebuild, while pages change and are drained after the rebuild has read them."""
    from search import indexing

    def meanwhile(pages: int) -> None:
        change()
        indexing.drain()

    if run["point"] == "new index half filled":
        # The drain of the changes stores documents too: they come first.
        change()
        indexing.drain()
        arm(run["point"])
        indexing.rebuild()
    arm(run["point"])
    indexing.rebuild(meanwhile)


def enqueue_all(run: dict[str, Any]) -> Any:
    """Have every case wait."""
    from casestudies.models import CaseStudyPage
    from search import indexing

    change()
    indexing.enqueue(CaseStudyPage.objects.values_list("pk", flat=True))


def drain_by_one(run: dict[str, Any]) -> Any:
    """Drain page by page, from the moment that all runs are ready; report the pages taken."""
    from search import indexing, pending

    taken: list[int] = []
    claim = pending.claim

    def remembered(limit: int) -> pending.Claim | None:
        found = claim(limit)
        taken.extend(found.page_ids if found else [])
        return found

    pending.claim = remembered
    folder = Path(run["folder"])
    (folder / f"ready-{os.getpid()}").touch()
    while len(list(folder.glob("ready-*"))) < run["processes"]:
        time.sleep(0.005)
    indexing.drain(batch=1)
    return taken


def recover(run: dict[str, Any]) -> Any:
    """What the next worker does once the leases of the killed one have ended."""
    from django.core.management import call_command
    from django.utils import timezone

    from search import pending
    from search.backends import get_backend
    from search.models import IndexState, PendingPage
    from search.query import SearchQuery

    past = timezone.now() - timedelta(seconds=1)
    PendingPage.objects.filter(lease__isnull=False).update(lease_until=past)
    IndexState.objects.filter(rebuild__isnull=False).update(rebuild_until=past)
    output = StringIO()
    call_command("search_sync", stdout=output, stderr=output)
    call_command("search_check", stdout=output, stderr=output)
    return {
        "output": output.getvalue(),
        "pending": len(pending.pending_ids()),
        "documents": get_backend().search(SearchQuery("")).total,
        "changed": get_backend().search(SearchQuery(CHANGED)).total,
    }


ACTIONS: dict[str, Callable[[dict[str, Any]], Any]] = {
    action.__name__: action
    for action in (prepare, publish, drain, rebuild, enqueue_all, drain_by_one, recover)
}


# --- Forking


def perform(run: dict[str, Any]) -> None:
    """Do what `run` asks, in the forked process."""
    from django.conf import settings
    from django.db import connection, connections

    folder = Path(run["folder"])
    connection.settings_dict["NAME"] = str(folder / "db.sqlite3")
    settings.SEARCH_URL = f"tantivy://{folder / 'index'}"
    settings.SEARCH_DRAIN = "worker"
    report = ACTIONS[run["action"]](run)
    connections.close_all()
    answer_path(folder).write_text(json.dumps(report))


def answer_path(folder: Path, pid: int | None = None) -> Path:
    return folder / f"answer-{pid or os.getpid()}.json"


def fork(run: dict[str, Any]) -> int:
    """The number of a new process that does what `run` asks."""
    if pid := os.fork():
        return pid
    status = 0
    try:
        perform(run)
    except BaseException:
        traceback.print_exc()
        status = 1
    finally:
        sys.stderr.flush()
        os._exit(status)


def ended(pid: int, folder: Path) -> dict[str, Any]:
    """How a process ended (0, 1, or -9 when it was killed) and what it reported."""
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    answer = answer_path(folder, pid)
    return {"status": status, "report": json.loads(answer.read_text()) if not status else None}


def main() -> None:
    import django

    django.setup()
    # Loaded once for all runs.
    for module in ("tests.builders", "search.backends.tantivy", "datacites.urls"):
        pkgutil.resolve_name(module)
    print("ready", flush=True)
    for line in sys.stdin:
        runs = json.loads(line)
        pids = [fork(run) for run in runs]
        answers = [ended(pid, Path(run["folder"])) for pid, run in zip(pids, runs, strict=True)]
        print(json.dumps(answers), flush=True)


if __name__ == "__main__":
    main()
