"""Finds cases by meaning: keeps their vectors, and says which are nearest to a question or to a case.

Joined with what words find by reciprocal rank fusion. Without the optional library it finds nothing,
and nobody notices. Reads the database; only engines that hold vectors themselves are asked.
"""

import hashlib
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.db.models import Count, Max

from search import embedding
from search.backends import get_backend
from search.documents import CaseDocument, SearchDocument
from search.models import CaseVector

NEAREST = 20
FUSED = 40
"""How many results the fusion orders; those after them keep the order of words."""
RANK_CONSTANT = 5
MEANING_WEIGHT = 0.5
"""Measured on the tuning half of the graded queries, see docs/relevance.md."""
BATCH = 64


# --- Vectors of cases


def with_vectors(documents: Sequence[SearchDocument]) -> list[SearchDocument]:
    """`documents` with the vectors of cases, those of new or changed texts computed now."""
    if not embedding.is_on():
        return list(documents)
    cases = [document for document in documents if isinstance(document, CaseDocument)]
    vectors = learned(cases)
    return [
        replace(document, vector=vectors[document.page_id])
        if isinstance(document, CaseDocument)
        else document
        for document in documents
    ]


def learned(cases: Sequence[CaseDocument]) -> dict[int, Any]:
    """The vector of each case, remembered in the database."""
    import numpy  # noqa: PLC0415 - part of the optional extra

    digests = {case.page_id: _digest(case) for case in cases}
    found = {
        row.page_id: numpy.frombuffer(bytes(row.vector), "<f2").astype("f4")
        for row in CaseVector.objects.filter(page_id__in=digests)
        if row.digest == digests[row.page_id]
    }
    missing = [case for case in cases if case.page_id not in found]
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        vectors = embedding.embed_passages([_text(case) for case in batch])
        found.update((case.page_id, v) for case, v in zip(batch, vectors, strict=True))
        CaseVector.objects.bulk_create(
            [
                CaseVector(
                    page_id=case.page_id,
                    digest=digests[case.page_id],
                    vector=vector.astype("<f2").tobytes(),
                )
                for case, vector in zip(batch, vectors, strict=True)
            ],
            update_conflicts=True,
            unique_fields=["page_id"],
            update_fields=["digest", "vector", "updated_at"],
        )
    return found


def forget(page_ids: Iterable[int]) -> None:
    """Drop the vectors of cases that are no longer public."""
    if embedding.is_on():
        CaseVector.objects.filter(page_id__in=page_ids).delete()


def _text(case: CaseDocument) -> str:
    return f"{case.title}. {case.summary}"


def _digest(case: CaseDocument) -> str:
    return hashlib.blake2b(f"{embedding.NAME}|{_text(case)}".encode(), digest_size=16).hexdigest()


# --- Nearness


class _Matrix:
    """All vectors of this process, read again when one of them has changed."""

    def __init__(self) -> None:
        self.stamp: tuple[Any, ...] = ()
        self.ids: Any = None
        self.rows: Any = None
        self.reading = threading.Lock()

    def nearest(self, vector: Any, limit: int) -> list[int]:
        """Ids of the nearest cases, nearest first."""
        import numpy  # noqa: PLC0415 - part of the optional extra

        self._refresh(numpy)
        if not len(self.ids):
            return []
        likeness = self.rows @ vector
        kept = min(limit, len(likeness))
        best = numpy.argpartition(-likeness, kept - 1)[:kept]
        return [int(self.ids[i]) for i in best[numpy.argsort(-likeness[best], kind="stable")]]

    def _refresh(self, numpy: Any) -> None:
        """Read what changed."""
        stamp = tuple(CaseVector.objects.aggregate(Max("updated_at"), Count("pk")).values())
        with self.reading:
            if self.ids is not None and stamp == self.stamp:
                return
            pairs = list(CaseVector.objects.order_by("pk").values_list("page_id", "vector"))
            joined = b"".join(bytes(vector) for _page_id, vector in pairs)
            rows = numpy.frombuffer(joined, "<f2").astype("f4")
            self.ids = numpy.array([page_id for page_id, _vector in pairs])
            self.rows = rows.reshape(len(pairs), embedding.DIMENSIONS)
            self.stamp = stamp


class _FixedMatrix(_Matrix):
    """Vectors of given cases, in no database."""

    def __init__(self, cases: Sequence[CaseDocument]) -> None:
        super().__init__()
        import numpy  # noqa: PLC0415 - part of the optional extra

        self.ids = numpy.array([case.page_id for case in cases])
        self.rows = numpy.array([case.vector for case in cases], "f4")

    def _refresh(self, numpy: Any) -> None:
        """Nothing changes."""


_compared: list[_Matrix] = [_Matrix()]


@contextmanager
def compared_with(documents: Sequence[CaseDocument]) -> Iterator[Sequence[CaseDocument]]:
    """In this process, compare questions with `documents` alone; gives them with their vectors.

    For measures: nothing is remembered, whatever cases the database has.
    """
    if not embedding.is_on():
        yield documents
        return
    vectors = embedding.embed_passages([_text(case) for case in documents])
    held = [replace(case, vector=vector) for case, vector in zip(documents, vectors, strict=True)]
    _compared.append(_FixedMatrix(held))
    try:
        yield held
    finally:
        _compared.pop()


def nearest_to_text(text: str, limit: int = NEAREST) -> list[int]:
    """Cases nearest to a question, nearest first; none without the library."""
    if not embedding.is_on():
        return []
    return _nearest(embedding.embed_query(text), limit)


def nearest_to_case(page_id: int, limit: int = NEAREST) -> list[int]:
    """Other cases nearest to one, nearest first; none without the library."""
    if not embedding.is_on():
        return []
    import numpy  # noqa: PLC0415 - part of the optional extra

    row = CaseVector.objects.filter(page_id=page_id).first()
    if row is None:
        return []
    vector = numpy.frombuffer(bytes(row.vector), "<f2").astype("f4")
    return [found for found in _nearest(vector, limit + 1) if found != page_id][:limit]


def _nearest(vector: Any, limit: int) -> list[int]:
    backend = get_backend()
    if backend.holds_vectors:
        return list(backend.nearest(vector.tolist(), limit))
    return _compared[-1].nearest(vector, limit)


def fused(by_words: Sequence[int], by_meaning: Sequence[int], limit: int = FUSED) -> list[int]:
    """Two rankings as one: reciprocal ranks added, words weighing more."""
    scores: dict[int, float] = defaultdict(float)
    for weight, ranking in ((1.0, by_words), (MEANING_WEIGHT, by_meaning)):
        for rank, page_id in enumerate(ranking, start=1):
            scores[page_id] += weight / (RANK_CONSTANT + rank)
    return sorted(scores, key=lambda page_id: (-scores[page_id], page_id))[:limit]
