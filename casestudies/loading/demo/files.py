"""Reading the demonstration's files. It must not interpret them."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def read_objects(files: Iterable[Path]) -> list[dict[str, Any]]:
    """Every object of the files, each of which holds one object or an array."""
    found: list[dict[str, Any]] = []
    for file in files:
        value = json.loads(file.read_text(encoding="utf-8"))
        found += value if isinstance(value, list) else [value]
    return found
