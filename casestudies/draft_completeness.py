"""How complete a saved version of a case is, read from its stored content: no query is made."""

from collections.abc import Mapping
from typing import Any

from casestudies.completeness import Completeness, completeness_of


class SavedRelation(list[Any]):
    """The rows of a relation as a version holds them."""

    def all(self) -> list[Any]:
        """As a manager would give them."""
        return self


class SavedCase:
    """Shows the content of a version as the case it would make, for reading only."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content = content

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = self._content.get(name)
        if name == "extras":
            return value not in (None, "", "[]", [])
        if isinstance(value, list):
            return SavedRelation(value)
        return SavedRelation() if value is None and name in RELATIONS else value


RELATIONS = frozenset({"events", "case_obstacles", "indicators", "sources", "domains"})
"""Relations that a version saved before they existed does not mention."""


def completeness_of_draft(content: Mapping[str, Any]) -> Completeness:
    """The same measure as on the case itself."""
    return completeness_of(SavedCase(content))
