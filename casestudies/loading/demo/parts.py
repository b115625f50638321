"""The parts of the demonstration, in the order in which each needs those before it.

A part whose files have not changed since it was loaded is skipped, so that an interrupted load
resumes where it stopped. Nothing here may run on a public server: the command refuses.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from casestudies.loading.demo.accounts import load_accounts
from casestudies.loading.demo.cases import load_cases
from casestudies.loading.demo.desk import load_desk
from casestudies.loading.demo.glossary import load_glossary
from casestudies.loading.demo.guide import load_guide
from casestudies.loading.demo.pages import load_pages
from casestudies.loading.demo.partners import load_partners
from casestudies.loading.digests import digest_of, is_loaded, remember
from casestudies.loading.publishing import Outcome
from casestudies.reference.files import REFERENCE_FOLDER

DEMO_FOLDER: Final = REFERENCE_FOLDER.parent / "demo"
Outcomes = list[Outcome]


@dataclass(frozen=True)
class Part:
    """One kind of content: its files, and how they are loaded."""

    name: str
    pattern: str
    load: Callable[[list[Path]], Outcomes]


@dataclass
class PartReport:
    """What became of a part; no outcome at all means that nothing had changed."""

    name: str
    outcomes: Outcomes = field(default_factory=list)
    already_loaded: bool = False

    def count(self, outcome: Outcome) -> int:
        """How many had this outcome."""
        return self.outcomes.count(outcome)


PARTS: Final[tuple[Part, ...]] = (
    Part("glossary", "glossary.json", load_glossary),
    Part("partners", "partners.json", load_partners),
    Part("accounts", "partners.json", load_accounts),
    Part("cases", "cases/*.json", load_cases),
    Part("guide", "guide/*.json", load_guide),
    Part("pages", "pages.json", load_pages),
    Part("desk", "desk.json", load_desk),
)


def load_parts(folder: Path = DEMO_FOLDER, only: Any = None) -> Iterator[PartReport]:
    """Load each part in a transaction of its own, telling about it as soon as it is done."""
    for part in PARTS:
        if only is not None and part.name not in only:
            continue
        files = sorted(folder.glob(part.pattern))
        digest = digest_of(files)
        name = f"demo:{part.name}"
        if is_loaded(name, digest):
            yield PartReport(part.name, already_loaded=True)
            continue
        with transaction.atomic():
            outcomes = part.load(files)
            # Somebody's unpublished work stood in the way: try again next time.
            if Outcome.SKIPPED not in outcomes:
                remember(name, digest)
        yield PartReport(part.name, outcomes)
