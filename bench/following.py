"""Measure what followers cost: publishing, delivery, digests. Prints one table.

    .venv/bin/python bench/following.py

Publishing is measured with and without followers in turn, in one run, and quoted as a ratio. Digests
are composed but go to a mail server that does nothing. Everything happens on a throw-away folder.
"""

import io
import os
import shutil
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FOLDER = Path(tempfile.mkdtemp(prefix="datacites-bench-"))
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "datacites.settings.demo",
    "DATACITES_VAR": str(FOLDER),
    "FOLLOWING_DELIVERY": "command",
    "SEARCH_DRAIN": "worker",
    "SEARCH_SEMANTIC": "false",
    "LOG_LEVEL": "WARNING",
}
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

FOLLOWERS = 10_000
ROUNDS = 21
EVENTS = 10


def main() -> None:
    """Print the table."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    call_command("demo", "--prepare-only", verbosity=0, stdout=io.StringIO())
    from casestudies.models import CaseStudyPage

    alone, followed, digested = CaseStudyPage.objects.live().order_by("pk")[:3]
    print("| what | measured |\n| --- | --- |")
    follow(followed, FOLLOWERS)
    publishing(alone, followed)
    delivery(followed)
    for count in (250, 1_000):
        digests(digested, count)


def follow(page: Any, count: int) -> None:
    """That many confirmed mailboxes follow the page, each told once a day."""
    from django.utils import timezone

    from cms.following.models import Correspondent, Follow

    now = timezone.now()
    people = Correspondent.objects.bulk_create(
        (
            Correspondent(email=f"p{rank}.{page.pk}.{count}@ville.fr", confirmed_at=now)
            for rank in range(count)
        ),
        batch_size=500,
    )
    Follow.objects.bulk_create(
        (
            Follow(correspondent=person, topic=f"page:{page.pk}", confirmed_at=now)
            for person in people
        ),
        batch_size=500,
    )


def publish(page: Any) -> None:
    """A new version of the page."""
    fresh = type(page).objects.get(pk=page.pk)
    fresh.summary = f"Un résumé, {time.perf_counter_ns()}."
    fresh.save_revision().publish()


def timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def row(name: str, value: str) -> None:
    print(f"| {name} | {value} |", flush=True)


def publishing(alone: Any, followed: Any) -> None:
    """The ratio of two medians, taken in turn."""
    with_none, with_all = [], []
    for _round in range(ROUNDS):
        with_none.append(timed(lambda: publish(alone)))
        with_all.append(timed(lambda: publish(followed)))
    ratio = statistics.median(with_all) / statistics.median(with_none)
    row(f"publishing with {FOLLOWERS:,} followers ÷ with none", f"{ratio:.2f}")


def delivery(followed: Any) -> None:
    """One event told to all."""
    from cms.following.delivery import deliver_events
    from cms.following.models import Event, Notification

    Event.objects.all().delete()
    publish(followed)
    tracemalloc.start()
    seconds = timed(deliver_events)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    total = Notification.objects.count()
    row(
        "one event delivered",
        f"{total:,} notifications in {seconds:.1f} s, {peak / 1e6:.1f} MB at most",
    )


def digests(page: Any, count: int) -> None:
    """Digests of several events for that many followers: composed, then composed and sent."""
    from datetime import timedelta

    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from cms.following import sending
    from cms.following.delivery import deliver_events
    from cms.following.models import Correspondent, Event

    Event.objects.all().delete()
    Correspondent.objects.all().delete()
    follow(page, count)
    for _event in range(EVENTS):
        publish(page)
    deliver_events()
    tomorrow = timezone.now() + timedelta(days=2)

    def compose() -> int:
        """Every digest, sent nowhere."""
        made = 0
        for batch in sending.due(tomorrow):
            waiting = sending.notifications_for(batch, tomorrow)
            teller = sending.Teller([each for those in waiting.values() for each in those])
            for person in batch:
                sending.digest(person, teller.items(person, waiting[person.pk])).message()
                made += 1
        return made

    compose()
    with CaptureQueriesContext(connection) as captured:
        compose()
    tracemalloc.start()
    seconds = timed(compose)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    with CaptureQueriesContext(connection) as sent:
        sending.Run(lambda: tomorrow)()
    recording = (min(len(sent), 9_000) - len(captured)) / min(count, 1_000)
    row(
        f"digests of {EVENTS} events for {count:,} followers",
        f"{len(captured)} queries to compose, {recording:.0f} to record each, "
        f"{peak / 1e6:.1f} MB at most, {1000 * seconds / count:.1f} ms each (traced)",
    )


if __name__ == "__main__":
    try:
        main()
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
