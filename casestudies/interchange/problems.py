"""What may be wrong with a file of cases: where, in which field, and in words a person can act on.

It must not check anything: the modules that read and validate do.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

SHOWN = 80
"""Characters of a faulty value that a message repeats."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct or to know, at one line of one file."""

    origin: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        where = f"{self.origin}:{self.line}"
        return (
            f"{where}: {self.field}: {self.message}" if self.field else f"{where}: {self.message}"
        )


@dataclass(frozen=True, slots=True)
class Record:
    """One value read from a file, and where it starts."""

    origin: str
    line: int
    data: Any

    def problem(self, field: str, message: str) -> Problem:
        """Something about this record."""
        return Problem(self.origin, self.line, printable(field), message)


class ImportRefused(Exception):
    """The file cannot be written as it is; nothing has been."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = list(problems)


def printable(text: str) -> str:
    """`text` on one line, fit for any terminal: what is not valid Unicode is spelled out."""
    shown = "".join(
        character if character.isprintable() else json.dumps(character)[1:-1] for character in text
    )
    return shown[: 2 * SHOWN]


def shown(value: Any) -> str:
    """A faulty value as a message repeats it: whole if short, otherwise its beginning."""
    if value is None:
        return "null"
    if isinstance(value, str):
        text = printable(value[: SHOWN + 1])
        return f"« {text[:SHOWN]}… »" if len(text) > SHOWN else f"« {text} »"
    text = printable(json.dumps(value, ensure_ascii=False))
    return f"{text[:SHOWN]}…" if len(text) > SHOWN else text


def listed(values: Sequence[Any]) -> str:
    """The values as one says them: a, b ou c."""
    words = [str(value) for value in values]
    if len(words) < 2:
        return "".join(words)
    return _("%(list)s ou %(last)s") % {"list": ", ".join(words[:-1]), "last": words[-1]}


def found_expected(found: str, expected: str) -> str:
    """The two halves of every message about a value."""
    return _("trouvé %(found)s ; attendu : %(expected)s") % {
        "found": found,
        "expected": expected.rstrip("."),
    }
