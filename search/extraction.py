"""Reads the text of one file that a stranger sent, as a program of its own with little memory and time.

`python extraction.py pdf < file` prints a JSON object with `text` and `problem`. It must not import
Django, nor anything of the site: what goes wrong here must stay here.
"""

import json
import re
import resource
import signal
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, BinaryIO, NoReturn

MEMORY = 768 * 1024 * 1024
CPU_SECONDS = 15
SOFT_SECONDS = 10
"""Between two pages, reading stops by itself after this time and gives what it has."""
MAX_TEXT = 400_000
MAX_PAGES = 2_000
MAX_MEMBERS = 5_000
MAX_SLIDES = 500
MAX_XML = 120 * 1024 * 1024
"""Bytes of XML unfolded from one archive; they are parsed as they come and never kept."""
MAX_RATIO = 200
"""Times that a part of an archive may unfold; prose in XML reaches about 20."""
SMALL_XML = 10 * 1024 * 1024
"""Up to here a part may unfold as many times as it likes: empty tables do."""
MAX_PLAIN = 4 * 1024 * 1024
CHUNK = 64 * 1024


class Reason(StrEnum):
    """Why a file is not read, or not whole; `search.models.attachments.Problem` has the words."""

    CUT = "coupe"
    ENCRYPTED = "chiffre"
    TOO_HEAVY = "lourd"
    UNREADABLE = "illisible"


class Refused(Exception):
    """A file will not be read; its only argument is the `Reason`."""


class Enough(BaseException):
    """As much text as may be kept, or as long as may be spent, has been reached.

    No `Exception`: a parser that survives its own errors must not survive this one.
    """


class Words:
    """What has been read so far; raises `Enough` at the limit."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.size = 0

    def add(self, text: str) -> None:
        """Keep `text`; lines are ended by the caller."""
        self.parts.append(text)
        self.size += len(text)
        if self.size > MAX_TEXT:
            raise Enough

    @property
    def text(self) -> str:
        """All of it, within the limit."""
        return "".join(self.parts)[:MAX_TEXT]


# --- PDF


def read_pdf(file: BinaryIO, words: Words) -> None:
    """The text of each page, in order."""
    from pypdf import PdfReader  # noqa: PLC0415 - half of the start-up time, only for PDF
    from pypdf.errors import DependencyError, PyPdfError  # noqa: PLC0415

    try:
        reader = PdfReader(file)
        # An empty password opens files that are only protected against changes.
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused(Reason.ENCRYPTED)
        count = len(reader.pages)
    except PyPdfError as error:
        raise Refused(Reason.UNREADABLE) from error
    except DependencyError as error:
        # A cipher that needs a library which is not installed.
        raise Refused(Reason.ENCRYPTED) from error
    for number in range(min(count, MAX_PAGES)):
        if time.process_time() > SOFT_SECONDS:
            raise Enough
        try:
            words.add(reader.pages[number].extract_text() + "\n\n")
        except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError):
            # One broken page does not hide the others.
            continue
    if count > MAX_PAGES:
        raise Enough


# --- Office documents: XML in an archive


@dataclass(frozen=True)
class Format:
    """Where the words of an office format are; names of elements without their namespace."""

    members: re.Pattern[str]
    """Parts of the archive that hold text, the rest is not unfolded."""
    taken: frozenset[str]
    """Elements whose characters are text."""
    ends_line: frozenset[str]
    spaces: frozenset[str]
    skipped: frozenset[str]
    """Elements that readers do not see: comments, what was deleted, doubles for old programs."""


OPEN_DOCUMENT = Format(
    members=re.compile(r"content\.xml"),
    taken=frozenset({"p", "h"}),
    ends_line=frozenset({"p", "h"}),
    spaces=frozenset({"s", "tab", "line-break"}),
    skipped=frozenset({"annotation", "tracked-changes", "ruby-text", "binary-data"}),
)


def _office(members: str) -> Format:
    return Format(
        members=re.compile(members),
        taken=frozenset({"t"}),
        ends_line=frozenset({"p", "si"}),
        spaces=frozenset({"tab", "br", "cr"}),
        skipped=frozenset({"moveFrom", "del", "Fallback", "rPh"}),
    )


FORMATS: dict[str, Format] = {
    "odt": OPEN_DOCUMENT,
    "ods": OPEN_DOCUMENT,
    "odp": OPEN_DOCUMENT,
    "docx": _office(r"word/(?:document|footnotes|endnotes)\d*\.xml"),
    "pptx": _office(r"ppt/slides/slide\d+\.xml"),
    "xlsx": _office(r"xl/sharedStrings\.xml"),
}


class _Elements:
    """Receives elements as they are parsed, so that no tree is ever in memory."""

    def __init__(self, form: Format, words: Words) -> None:
        self.form = form
        self.words = words
        self.taken = 0
        self.skipped = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        self.skipped += name in self.form.skipped
        self.taken += name in self.form.taken
        if name in self.form.spaces:
            self.words.add(" ")

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        self.skipped -= name in self.form.skipped
        self.taken -= name in self.form.taken
        if name in self.form.ends_line:
            self.words.add("\n")

    def data(self, data: str) -> None:
        if self.taken and not self.skipped:
            self.words.add(data)

    def close(self) -> None:
        """Nothing is kept."""


def read_office(file: BinaryIO, words: Words, form: Format) -> None:
    """The words of the parts that hold text, in the order of their numbers."""
    start = file.read(8)
    file.seek(0)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        # An office document with a password is wrapped in the container of older formats.
        raise Refused(Reason.ENCRYPTED)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = _parts(archive, form)
            if any(part.flag_bits & 1 for part in parts) or _is_encrypted(archive):
                raise Refused(Reason.ENCRYPTED)
            left = MAX_XML
            for part in parts:
                left -= _read_part(archive, part, form, words, left)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
        raise Refused(Reason.UNREADABLE) from error


def _parts(archive: zipfile.ZipFile, form: Format) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > MAX_MEMBERS:
        raise Refused(Reason.TOO_HEAVY)
    found = {entry.filename: entry for entry in entries if form.members.fullmatch(entry.filename)}
    if not found:
        raise Refused(Reason.UNREADABLE)
    in_order = sorted(found, key=lambda name: (len(name), name))
    if any(found[name].file_size > MAX_XML for name in in_order):
        raise Refused(Reason.TOO_HEAVY)
    return [found[name] for name in in_order[:MAX_SLIDES]]


def _is_encrypted(archive: zipfile.ZipFile) -> bool:
    """Whether an OpenDocument file says that its parts are encrypted."""
    if "META-INF/manifest.xml" not in archive.namelist():
        return False
    with archive.open("META-INF/manifest.xml") as manifest:
        return b"encryption-data" in manifest.read(1024 * 1024)


def _read_part(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, form: Format, words: Words, left: int
) -> int:
    """Parse one part as it unfolds; returns how many bytes it had."""
    from defusedxml import ElementTree  # noqa: PLC0415 - only for office documents
    from defusedxml.common import DefusedXmlException  # noqa: PLC0415

    parser = ElementTree.XMLParser(target=_Elements(form, words), forbid_dtd=True)
    bound = min(left, max(part.compress_size * MAX_RATIO, SMALL_XML))
    size = 0
    try:
        with archive.open(part) as unfolded:
            while chunk := unfolded.read(CHUNK):
                size += len(chunk)
                if size > bound:
                    raise Refused(Reason.TOO_HEAVY)
                if time.process_time() > SOFT_SECONDS:
                    raise Enough
                parser.feed(chunk)
        parser.close()
    except (ElementTree.ParseError, DefusedXmlException, zlib.error) as error:
        raise Refused(Reason.UNREADABLE) from error
    words.add("\n")
    return size


# --- Plain text and data


def read_plain(file: BinaryIO, words: Words) -> None:
    """Text in UTF-8, UTF-16 or the encoding of older spreadsheets."""
    content = file.read(MAX_PLAIN)
    words.add(decoded(content))
    if file.read(1):
        raise Enough


def decoded(content: bytes) -> str:
    """`content` as text; a character cut in two at the end is no reason to fail."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "ignore")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(content) - error.start < 4 and len(content) == MAX_PLAIN:
            return content[: error.start].decode("utf-8-sig")
        return content.decode("cp1252", "replace")


def read_json(file: BinaryIO, words: Words) -> None:
    """Keys, each once, and the values that are words; figures and coordinates are not searched."""
    content = file.read(MAX_PLAIN)
    if file.read(1):
        raise Refused(Reason.TOO_HEAVY)
    try:
        parsed = json.loads(decoded(content))
    except ValueError as error:
        raise Refused(Reason.UNREADABLE) from error
    keys: set[str] = set()
    waiting: list[Any] = [parsed]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            for key in value:
                if key not in keys:
                    words.add(f"{key}\n")
            keys.update(value)
            waiting.extend(reversed(value.values()))
        elif isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, str):
            words.add(value + "\n")


READERS: dict[str, Callable[[BinaryIO, Words], None]] = {
    "pdf": read_pdf,
    "txt": read_plain,
    "csv": read_plain,
    "json": read_json,
    "geojson": read_json,
}
SUPPORTED: Collection[str] = frozenset({*READERS, *FORMATS})


def read(file: BinaryIO, extension: str) -> dict[str, str]:
    """The text of `file` and what was wrong, if anything; never raises for what the file holds."""
    words = Words()
    problem = ""
    try:
        if extension in FORMATS:
            read_office(file, words, FORMATS[extension])
        else:
            READERS[extension](file, words)
    except Refused as error:
        problem = str(error)
    except (Enough, MemoryError):
        problem = Reason.CUT if words.text.strip() else Reason.TOO_HEAVY
    except Exception:  # a parser that breaks on a file says that the file is broken
        problem = Reason.UNREADABLE
    return {"text": words.text, "problem": problem}


def limit() -> None:
    """Bind this process to little memory and time, and to no file that it could write."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 3))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    def out_of_time(number: int, frame: object) -> NoReturn:
        raise Enough

    signal.signal(signal.SIGXCPU, out_of_time)


def main(arguments: Iterable[str]) -> None:
    """Read the file on standard input, print what it says."""
    (extension,) = arguments
    limit()
    with open(0, "rb", closefd=False) as file:
        json.dump(read(file, extension), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
