"""The sourced cases, through the importer that anyone uses."""

from pathlib import Path
from typing import Final

from casestudies.interchange.problems import ImportRefused, Problem, Record
from casestudies.interchange.reading import read_file
from casestudies.interchange.validation import validate
from casestudies.interchange.writing import Action, prepare, write
from casestudies.loading.publishing import Outcome

CHANGE_SUMMARY: Final = "Première version, rédigée d'après des sources publiques."
OUTCOMES: Final = {
    Action.CREATE: Outcome.CREATED,
    Action.UPDATE: Outcome.UPDATED,
    Action.KEEP: Outcome.KEPT,
}


def load_cases(files: list[Path]) -> list[Outcome]:
    """Import every file; a case on which somebody is at work is left to them."""
    records: list[Record] = []
    problems: list[Problem] = []
    for file in files:
        found, unreadable = read_file(file)
        records += found
        problems += unreadable
    validation = validate(records)
    if errors := problems + validation.errors:
        raise ImportRefused(errors)
    plan = prepare(validation)
    busy = {(problem.origin, problem.line) for problem in plan.errors}
    steps = [
        step for step in plan.steps if (step.case.record.origin, step.case.record.line) not in busy
    ]
    skipped = len(plan.steps) - len(steps)
    plan.steps, plan.errors = steps, []
    write(plan, change_summary=CHANGE_SUMMARY)
    return [OUTCOMES[step.action] for step in steps] + [Outcome.SKIPPED] * skipped
