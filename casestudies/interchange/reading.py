"""Read cases from a file of JSON Lines, a JSON file, or a folder of JSON files.

It says at which line something cannot be read, and must not know what a case is.
"""

import json
import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casestudies.interchange.problems import Problem, Record, printable

MAX_LINE = 5_000_000
"""Bytes of one case; its six sections cannot exceed 1.2 million characters."""
MAX_DEPTH = 20
"""Levels of nesting; a case has four."""
BOM = b"\xef\xbb\xbf"
MESSAGES = {
    "Expecting value": gettext_lazy("une valeur manque"),
    "Expecting property name enclosed in double quotes": gettext_lazy(
        "un nom de champ entre guillemets droits manque"
    ),
    "Illegal trailing comma before end of object": gettext_lazy(
        "une virgule est de trop avant l'accolade fermante"
    ),
    "Illegal trailing comma before end of array": gettext_lazy(
        "une virgule est de trop avant le crochet fermant"
    ),
    "Expecting ':' delimiter": gettext_lazy("un deux-points manque"),
    "Expecting ',' delimiter": gettext_lazy("une virgule ou une fermeture manque"),
    "Extra data": gettext_lazy("du texte suit la fin de l'objet"),
    "Unterminated string starting at": gettext_lazy("un guillemet fermant manque"),
    "Invalid control character at": gettext_lazy(
        "un retour à la ligne ou une tabulation n'est pas écrit \\n ou \\t"
    ),
    "Invalid \\escape": gettext_lazy("une barre oblique inverse est mal employée"),
    "Invalid \\uXXXX escape": gettext_lazy("un échappement \\u est incomplet"),
}


class UnreadableValue(ValueError):
    """A value that JSON or this format does not allow, with the line of the text it was met at."""

    def __init__(self, message: str, line: int = 1, *, is_sequence: bool = False) -> None:
        super().__init__(message)
        self.line = line
        self.is_sequence = is_sequence
        """Whether the text goes on after a whole value, as JSON Lines do."""


def read(path: Path) -> tuple[list[Record], list[Problem]]:
    """Every record of `path` with its line, and everything that could not be read."""
    if not path.is_dir():
        return read_file(path)
    records: list[Record] = []
    problems: list[Problem] = []
    files = sorted(path.glob("*.json"))
    if not files:
        problems.append(Problem(str(path), 1, "", _("aucun fichier .json dans ce dossier")))
    for file in files:
        more_records, more_problems = read_file(file)
        records += more_records
        problems += more_problems
    return records, problems


def read_file(path: Path) -> tuple[list[Record], list[Problem]]:
    """The records of one file: a document if its name ends in .json, else one record a line."""
    origin = printable(str(path))
    try:
        content = path.read_bytes()
    except OSError as error:
        return [], [Problem(origin, 1, "", _("fichier illisible : %s") % (error.strerror or error))]
    return read_content(
        content.removeprefix(BOM), origin, is_document=path.suffix.lower() == ".json"
    )


def read_content(
    content: bytes, origin: str, *, is_document: bool = False
) -> tuple[list[Record], list[Problem]]:
    """The records of `content`, which `origin` names in messages."""
    if is_document and (found := read_document(content, origin)) is not None:
        return found
    records: list[Record] = []
    problems: list[Problem] = []
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            records.append(Record(origin, number, parse(line)))
        except UnreadableValue as error:
            problems.append(Problem(origin, number, "", str(error)))
    if not records and not problems:
        problems.append(Problem(origin, 1, "", _("le fichier est vide")))
    return records, problems


def read_document(content: bytes, origin: str) -> tuple[list[Record], list[Problem]] | None:
    """One object, or an array of objects; None when the text is rather one record a line."""
    try:
        text = decode(content)
        value = parse(content, limited=False)
    except UnreadableValue as error:
        if error.is_sequence:
            return None
        return [], [Problem(origin, error.line, "", str(error))]
    if not isinstance(value, list):
        before = text[: len(text) - len(text.lstrip())]
        return [Record(origin, before.count("\n") + 1, value)], []
    if not value:
        return [], [Problem(origin, 1, "", _("le fichier est vide"))]
    lines = starts_of_items(text)
    return [Record(origin, line, item) for line, item in zip(lines, value, strict=True)], []


def starts_of_items(text: str) -> Iterator[int]:
    """The line at which each item of a JSON array, known to be valid, starts."""
    decoder = json.JSONDecoder()
    position = text.index("[") + 1
    line = text.count("\n", 0, position) + 1
    while True:
        while text[position] in " \t\r\n,":
            line += text[position] == "\n"
            position += 1
        if text[position] == "]":
            return
        yield line
        end = decoder.raw_decode(text, position)[1]
        line += text.count("\n", position, end)
        position = end


def decode(content: bytes) -> str:
    """The text of `content`, which must be UTF-8."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        column = error.start - (before.rfind(b"\n") + 1) + 1
        message = _("le texte n'est pas en UTF-8 (octet 0x%(byte)02x, position %(column)d)")
        raise UnreadableValue(
            message % {"byte": content[error.start], "column": column},
            line=before.count(b"\n") + 1,
        ) from error


def parse(content: bytes, *, limited: bool = True) -> Any:
    """The value of one JSON text; raises UnreadableValue with a message for people."""
    if limited and len(content) > MAX_LINE:
        raise UnreadableValue(_("ligne trop longue : %d octets au plus") % MAX_LINE)
    text = decode(content)
    try:
        value = json.loads(
            text, object_pairs_hook=unique_keys, parse_constant=no_constant, parse_float=finite
        )
    except json.JSONDecodeError as error:
        reason = MESSAGES.get(error.msg, _("syntaxe inattendue"))
        message = _("JSON illisible à la colonne %(column)d : %(reason)s")
        raise UnreadableValue(
            message % {"column": error.colno, "reason": reason},
            line=error.lineno,
            is_sequence=error.msg == "Extra data",
        ) from error
    except UnreadableValue:
        raise
    except (ValueError, RecursionError) as error:
        raise UnreadableValue(
            _("JSON illisible : un nombre ou un emboîtement est démesuré")
        ) from error
    check_strings(value)
    return value


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose fields are each written once."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(key for key, _value in pairs).most_common(1)[0][0]
        raise UnreadableValue(_("le champ « %s » est écrit deux fois") % printable(twice))
    return found


def no_constant(name: str) -> Any:
    """JSON has no NaN and no Infinity."""
    raise UnreadableValue(_("%s n'est pas un nombre") % name)


def finite(text: str) -> float:
    """A number that fits; 1e999 does not."""
    number = float(text)
    if not math.isfinite(number):
        raise UnreadableValue(_("le nombre %s est trop grand") % printable(text))
    return number


def check_strings(value: Any) -> None:
    """Refuse nesting without end, and characters that no database or page can hold."""
    waiting = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if isinstance(item, dict | list):
            if depth > MAX_DEPTH:
                raise UnreadableValue(_("plus de %d niveaux d'emboîtement") % MAX_DEPTH)
            children = [*item.keys(), *item.values()] if isinstance(item, dict) else item
            waiting += [(child, depth + 1) for child in children]
        elif isinstance(item, str) and (wrong := first_forbidden(item)):
            raise UnreadableValue(
                _("caractère interdit U+%(code)04X dans %(text)s")
                % {"code": ord(wrong), "text": f"« {printable(item[:40])} »"}
            )


def first_forbidden(text: str) -> str | None:
    """The first control character (other than line ends and tabs) or lone surrogate."""
    for character in text:
        code = ord(character)
        if (code < 32 and character not in "\t\n\r") or code == 127 or 0xD800 <= code <= 0xDFFF:
            return character
    return None
