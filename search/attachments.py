"""The text of attached documents: read once per file, in a child process, and remembered.

Called while documents are drained, never for a reader. What is wrong with a file is stored for the
team and never raised.
"""

import hashlib
import json
import logging
import re
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import IO, Any

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from wagtail.documents import get_document_model
from wagtail.models import CollectionViewRestriction, Page, ReferenceIndex

from search import extraction
from search.analysis import visible_text
from search.models.attachments import AttachmentText, Problem

logger = logging.getLogger(__name__)

EDITION = 1
"""Of the way files are read: another number has every file read anew."""
MAX_FILE = 50 * 1024 * 1024
PATIENCE = 40
"""Seconds before the child is killed, whatever it waits for; less than the lease of a drain."""
CHUNK = 1024 * 1024

PARTED_WORD = re.compile(
    r"(?<=[^\W\d_])(?<!\bsous)(?<!\bnon)(?<!\bsemi)(?<!\bpeut)(?<!\bvice)(?<!\bplus)"
    r"[-\u00ad\u2010][ \t]*\n[ \t]*(?=[a-zà-öø-ÿœ])"
)
"""A word cut at the end of a line; "sous-sol" has its own hyphen."""


@dataclass(frozen=True)
class _Reading:
    text: str = ""
    problem: str = ""
    digest: str = ""


def attachment_text(document: Any) -> str:
    """What `document` says, lines parted by a newline; "" when it cannot be read."""
    return attachment_texts([document])[document.pk]


def attachment_texts(documents: Collection[Any]) -> dict[int, str]:
    """What each of `documents` says, in one query as long as no file is new."""
    known = AttachmentText.objects.in_bulk([document.pk for document in documents])
    return {document.pk: _text_of(document, known.get(document.pk)) for document in documents}


def unread() -> QuerySet[AttachmentText]:
    """What the team should know: files whose text is not searched, or not whole."""
    rows = AttachmentText.objects.exclude(problem="").select_related("document")
    return rows.defer("text").order_by("problem", "document__title")


def public_documents(ids: Iterable[int]) -> dict[int, Any]:
    """Those of the documents `ids` that are in no closed collection, by id.

    The pages that show them are asked for elsewhere: a document has no door of its own.
    """
    closed = Q(pk=None)
    restrictions = CollectionViewRestriction.objects.values_list("collection__path", flat=True)
    for path in restrictions:
        closed |= Q(collection__path__startswith=path)
    documents = get_document_model().objects.filter(pk__in=set(ids)).exclude(closed)
    return {document.pk: document for document in documents}


def references(documents: Iterable[int]) -> QuerySet[ReferenceIndex]:
    """Where published pages refer to the documents of these ids."""
    kinds = ContentType.objects.get_for_models(
        get_document_model(), Page, for_concrete_models=False
    )
    return ReferenceIndex.objects.filter(
        base_content_type=kinds[Page],
        to_content_type=kinds[get_document_model()],
        to_object_id__in=[str(pk) for pk in documents],
    )


def pages_of_documents(documents: Iterable[int]) -> set[int]:
    """Ids of the pages that show documents: to be indexed again when one of these changes."""
    return {int(pk) for pk in references(documents).values_list("object_id", flat=True)}


def _text_of(document: Any, known: AttachmentText | None) -> str:
    """The remembered text, or the text of a file that is read now."""
    try:
        state = f"{EDITION}:{document.file.size}:{document.file.name}"
        if known is not None and known.file_state == state:
            return known.text
        reading = _read(document)
    except FileNotFoundError:
        # Not remembered as read: a file that comes back is read.
        state, reading = "", _Reading(problem=Problem.MISSING)
    except Exception:
        logger.exception("document %s could not be read", document.pk)
        state, reading = "", _Reading(problem=Problem.UNREADABLE)
    found = {"digest": reading.digest, "text": reading.text, "problem": reading.problem}
    try:
        with transaction.atomic():
            AttachmentText.objects.update_or_create(
                document=document, defaults={"file_state": state, **found}
            )
    except IntegrityError:
        logger.info("document %s was deleted while it was read", document.pk)
    return reading.text


def _read(document: Any) -> _Reading:
    """Read the file, unless the same content was read for another document."""
    extension = document.file_extension.lower()
    if extension not in extraction.SUPPORTED:
        return _Reading(problem=Problem.UNSUPPORTED)
    content = hashlib.sha256(f"{EDITION}:{extension}:".encode())
    with tempfile.TemporaryFile() as copy:
        with document.file.storage.open(document.file.name, "rb") as stored:
            while chunk := stored.read(CHUNK):
                content.update(chunk)
                copy.write(chunk)
                if copy.tell() > MAX_FILE:
                    return _Reading(problem=Problem.TOO_HEAVY)
        digest = content.hexdigest()
        if twin := AttachmentText.objects.filter(digest=digest).first():
            return _Reading(twin.text, twin.problem, digest)
        copy.seek(0)
        text, problem = extract(copy, extension)
    return _Reading(text, problem, digest)


def extract(file: IO[bytes], extension: str) -> tuple[str, str]:
    """Text and problem of a file, read by a child of little memory and time."""
    # Isolated (-I) and without environment: no secret of the site is in reach of a parser.
    command = [sys.executable, "-I", extraction.__file__, extension]
    try:
        child = subprocess.run(  # noqa: S603 - our own program; the file comes by standard input
            command,
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "", Problem.TOO_HEAVY
    if child.returncode < 0:
        # Ended by a signal: a limit was reached in a place that could not give what it had.
        return "", Problem.TOO_HEAVY
    try:
        answer = json.loads(child.stdout)
    except ValueError:
        return "", Problem.UNREADABLE
    text = readable(answer["text"])
    return text, answer["problem"] or ("" if text else Problem.EMPTY)


def readable(text: str) -> str:
    """Lines without control characters, words put together again, no empty line."""
    whole = PARTED_WORD.sub("", text)
    return "\n".join(filter(None, map(visible_text, whole.splitlines())))
