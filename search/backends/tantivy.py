"""The embedded engine: an index in a folder, shared by the processes of one machine.

    folder/current              the name of the generation that searches read
    folder/generations/<name>/  one Tantivy index; the name ends with the digest of its definitions
    folder/write.lock           held by whoever writes or swaps

A rebuild writes a new generation and replaces `current` in one step. Must not read the database.
"""

import contextlib
import fcntl
import os
import shutil
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tantivy import Document, Index, IndexWriter, Occur, Query, Schema, Searcher

from search import analysis
from search.backends.base import (
    Health,
    IndexingFailed,
    IndexOutdated,
    SearchBackend,
    SearchUnavailable,
)
from search.backends.tantivy_fields import EXACT_FIELDS, definitions_digest, exact, schema
from search.backends.tantivy_query import (
    WholeCounts,
    answer,
    holds,
    passages,
    ranking,
    related,
    suggestions,
)
from search.documents import CASE, CaseDocument, SearchDocument
from search.meaning import Meaning
from search.query import SearchQuery
from search.results import PassageResults, SearchResults, SuggestedTitle
from search.spelling import alike, may_be_meant

WRITER_MEMORY = 32_000_000
REBUILD_MEMORY = 160_000_000
REBUILD_THREADS = 4
ENGINE_ERRORS = (ValueError, OSError, RuntimeError, SystemError)
"""What the binding raises; it has no exceptions of its own."""


@dataclass
class _Generation:
    """An open index and the state of its files when it was last read."""

    name: str
    index: Index
    stamp: tuple[int, int]
    words: Mapping[str, int] | None = None
    """Words a misspelled one may stand for, and in how many fields of documents each stands; read when
    a word is first misspelled."""
    whole: WholeCounts = field(default_factory=dict)
    """What all cases together count, once it has been asked."""


class TantivyBackend(SearchBackend):
    """Cases in an embedded index."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pointer = folder / "current"
        self._open_generation: _Generation | None = None
        self._opening = threading.Lock()

    # --- Reading

    @contextlib.contextmanager
    def _reading(self) -> Iterator[tuple[Searcher, Schema, WholeCounts]]:
        """The index as it is now; what goes wrong in it makes search unavailable."""
        try:
            generation = self._generation()
            # In this order: what a newer searcher counts may be forgotten, never an older one's be kept.
            whole, index = generation.whole, generation.index
            yield index.searcher(), index.schema, whole
        except ENGINE_ERRORS as error:
            raise SearchUnavailable(str(error)) from error

    def _search(self, query: SearchQuery, meaning: Meaning) -> SearchResults:
        with self._reading() as (searcher, fields, whole):
            return answer(searcher, fields, query, meaning, whole)

    def ranking(self, meaning: Meaning, limit: int) -> tuple[int, ...]:
        """The first cases that speak of `meaning`, best first."""
        with self._reading() as (searcher, fields, _whole):
            return ranking(searcher, fields, meaning, limit)

    def find_passages(
        self, meaning: Meaning, units: Collection[str] = (), start: int = 0, limit: int = 10
    ) -> PassageResults:
        """Passages that speak of `meaning`, the best first."""
        with self._reading() as (searcher, fields, _whole):
            return passages(searcher, fields, meaning, units, start=start, limit=limit)

    def suggest(self, words: Sequence[str], limit: int) -> tuple[SuggestedTitle, ...]:
        """Titles and headings with all of `words`, the last one unfinished."""
        with self._reading() as (searcher, fields, _whole):
            return suggestions(searcher, fields, words, limit) if words else ()

    def similar_words(self, words: Collection[str]) -> Mapping[str, Mapping[str, int]]:
        """Words that look like those of `words` that nothing holds."""
        with self._reading() as (searcher, _fields, _whole):
            unknown = [word for word in words if not holds(searcher, word)]
            vocabulary = self._vocabulary(searcher) if unknown else {}
            return {word: alike(word, vocabulary) for word in unknown}

    def _vocabulary(self, searcher: Searcher) -> Mapping[str, int]:
        generation = self._open_generation
        if generation is not None and generation.words is not None:
            return generation.words
        words: Counter[str] = Counter()
        for name in EXACT_FIELDS:
            found = searcher.terms_with_prefix(name, "")
            words.update({word: count for word, count in found if may_be_meant(word)})
        if generation is not None:
            generation.words = words
        return words

    def related(self, page_id: int, limit: int) -> tuple[int, ...]:
        """Cases that resemble a case, best first."""
        with self._reading() as (searcher, fields, _whole):
            asked = Query.boolean_query(
                [
                    (Occur.Must, Query.term_query(fields, "page_id", page_id)),
                    (Occur.Must, Query.term_query(fields, "unit", CASE)),
                ]
            )
            found = searcher.search(asked, limit=1, count=False)
            if not found.hits:
                return ()
            return related(searcher, fields, found.hits[0][1], page_id, limit)

    def documents_digest(self) -> dict[str, str]:
        """The content hash of every stored document, by key."""
        with self._reading() as (searcher, _fields, _whole):
            if not searcher.num_docs:
                return {}
            found = searcher.search(Query.all_query(), limit=searcher.num_docs, count=False)
            addresses = [address for _, address in found.hits]
            columns = (
                searcher.fast_field_values(name, addresses)
                for name in ("page_id", "order", "content_hash")
            )
            return {
                f"{page_id}#{order}" if order else f"{page_id}": f"{int(value or 0):016x}"
                for page_id, order, value in zip(*columns, strict=True)
            }

    def is_current(self) -> bool:
        """Whether there is an index, built by today's definitions."""
        name = self._current_name()
        return name.endswith(definitions_digest()) and Index.exists(str(self._path(name)))

    def health(self) -> Health:
        """The engine's state; never raises."""
        try:
            documents = self._generation().index.searcher().num_docs
        except (SearchUnavailable, *ENGINE_ERRORS) as error:
            return Health(available=False, current=False, documents=0, detail=str(error))
        return Health(available=True, current=self.is_current(), documents=documents)

    def refresh(self) -> None:
        """Nothing to do: what is committed is searchable."""

    # --- Writing

    def index(self, documents: Sequence[SearchDocument]) -> Mapping[int, str]:
        """Make `documents` all that is held of their pages, unless a greater version is there."""
        with self._exclusive(), self._writing() as (index, writer):
            pages = {document.page_id for document in documents}
            known = _versions(index.searcher(), pages)
            fresh = [doc for doc in documents if known.get(doc.page_id, 0) <= doc.version]
            if fresh:
                writer.delete_documents_by_query(_pages({document.page_id for document in fresh}))
                for document in fresh:
                    writer.add_document(_stored(document))
        return {}

    def delete(self, page_ids: Collection[int], version: int) -> Mapping[int, str]:
        """Remove pages, unless a greater version is there."""
        with self._exclusive(), self._writing() as (index, writer):
            known = _versions(index.searcher(), page_ids)
            stale = [page_id for page_id, stored in known.items() if stored <= version]
            if stale:
                writer.delete_documents_by_query(_pages(stale))
        return {}

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Fill a new generation, then point `current` at it."""
        name = f"{time.time_ns():x}-{definitions_digest()}"
        path = self._path(name)
        count = 0
        try:
            path.mkdir(parents=True)
            index = _registered(Index(schema(), path=str(path)))
            writer = index.writer(REBUILD_MEMORY, min(os.cpu_count() or 1, REBUILD_THREADS))
            for document in documents:
                writer.add_document(_stored(document))
                count += 1
            writer.commit()
            writer.wait_merging_threads()
            with self._exclusive():
                previous = self._current_name()
                beside = self.folder / "current.new"
                beside.write_text(name)
                os.replace(beside, self.pointer)
                self._sweep(keep={name, previous})
        except ENGINE_ERRORS as error:
            shutil.rmtree(path, ignore_errors=True)
            raise IndexingFailed(str(error)) from error
        except BaseException:
            shutil.rmtree(path, ignore_errors=True)
            raise
        return count

    def _sweep(self, keep: Collection[str]) -> None:
        """Remove old generations; a reader may still be opening the previous one, so it stays."""
        for path in (self.folder / "generations").iterdir():
            # A folder younger than this one's name is another rebuild under way.
            if path.name not in keep and path.name < max(keep):
                shutil.rmtree(path, ignore_errors=True)

    # --- Files

    def _path(self, name: str) -> Path:
        return self.folder / "generations" / name

    def _current_name(self) -> str:
        try:
            return self.pointer.read_text().strip() or "none"
        except OSError:
            return "none"

    def _generation(self) -> _Generation:
        """The index as it is now, whichever process wrote it last."""
        name = self._current_name()
        meta = self._path(name) / "meta.json"
        if not meta.exists():
            # A swap may have happened between the two lines above.
            name = self._current_name()
            meta = self._path(name) / "meta.json"
        if not meta.exists():
            raise SearchUnavailable(f"no index in {self.folder}")
        with self._opening:
            status = meta.stat()
            stamp = (status.st_mtime_ns, status.st_ino)
            known = self._open_generation
            if known is None or known.name != name:
                known = _Generation(name, _opened(self._path(name)), stamp)
            elif known.stamp != stamp:
                known.index.reload()
                known.stamp, known.words, known.whole = stamp, None, {}
            self._open_generation = known
            return known

    @contextlib.contextmanager
    def _exclusive(self) -> Iterator[None]:
        """One writer at a time, among threads and processes."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / "write.lock").open("w")
        except OSError as error:
            raise IndexingFailed(str(error)) from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextlib.contextmanager
    def _writing(self) -> Iterator[tuple[Index, IndexWriter]]:
        """The current index and a writer, committed at the end."""
        if not self.is_current():
            raise IndexOutdated(f"no index of today's definitions in {self.folder}")
        try:
            index = _opened(self._path(self._current_name()))
            writer = index.writer(WRITER_MEMORY, 1)
            yield index, writer
            writer.commit()
            writer.wait_merging_threads()
        except ENGINE_ERRORS as error:
            raise IndexingFailed(str(error)) from error


def _opened(path: Path) -> Index:
    index = _registered(Index.open(str(path)))
    # Without this the binding watches the files with a thread of its own.
    index.config_reader("manual")
    index.reload()
    return index


def _registered(index: Index) -> Index:
    for name, analyzer in analysis.tantivy_analyzers().items():
        index.register_tokenizer(name, analyzer)
    return index


def _stored(document: SearchDocument) -> Document:
    stored = Document()
    stored.add_unsigned("page_id", document.page_id)
    stored.add_unsigned("version", document.version)
    stored.add_unsigned("content_hash", int(document.content_hash, 16))
    stored.add_text("unit", document.unit)
    for name, text in document.texts().items():
        stored.add_text(name, text)
        # Without the articles, so that words typed with and without them are as near.
        stored.add_text(exact(name), analysis.without_elisions(text))
    if isinstance(document, CaseDocument):
        _store_case(stored, document)
    else:
        stored.add_unsigned("order", document.order)
        stored.add_text("anchor", document.anchor)
    return stored


def _store_case(stored: Document, case: CaseDocument) -> None:
    stored.add_unsigned("recent_key", case.recent_key)
    stored.add_unsigned("quarters", case.quarters)
    if case.started is not None:
        stored.add_unsigned("started", case.started)
    stored.add_text("title_sort", case.title_sort)
    keywords = {**case.facets, "places": case.places, "participants": case.participants}
    for name, values in keywords.items():
        for value in values:
            stored.add_text(name, value)


def _pages(page_ids: Collection[int]) -> Query:
    return Query.term_set_query(schema(), "page_id", list(page_ids))


def _versions(searcher: Searcher, page_ids: Collection[int]) -> dict[int, int]:
    """The greatest stored version of those of `page_ids` that are stored."""
    if not page_ids or not searcher.num_docs:
        return {}
    found = searcher.search(_pages(page_ids), limit=searcher.num_docs, count=False)
    addresses = [address for _, address in found.hits]
    if not addresses:
        return {}
    ids = searcher.fast_field_values("page_id", addresses)
    versions = searcher.fast_field_values("version", addresses)
    greatest: dict[int, int] = {}
    for key, value in zip(ids, versions, strict=True):
        page_id = int(key or 0)
        greatest[page_id] = max(greatest.get(page_id, 0), int(value or 0))
    return greatest
