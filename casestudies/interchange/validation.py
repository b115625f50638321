"""Check the cases of a file, all of them and wholly, before anything is written.

It must not change the database; what it returns is what `writing` writes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from casestudies.interchange.checks import Checker
from casestudies.interchange.form import canonical, partner_slug
from casestudies.interchange.lookups import Lookups, lookups
from casestudies.interchange.problems import Problem, Record
from casestudies.interchange.schema import faults, field_name


@dataclass(frozen=True)
class ValidCase:
    """A case that can be written: its canonical form, and where it comes from."""

    record: Record
    data: dict[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        """What a case is known by."""
        return self.data["organisation"], self.data["slug"]


@dataclass
class Validation:
    """What can be written, what forbids writing, and what is worth knowing."""

    known: Lookups
    cases: list[ValidCase] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    new_partners: list[str] = field(default_factory=list)
    """Slugs of organizations to create."""


def validate(records: Sequence[Record], *, create_partners: bool = False) -> Validation:
    """Check every record; with `create_partners`, unknown organizations are to be created."""
    refused: list[list[Problem]] = []
    usable: list[dict[str, Any]] = []
    for record in records:
        found = faults(record.data)
        refused.append([record.problem(field_name(path), message) for path, message in found])
        wrong = {path[0] for path, _message in found if path}
        data = record.data if isinstance(record.data, dict) else {}
        usable.append({name: value for name, value in data.items() if name not in wrong})
    known = lookups(*mentioned(usable))
    result = Validation(known)
    unknown: dict[str, None] = {}
    for record, problems, data in zip(records, refused, usable, strict=True):
        checker = Checker(record, data, known, create_partners=create_partners)
        checker.run()
        result.errors += problems + checker.errors
        result.warnings += checker.warnings
        unknown.update(dict.fromkeys(checker.new_partners))
        if not problems and not checker.errors:
            result.cases.append(ValidCase(record, canonical(checker.data)))
    result.errors += repeated(records, usable)
    result.errors.sort(key=lambda problem: (problem.origin, problem.line))
    result.new_partners = list(unknown)
    return result


def mentioned(cases: Iterable[dict[str, Any]]) -> tuple[set[str], set[str], set[str]]:
    """The territories, partners and tags that sound fields name."""
    territories: set[str] = set()
    partners: set[str] = set()
    tags: set[str] = set()
    for case in cases:
        territories.update(case.get("territories", ()))
        partners.update(partner_slug(item) for item in case.get("partners", ()))
        if "organisation" in case:
            partners.add(case["organisation"])
        tags.update(case.get("tags", ()))
    return territories, partners, tags


def repeated(records: Sequence[Record], cases: Sequence[dict[str, Any]]) -> list[Problem]:
    """Two cases of one organization with the same slug, two cases with the same number."""
    problems = []
    seen: dict[tuple[Any, ...], Record] = {}
    for record, case in zip(records, cases, strict=True):
        if "slug" in case and "organisation" in case:
            key = ("slug", case["organisation"], case["slug"])
            if key in seen:
                message = _(
                    "« %(slug)s » est déjà à %(place)s ; attendu : un seul par organisation"
                )
                place = f"{seen[key].origin}:{seen[key].line}"
                problems.append(
                    record.problem("slug", message % {"slug": case["slug"], "place": place})
                )
            seen.setdefault(key, record)
        if case.get("number") is not None:
            key = ("number", int(case["number"]), None)
            if key in seen:
                message = _("%(number)s est déjà à %(place)s ; attendu : un numéro par cas")
                place = f"{seen[key].origin}:{seen[key].line}"
                problems.append(
                    record.problem("number", message % {"number": case["number"], "place": place})
                )
            seen.setdefault(key, record)
    return problems
