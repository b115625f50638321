"""Synonym rules as plain text, one per line, and the reference file that every site starts from.

A = B    each finds the other          A > B    searching A also finds B
# a remark; after a rule, its note
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from casestudies.reference.files import REFERENCE_FOLDER
from search import rules
from search.models import LoadedSynonym, SynonymRule
from search.synonyms import Rule, parse_rules

SYNONYMS_FILE: Final = REFERENCE_FOLDER / "synonyms.txt"
MAX_LINES: Final = 2000
MAX_SIZE: Final = 200_000
"""Characters of a text that is read."""


@dataclass(frozen=True)
class Fault:
    """A line that cannot be taken, and why."""

    number: int
    line: str
    reason: str


@dataclass(frozen=True)
class Reading:
    """What a text gives: rules to add, how many are known already, lines to mend."""

    rules: tuple[SynonymRule, ...]
    known: int
    faults: tuple[Fault, ...]


def read_text(text: str) -> Reading:
    """Rules of `text` that are not kept yet; nothing is saved."""
    rows, faults = parse(text)
    kept = set(SynonymRule.objects.values_list("pair", flat=True))
    new = {pair: row for pair, row in distinct(rows).items() if pair not in kept}
    return Reading(tuple(new.values()), len(rows) - len(new), tuple(faults))


def parse(text: str) -> tuple[list[SynonymRule], list[Fault]]:
    """The rule of each line, unsaved, and the lines that hold none."""
    rows: list[SynonymRule] = []
    faults: list[Fault] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if number > MAX_LINES:
            return rows, [*faults, Fault(number, "", _("%d lignes au plus.") % MAX_LINES)]
        try:
            row = read_line(line)
        except ValidationError as error:
            faults.append(Fault(number, line[:120], " ".join(error.messages)))
        else:
            rows += [row] if row else []
    return rows, faults


def distinct(rows: Iterable[SynonymRule]) -> dict[str, SynonymRule]:
    """The first rule of each pair."""
    found: dict[str, SynonymRule] = {}
    for row in rows:
        found.setdefault(row.pair, row)
    return found


def read_line(line: str) -> SynonymRule | None:
    """The rule of one line, unsaved; None for an empty line or a remark."""
    try:
        parsed = parse_rules([line])
    except ValueError:
        raise ValidationError(_("Une règle s'écrit « A = B » ou « A > B ».")) from None
    if not parsed:
        return None
    return new_rule(parsed[0], note=line.partition("#")[2])


def new_rule(rule: Rule, note: str = "") -> SynonymRule:
    """`rule` as a row, cleaned and checked but not against other rows."""
    row = SynonymRule(
        left=rule.left, right=rule.right, is_two_way=rule.two_way, note=note.strip()[:300]
    )
    row.clean_fields(exclude=["pair"])
    row.clean_words()
    return row


@transaction.atomic
def add(rules: Iterable[SynonymRule], user: Any) -> int:
    """Save new rules, each with the first line of its history; returns how many."""
    count = 0
    for rule in rules:
        rule.save()
        log(instance=rule, action="wagtail.create", user=user)
        count += 1
    return count


def written(rules: Iterable[SynonymRule]) -> Iterator[str]:
    """Lines that `read_text` reads back; rules out of service come last, as remarks."""
    idle = []
    for rule in rules:
        line = f"{rule}  # {rule.note}" if rule.note else f"{rule}"
        if rule.is_active:
            yield line
        else:
            idle.append(line)
    if idle:
        yield ""
        yield "# " + _("Hors service")
        yield from (f"# {line}" for line in idle)


@transaction.atomic
def load_reference(path: Path = SYNONYMS_FILE) -> int:
    """Add what the file has and had never given before; returns how many rules were added.

    A pair once given is never given again: the team may have changed or deleted its rule. A file
    with a line that is no rule adds nothing.
    """
    rows, faults = parse(path.read_text(encoding="utf-8"))
    if faults:
        raise ValidationError(
            [f"{fault.number}: {fault.line} ({fault.reason})" for fault in faults]
        )
    given = set(LoadedSynonym.objects.values_list("pair", flat=True))
    new = {pair: row for pair, row in distinct(rows).items() if pair not in given}
    kept = set(SynonymRule.objects.values_list("pair", flat=True)) if new else set()
    added = [row for pair, row in new.items() if pair not in kept]
    LoadedSynonym.objects.bulk_create([LoadedSynonym(pair=pair) for pair in new])
    SynonymRule.objects.bulk_create(added)
    rules.MEMORY.forget()
    return len(added)
