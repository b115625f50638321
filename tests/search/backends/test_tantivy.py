"""Tantivy keeps the contract, and what only a folder of files can break."""

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.backends import tantivy, tantivy_fields
from search.backends.base import SearchBackend
from search.backends.tantivy import TantivyBackend
from search.facets import FACETS
from tests.search.backends.contract import BackendContract
from tests.search.backends.meaning_contract import MeaningContract
from tests.search.factories import make_document, make_passage


class TestTantivyMeanings(MeaningContract):
    """What is meant, on an index in a folder."""

    @pytest.fixture
    def backend(self, index_folder: Path) -> Iterator[SearchBackend]:
        """An engine whose folder does not exist yet."""
        yield TantivyBackend(index_folder)


class TestTantivy(BackendContract):
    """The contract, on an index in a folder."""

    @pytest.fixture
    def backend(self, index_folder: Path) -> Iterator[SearchBackend]:
        """An engine whose folder does not exist yet."""
        yield TantivyBackend(index_folder)

    def test_another_process_sees_every_change(
        self, engine: SearchBackend, index_folder: Path
    ) -> None:
        reader = TantivyBackend(index_folder)
        assert self.found(reader) == []
        self.fill(engine, make_document(1))
        assert self.found(reader) == [1]
        engine.rebuild([make_document(2)])
        assert self.found(reader) == [2]
        engine.delete([2], version=5)
        assert self.found(reader) == []

    def test_what_all_cases_count_follows_every_change(
        self, engine: SearchBackend, index_folder: Path
    ) -> None:
        reader = TantivyBackend(index_folder)
        self.fill(engine, make_document(1, "Capteurs", domains="eau"), make_passage(9))
        for _time in range(2):
            assert self.search(reader).counts["domaine"] == {"eau": 1}
        self.fill(engine, make_document(2, "Fuites", domains=("eau", "air")))
        assert self.search(reader).counts["domaine"] == {"eau": 2, "air": 1}
        assert self.search(reader, "q=capteurs").counts["domaine"] == {"eau": 1}
        assert self.search(reader, "domaine=air").counts["domaine"] == {"eau": 2, "air": 1}
        engine.delete([1], version=5)
        assert self.search(reader).counts["domaine"] == {"eau": 1, "air": 1}
        engine.rebuild([make_document(3, domains="air")])
        assert self.search(reader).counts["domaine"] == {"air": 1}

    def test_writers_take_turns(self, engine: SearchBackend, index_folder: Path) -> None:
        context = multiprocessing.get_context("fork")
        writers = [
            context.Process(target=write_some, args=(index_folder, start)) for start in (0, 10, 20)
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join(60)
        assert [writer.exitcode for writer in writers] == [0, 0, 0]
        assert self.search(engine).total == 30

    def test_old_generations_are_swept(self, engine: SearchBackend, index_folder: Path) -> None:
        for _ in range(4):
            engine.rebuild([make_document(1)])
        assert len(list((index_folder / "generations").iterdir())) == 2

    def test_an_index_of_other_definitions_must_be_rebuilt(
        self, engine: SearchBackend, index_folder: Path
    ) -> None:
        pointer = index_folder / "current"
        name = pointer.read_text()
        (index_folder / "generations" / name).rename(index_folder / "generations" / "1-other")
        pointer.write_text("1-other")
        assert not engine.is_current()
        engine.rebuild([make_document(1)])
        assert engine.is_current()

    def test_an_index_of_other_definitions_is_read_by_its_own_until_then(
        self, backend: SearchBackend, index_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as yesterday:
            yesterday.setattr(tantivy_fields, "FACETS", FACETS[::-1])
            yesterday.setattr(tantivy_fields, "schema", tantivy_fields.schema.__wrapped__)
            yesterday.setattr(tantivy, "schema", tantivy_fields.schema)
            backend.rebuild([make_document(1, "Capteurs", domains="eau", tags="air")])
        reader = TantivyBackend(index_folder)
        assert self.found(reader, "q=capteur&domaine=eau") == [1]
        assert self.found(reader, "domaine=air") == []
        assert self.search(reader).counts["tag"] == {"air": 1}


def write_some(folder: Path, start: int) -> None:
    """Store ten documents, one at a time."""
    backend = TantivyBackend(folder)
    for page_id in range(start + 1, start + 11):
        backend.index([make_document(page_id)])
