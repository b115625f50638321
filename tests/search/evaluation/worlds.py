"""A database that holds what the graded cases name: vocabularies, territories and what contains them."""

import csv
import gzip
import io
import json
from functools import cache
from typing import Any

from casestudies.loading.site import install_site
from casestudies.loading.vocabularies import load_vocabularies
from casestudies.models import Territory
from casestudies.reference.files import TERRITORIES_FILE
from casestudies.reference.names import name_key
from search.evaluation.corpus import REAL_FOLDER, RELEVANCE_FOLDER

CONTAINERS = ("epci", "ept", "departement", "region")
LARGEST_FIRST = ("pays", "canton", "region", "departement", "epci", "ept", "commune")


@cache
def raw_cases() -> tuple[dict[str, Any], ...]:
    """The real cases and the fictional ones, as their files say them."""
    real = [json.loads(file.read_text()) for file in sorted((REAL_FOLDER / "cases").glob("*.json"))]
    fictional = [
        json.loads(line)
        for file in sorted((RELEVANCE_FOLDER / "cases").glob("*.jsonl"))
        for line in file.read_text().splitlines()
    ]
    return (*real, *fictional)


def reference_of_the_cases() -> None:
    """Vocabularies, the frame, and the territories of the cases."""
    load_vocabularies()
    install_site()
    rows = rows_needed()
    by_code: dict[str, Territory] = {}
    for kind in LARGEST_FIRST:
        for row in rows:
            if row["kind"] == kind:
                by_code[row["code"]] = territory(row, by_code)


def rows_needed() -> list[dict[str, str]]:
    """The lines of the reference file that the cases name, and those of what contains them."""
    with gzip.open(TERRITORIES_FILE, "rt", encoding="utf-8", newline="") as file:
        lines = csv.DictReader(io.StringIO(file.read()))
        rows = {row["code"]: row for row in lines if row["kind"] != "former"}
    wanted = {code for case in raw_cases() for code in case["territories"]}
    while True:
        found = {rows[code][name] for code in wanted for name in CONTAINERS} - {""}
        if found <= wanted:
            return [rows[code] for code in sorted(wanted)]
        wanted |= found


def territory(row: dict[str, str], by_code: dict[str, Territory]) -> Territory:
    """One line as a row of the database."""
    return Territory.objects.create(
        code=row["code"],
        kind=row["kind"],
        name=row["name"],
        search_key=name_key(row["name"]),
        population=int(row["population"]) if row["population"] else None,
        **{name: by_code[row[name]] for name in CONTAINERS if row[name]},
    )
