"""Thousands of random edits while two workers drain and one is killed again and again: does the index follow?

    bench/edits.py [EDITS] [SEED]        10,000 edits by default; prints the seed, so that a run can be had again

Everything happens on a throw-away database and index. It ends with `search_check`, which must find no difference.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FOLDER = Path(tempfile.mkdtemp(prefix="datacites-edits-"))
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "datacites.settings.demo",
    "DATACITES_VAR": str(FOLDER),
    "SEARCH_DRAIN": "worker",
    "LOG_LEVEL": "ERROR",
}
CASES = 120
KILL_EVERY = 500


def worker() -> subprocess.Popen[bytes]:
    """A process that drains until it is killed."""
    command = [sys.executable, "manage.py", "search_sync", "--watch"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)


def main() -> None:
    """Edit, kill, and compare."""
    edits = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(10**6)
    print(f"seed {seed}", flush=True)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from search import indexing
    from tests.builders import make_case, make_domain

    domains = [make_domain(f"domaine-{n}", f"Domaine {n}") for n in range(4)]
    cases = [make_case(title=f"Cas {n}", domains=[domains[n % 4]]) for n in range(CASES)]
    indexing.rebuild()
    world = World(random.Random(seed), [case.pk for case in cases], domains)
    workers = [worker(), worker()]
    began = time.monotonic()
    try:
        for number in range(1, edits + 1):
            world.edit()
            if number % KILL_EVERY == 0:
                workers[0].kill()
                workers[0].wait()
                workers.append(worker())
                workers.pop(0)
            if number % (10 * KILL_EVERY) == 0:
                indexing.rebuild()
    finally:
        for process in workers:
            process.kill()
            process.wait()
    print(f"{edits} edits in {time.monotonic() - began:.0f} s: {dict(world.done)}", flush=True)
    from datetime import timedelta

    from django.utils import timezone

    from search.models import PendingPage

    # What the killed workers held is taken up when their leases end; here, at once.
    past = timezone.now() - timedelta(seconds=1)
    PendingPage.objects.filter(lease__isnull=False).update(lease_until=past)
    PendingPage.objects.filter(next_attempt_at__gt=past).update(next_attempt_at=past)
    call_command("search_sync")
    call_command("search_check")


class World:
    """What editors do, drawn by chance."""

    def __init__(self, chance: random.Random, cases: list[int], domains: list[Any]) -> None:
        self.chance = chance
        self.cases = cases
        self.domains = domains
        self.done: Counter[str] = Counter()

    def edit(self) -> None:
        """One edit."""
        kinds = ["save"] * 12 + [
            "unpublish",
            "republish",
            "restrict",
            "open",
            "domain",
            "partner",
            "tag",
        ]
        kind = self.chance.choice(kinds)
        getattr(self, kind)()
        self.done[kind] += 1

    def _case(self) -> Any:
        from casestudies.models import CaseStudyPage

        return CaseStudyPage.objects.get(pk=self.chance.choice(self.cases))

    def save(self) -> None:
        """A title changes, as a publication leaves it."""
        case = self._case()
        case.title = f"Cas {case.pk} {self.chance.random()}"
        case.save()

    def unpublish(self) -> None:
        """A case is withdrawn."""
        self._case().unpublish()

    def republish(self) -> None:
        """A case comes back."""
        case = self._case()
        case.live = True
        case.save()

    def restrict(self) -> None:
        """An organization's pages are closed."""
        from wagtail.models import PageViewRestriction

        PageViewRestriction.objects.create(page=self._case().get_parent(), restriction_type="login")

    def open(self) -> None:
        """What was closed is opened."""
        from wagtail.models import PageViewRestriction

        for restriction in PageViewRestriction.objects.order_by("?")[:2]:
            restriction.delete()

    def domain(self) -> None:
        """A value of a vocabulary is renamed."""
        domain = self.chance.choice(self.domains)
        domain.label = f"Domaine {self.chance.random()}"
        domain.save()

    def partner(self) -> None:
        """An organization is renamed."""
        partner = self._case().get_parent().specific
        partner.title = f"Organisation {self.chance.random()}"
        partner.save()

    def tag(self) -> None:
        """A keyword is added."""
        case = self._case()
        case.tags.add(f"mot {self.chance.randint(1, 50)}")
        case.save()


if __name__ == "__main__":
    main()
