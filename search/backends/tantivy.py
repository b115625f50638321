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
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tantivy import Document, Index, IndexWriter, Query, Searcher

from search import analysis
from search.backends.base import (
    Health,
    IndexingFailed,
    IndexOutdated,
    SearchBackend,
    SearchUnavailable,
)
from search.backends.tantivy_query import answer, definitions_digest, schema
from search.documents import CaseDocument
from search.query import SearchQuery
from search.results import SearchResults

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


class TantivyBackend(SearchBackend):
    """Cases in an embedded index."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pointer = folder / "current"
        self._open_generation: _Generation | None = None
        self._opening = threading.Lock()

    # --- Reading

    def _search(self, query: SearchQuery) -> SearchResults:
        try:
            index = self._index()
            return answer(index.searcher(), index.schema, query)
        except ENGINE_ERRORS as error:
            raise SearchUnavailable(str(error)) from error

    def documents_digest(self) -> dict[int, str]:
        """The content hash of every stored document, by page."""
        try:
            searcher = self._index().searcher()
            if not searcher.num_docs:
                return {}
            found = searcher.search(Query.all_query(), limit=searcher.num_docs, count=False)
            addresses = [address for _, address in found.hits]
            ids = searcher.fast_field_values("page_id", addresses)
            hashes = searcher.fast_field_values("content_hash", addresses)
        except ENGINE_ERRORS as error:
            raise SearchUnavailable(str(error)) from error
        return {
            int(key or 0): f"{int(value or 0):016x}" for key, value in zip(ids, hashes, strict=True)
        }

    def is_current(self) -> bool:
        """Whether there is an index, built by today's definitions."""
        name = self._current_name()
        return name.endswith(definitions_digest()) and Index.exists(str(self._path(name)))

    def health(self) -> Health:
        """The engine's state; never raises."""
        try:
            documents = self._index().searcher().num_docs
        except (SearchUnavailable, *ENGINE_ERRORS) as error:
            return Health(available=False, current=False, documents=0, detail=str(error))
        return Health(available=True, current=self.is_current(), documents=documents)

    def refresh(self) -> None:
        """Nothing to do: what is committed is searchable."""

    # --- Writing

    def index(self, documents: Sequence[CaseDocument]) -> Mapping[int, str]:
        """Store `documents`, unless a greater version is there."""
        with self._exclusive(), self._writing() as (index, writer):
            known = _versions(index.searcher(), [document.page_id for document in documents])
            fresh = [doc for doc in documents if known.get(doc.page_id, 0) <= doc.version]
            if fresh:
                writer.delete_documents_by_query(_pages([document.page_id for document in fresh]))
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

    def rebuild(self, documents: Iterable[CaseDocument]) -> int:
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

    def _index(self) -> Index:
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
                known.stamp = stamp
            self._open_generation = known
            return known.index

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


def _stored(document: CaseDocument) -> Document:
    stored = Document()
    stored.add_unsigned("page_id", document.page_id)
    stored.add_unsigned("version", document.version)
    stored.add_unsigned("content_hash", int(document.content_hash, 16))
    stored.add_unsigned("recent_key", document.recent_key)
    stored.add_text("title_sort", document.title_sort)
    for name, text in document.texts().items():
        stored.add_text(name, text)
        stored.add_text(f"{name}_exact", text)
    for field, values in document.facets.items():
        for value in values:
            stored.add_text(field, value)
    return stored


def _pages(page_ids: Collection[int]) -> Query:
    return Query.term_set_query(schema(), "page_id", list(page_ids))


def _versions(searcher: Searcher, page_ids: Collection[int]) -> dict[int, int]:
    """The stored version of those of `page_ids` that are stored."""
    found = searcher.search(_pages(page_ids), limit=max(len(page_ids), 1), count=False)
    addresses = [address for _, address in found.hits]
    if not addresses:
        return {}
    ids = searcher.fast_field_values("page_id", addresses)
    versions = searcher.fast_field_values("version", addresses)
    return {int(key or 0): int(value or 0) for key, value in zip(ids, versions, strict=True)}
