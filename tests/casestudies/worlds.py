"""Ready-made worlds for tests of the interchange format and of the loaders, built once a module."""

import csv
import gzip
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from casestudies.loading.demo import load_parts
from casestudies.loading.demo.parts import DEMO_FOLDER
from casestudies.loading.site import install_site
from casestudies.loading.vocabularies import load_vocabularies
from casestudies.models import Territory, TerritoryFormerCode
from casestudies.reference.files import TERRITORIES_FILE
from casestudies.reference.names import name_key
from tests.builders import make_partner, make_poitiers

CASE_FILES = sorted((DEMO_FOLDER / "cases").glob("*.json"))


@contextmanager
def kept_for_the_module(blocker: Any) -> Iterator[None]:
    """What is written inside stays until the module's tests are over, then is gone."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def small_world() -> None:
    """Vocabularies, the frame, Poitiers with a former code, two partners."""
    load_vocabularies()
    install_site()
    poitiers = make_poitiers()
    TerritoryFormerCode.objects.create(code="insee:86999", name="Ancienne", territory=poitiers)
    make_partner("Grand Poitiers", kind="epci")
    make_partner("Ville de Poitiers")


def territories_of_the_cases() -> None:
    """The territories that the demonstration's cases name, without what contains them."""
    codes = {code for file in CASE_FILES for code in json.loads(file.read_text())["territories"]}
    codes.add("siren:243500139")
    with gzip.open(TERRITORIES_FILE, "rt", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(io.StringIO(file.read())) if row["code"] in codes]
    Territory.objects.bulk_create(
        Territory(
            code=row["code"], kind=row["kind"], name=row["name"], search_key=name_key(row["name"])
        )
        for row in rows
        if row["kind"] != "former"
    )


def demonstration(parts: set[str]) -> None:
    """The real content of these parts."""
    load_vocabularies()
    install_site()
    territories_of_the_cases()
    for _report in load_parts(only=parts):
        pass


def case(**changes: Any) -> dict[str, Any]:
    """A case that says as little as the format allows; `None` takes a field away."""
    whole = {
        "slug": "capteurs-dans-les-ecoles",
        "kind": "experience-report",
        "title": "Des capteurs dans les écoles",
        "summary": "Ce qui a été fait, en deux phrases.",
        "organisation": "grand-poitiers",
        "territories": ["siren:200069854"],
        "themes": ["strategie-gouvernance"],
        "sections": {"approach": "<p>Nous avons posé des capteurs.</p>"},
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}
