"""The JSON Schema of a case, and what it refuses said in French.

It must not look into the database: identifiers are looked up by `lookups`.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from casestudies.interchange.problems import found_expected, listed, shown

SCHEMA_FILE: Final = Path(__file__).with_name("case.schema.json")
Fault = tuple[tuple[str | int, ...], str]
"""Where in a case, and what is wrong there."""


@lru_cache(maxsize=1)
def validator() -> Draft202012Validator:
    """The validator of one case, built once."""
    return Draft202012Validator(document())


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The schema as it is published."""
    schema: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return schema


def faults(data: Any) -> list[Fault]:
    """Everything the schema refuses in `data`, ordered by field."""
    found = [fault for error in validator().iter_errors(data) for fault in explain(error)]
    return sorted(dict.fromkeys(found), key=lambda fault: [str(part).zfill(6) for part in fault[0]])


def field_name(path: Iterable[str | int]) -> str:
    """A place such as timeline[2].date, items counted from 1 as people do."""
    name = ""
    for part in path:
        if isinstance(part, int):
            name += f"[{part + 1}]"
        else:
            name += f".{part}" if name else part
    return name


def explain(error: ValidationError, base: tuple[str | int, ...] = ()) -> Iterator[Fault]:
    """One error of the validator as faults that a person understands."""
    path = (*base, *error.relative_path)
    if error.validator == "anyOf":
        yield from explain_choice(error, path)
    elif error.validator == "required":
        for name in error.validator_value:
            if name not in error.instance:
                expected = describe(error.schema["properties"][name])
                yield (*path, name), _("absent ; attendu : %s") % expected
    elif error.validator == "additionalProperties":
        known = list(error.schema["properties"])
        for name in error.instance:
            if name not in known:
                yield (*path, name), unknown_field(name, known)
    else:
        rule = RULES.get(str(error.validator), any_other)
        yield path, rule(error)


def explain_choice(error: ValidationError, path: tuple[str | int, ...]) -> Iterator[Fault]:
    """A value that may take several forms: speak of the form that was meant."""
    forms: dict[int, list[ValidationError]] = {}
    for child in error.context or ():
        forms.setdefault(int(child.schema_path[0]), []).append(child)
    meant = [
        children
        for children in forms.values()
        if not any(child.validator == "type" and not child.relative_path for child in children)
    ]
    if not meant:
        kinds = {"string": _("un texte"), "object": _("un objet"), "null": "null"}
        branches = [resolve(branch) for branch in error.validator_value]
        expected = listed([kinds[branch["type"]] for branch in branches])
        yield path, found_expected(shown(error.instance), expected)
    for children in meant:
        for child in children:
            yield from explain(child, path)


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    """A branch of the schema with its reference followed."""
    reference = schema.get("$ref", "")
    if not reference:
        return schema
    found: dict[str, Any] = document()["$defs"][reference.rpartition("/")[2]]
    return found


def describe(schema: dict[str, Any]) -> str:
    """What a field is for, as the schema says it."""
    text: str = schema.get("description") or resolve(schema).get("description", "")
    opening = text[:1] if text[1:2].isupper() else text[:1].lower()
    return (opening + text[1:]).rstrip(".")


def unknown_field(name: str, known: Sequence[str]) -> str:
    """A field that does not exist, and the one that was probably meant."""
    close = get_close_matches(name, known, n=1)
    if close:
        return _("champ inconnu ; vouliez-vous dire « %s » ?") % close[0]
    return _("champ inconnu ; attendu : %s") % listed(known)


TYPES: Final[dict[str, Callable[[], str]]] = {
    "string": lambda: _("un texte entre guillemets"),
    "integer": lambda: _("un nombre entier"),
    "number": lambda: _("un nombre"),
    "boolean": lambda: _("true ou false"),
    "array": lambda: _("une liste [ … ]"),
    "object": lambda: _("un objet { … }"),
    "null": lambda: "null",
}


def wrong_type(error: ValidationError) -> str:
    """Not the kind of value that the field takes."""
    kinds = (
        error.validator_value
        if isinstance(error.validator_value, list)
        else [error.validator_value]
    )
    return found_expected(shown(error.instance), listed([TYPES[kind]() for kind in kinds]))


def not_in_list(error: ValidationError) -> str:
    """Not one of a closed list."""
    values = ["null" if value is None else value for value in error.validator_value]
    return found_expected(shown(error.instance), listed(values))


def wrong_form(error: ValidationError) -> str:
    """Not written as it should be."""
    return found_expected(shown(error.instance), describe(error.schema))


def too_long(error: ValidationError) -> str:
    """More characters than there is room for."""
    return _("%(length)d signes ; attendu : %(limit)d au plus") % {
        "length": len(error.instance),
        "limit": error.validator_value,
    }


def empty(error: ValidationError) -> str:
    """Nothing where something is asked for."""
    return _("vide ; attendu : %s") % (describe(error.schema) or _("au moins une valeur"))


def too_many(error: ValidationError) -> str:
    """More items than are read."""
    return _("%(length)d éléments ; attendu : %(limit)d au plus") % {
        "length": len(error.instance),
        "limit": error.validator_value,
    }


def repeated(error: ValidationError) -> str:
    """The same item twice."""
    values = error.instance
    twice = next((value for i, value in enumerate(values) if value in values[:i]), "")
    return _("%s y est deux fois ; attendu : une fois") % shown(twice)


def out_of_bounds(error: ValidationError) -> str:
    """A number too small or too large."""
    limit = (
        _("au moins %s") if error.validator == "minimum" else _("au plus %s")
    ) % error.validator_value
    return found_expected(shown(error.instance), limit)


def control_character(error: ValidationError) -> str:
    """A line end or a tab where one line is asked for."""
    return found_expected(shown(error.instance), _("une seule ligne, sans tabulation"))


def any_other(error: ValidationError) -> str:
    """A rule of the schema that has no words of its own."""
    return found_expected(shown(error.instance), describe(error.schema) or str(error.validator))


RULES: Final[dict[str, Callable[[ValidationError], str]]] = {
    "type": wrong_type,
    "enum": not_in_list,
    "pattern": wrong_form,
    "maxLength": too_long,
    "minLength": empty,
    "minItems": empty,
    "minProperties": empty,
    "maxItems": too_many,
    "uniqueItems": repeated,
    "minimum": out_of_bounds,
    "maximum": out_of_bounds,
    "not": control_character,
}
