"""Load the vocabularies that cases are classified with.

Nothing is deleted: cases may carry a value that the file no longer has.
"""

import json
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from casestudies.loading.digests import digest_of, is_loaded, remember
from casestudies.models import (
    Capacity,
    Domain,
    Obstacle,
    Referential,
    SharingModel,
    Theme,
    ThemeCorrespondence,
)
from casestudies.reference.files import REFERENCE_FOLDER

TAXONOMY_FILE: Final = REFERENCE_FOLDER / "taxonomy.json"
LOAD_NAME: Final = "vocabularies"
TERMS: Final[dict[str, tuple[Any, tuple[str, ...]]]] = {
    "domains": (Domain, ("label", "short_label", "family", "description", "order")),
    "capacities": (Capacity, ("label", "description", "order")),
    "obstacles": (Obstacle, ("label", "description", "order")),
    "sharing_models": (SharingModel, ("label", "description", "order")),
}


def load_vocabularies(path: Path = TAXONOMY_FILE) -> bool:
    """Bring the vocabularies to what the file says; False when it was loaded before."""
    digest = digest_of([path])
    if is_loaded(LOAD_NAME, digest):
        return False
    taxonomy = json.loads(path.read_text(encoding="utf-8"))
    with transaction.atomic():
        for name, (model, columns) in TERMS.items():
            load_terms(model, columns, taxonomy[name])
        load_themes(taxonomy["themes"]["referentials"])
        load_correspondences(taxonomy["themes"]["correspondences"])
        remember(LOAD_NAME, digest)
    return True


def load_terms(model: Any, columns: tuple[str, ...], values: list[dict[str, Any]]) -> None:
    """The values of one vocabulary, by identifier."""
    for value in values:
        defaults = {column: value.get(column, "") for column in columns}
        model.objects.update_or_create(identifier=value["id"], defaults=defaults)


def load_themes(referentials: list[dict[str, Any]]) -> None:
    """The referentials and the themes of each."""
    for value in referentials:
        referential, _created = Referential.objects.update_or_create(
            slug=value["slug"],
            defaults={
                "title": value["title"],
                "publisher": value["publisher"],
                "edition": value["edition"],
                "source_url": value["source_url"],
                "is_complete": value["complete"],
                "is_reference": value["reference"],
                "respondents": value.get("respondents"),
                "note": value["note"],
            },
        )
        for theme in value["themes"]:
            Theme.objects.update_or_create(
                referential=referential,
                identifier=theme["id"],
                defaults={
                    "label": theme["label"],
                    "description": theme.get("description", ""),
                    "order": theme["order"],
                },
            )


def load_correspondences(values: list[dict[str, Any]]) -> None:
    """How far each edition's themes are about the stable ones."""
    sources = {
        (theme.referential.slug, theme.identifier): theme
        for theme in Theme.objects.select_related("referential")
    }
    targets = {theme.identifier: theme for theme in Theme.objects.reference()}
    for value in values:
        ThemeCorrespondence.objects.update_or_create(
            source=sources[value["from_referential"], value["from_theme"]],
            target=targets[value["to_theme"]],
            defaults={"weight": value["weight"], "note": value.get("note", "")},
        )
