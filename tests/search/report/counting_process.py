"""A process of its own that counts, for tests of what several do at once on one database file."""

import os
import sys
import threading
import time
from pathlib import Path

import django


def main(drain: str, action: str, argument: str) -> None:
    django.setup()
    from django.conf import settings
    from django.db import connection

    from search.models import SearchCount

    settings.SEARCH_DRAIN = drain
    with connection.schema_editor() as editor:
        editor.create_model(SearchCount)
    connection.close()
    if action == "count":
        children = [fork_to_count(int(argument)) for _ in range(2)]
        sys.exit(max(os.waitpid(child, 0)[1] for child in children))
    count_while_busy(Path(argument))


def fork_to_count(each: int) -> int:
    """A process that counts; returns its id."""
    child = os.fork()
    if not child:
        count(each)
        os._exit(0)
    return child


def count(each: int) -> None:
    """Four threads count the same few words, and write while they do."""
    from search.report import recording
    from search.report.counting import Tally

    def work() -> None:
        for rank in range(each):
            text = f"mot {rank % 7}"
            recording._recorder.note(text, text, Tally(searches=1, clicks=1, positions=2))
            if rank % 25 == 0:
                recording.flush()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while not recording.flush():
        time.sleep(0.05)


def count_while_busy(released: Path) -> None:
    """Count while another holds the database, then wait for the counts to be there."""
    from search.models import SearchCount
    from search.report import recording
    from search.report.counting import Tally

    recording.PAUSE = 0.1
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.monotonic()
    for rank in range(200):
        recording._recorder.note(f"mot {rank}", f"mot {rank}", Tally(searches=1))
    print(f"{time.monotonic() - began:.3f}", flush=True)
    while not released.exists():
        time.sleep(0.02)
    end = time.monotonic() + 20
    while SearchCount.objects.count() < 200 and time.monotonic() < end:
        time.sleep(0.05)
    print(SearchCount.objects.count(), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
