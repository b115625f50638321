"""Real processes are killed in the middle of their work: nothing is lost, and searches go on."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from search.backends.base import SearchUnavailable
from search.backends.tantivy import TantivyBackend
from search.query import SearchQuery
from tests.search.crashing import CASES, POINTS

ROOT = Path(__file__).resolve().parents[2]
KILLED = -9
NAMES = list(POINTS)
DURING_PUBLICATION, DURING_DRAIN, DURING_REBUILD = NAMES[:2], NAMES[2:8], NAMES[8:]


class Forks:
    """The process that forks the others."""

    def __init__(self, var: Path) -> None:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "datacites.settings.test",
            "DATABASE_URL": "",
            "DATACITES_VAR": str(var),
            "DATACITES_TEST_VAR": str(var),
            "SEARCH_URL": f"tantivy://{var / 'index'}",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.search.crashing"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        assert self.process.stdout.readline() == "ready\n"

    def run(self, folder: Path, *actions: str, **request: Any) -> list[dict[str, Any]]:
        """Do `actions` at the same time in processes of their own, and tell how each ended."""
        assert self.process.stdin and self.process.stdout
        runs = [{"folder": str(folder), "action": action, **request} for action in actions]
        self.process.stdin.write(json.dumps(runs) + "\n")
        self.process.stdin.flush()
        answers: list[dict[str, Any]] = json.loads(self.process.stdout.readline())
        return answers

    def report(self, folder: Path, action: str, **request: Any) -> Any:
        """What one process reports, which must end well."""
        [answer] = self.run(folder, action, **request)
        assert answer["status"] == 0
        return answer["report"]


@pytest.fixture(scope="module")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    forks = Forks(tmp_path_factory.mktemp("var"))
    yield forks
    forks.process.stdin.close()  # type: ignore[union-attr]
    forks.process.wait(10)


@pytest.fixture(scope="module")
def original(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database and its index, to be copied."""
    folder = tmp_path_factory.mktemp("original")
    forks.report(folder, "prepare")
    return folder


class Reader(threading.Thread):
    """Searches without a pause; remembers what failed and how many cases were found."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.engine = TantivyBackend(folder)
        self.stopping = threading.Event()
        self.failures: list[str] = []
        self.totals: list[int] = []

    def run(self) -> None:
        while not self.stopping.is_set():
            try:
                self.totals.append(self.engine.search(SearchQuery()).total)
            except SearchUnavailable as error:
                self.failures.append(str(error))
            time.sleep(0.01)


@pytest.fixture
def world(original: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy, searched as long as the test lasts."""
    folder = tmp_path / "world"
    shutil.copytree(original, folder)
    reader = Reader(folder / "index")
    reader.start()
    yield folder
    reader.stopping.set()
    reader.join(10)
    assert reader.totals
    assert not reader.failures
    assert set(reader.totals) <= {CASES, CASES - 1}, "a search saw an index that is not whole"


def assert_in_step(forks: Forks, folder: Path, changed: int = 3) -> None:
    """The next worker finds everything: no difference, no row left, no document twice."""
    found = forks.report(folder, "recover")
    assert "l'index dit la même chose que la base" in found["output"]
    assert found["pending"] == 0
    assert found["documents"] == CASES - bool(changed)
    assert found["changed"] == changed


@pytest.mark.parametrize("point", DURING_PUBLICATION)
def test_a_publication_killed(forks: Forks, world: Path, point: str) -> None:
    assert forks.run(world, "publish", point=point)[0]["status"] == KILLED
    assert_in_step(forks, world, changed=0 if point == "noted, not committed" else 3)


@pytest.mark.parametrize("point", DURING_DRAIN)
def test_a_drain_killed(forks: Forks, world: Path, point: str) -> None:
    assert forks.run(world, "drain", point=point)[0]["status"] == KILLED
    assert_in_step(forks, world)


@pytest.mark.parametrize("point", DURING_REBUILD)
def test_a_rebuild_killed(forks: Forks, world: Path, point: str) -> None:
    assert forks.run(world, "rebuild", point=point)[0]["status"] == KILLED
    assert_in_step(forks, world, changed=0 if point == "rebuild begun" else 3)
    left = {path.name for path in (world / "index" / "generations").iterdir()}
    assert (world / "index" / "current").read_text() in left


def test_two_drains_at_once_lose_nothing_and_double_nothing(forks: Forks, world: Path) -> None:
    forks.report(world, "enqueue_all")
    answers = forks.run(world, "drain_by_one", "drain_by_one", processes=2)
    assert [answer["status"] for answer in answers] == [0, 0]
    taken = [page for answer in answers for page in answer["report"]]
    assert len(taken) == len(set(taken)) == CASES
    assert_in_step(forks, world)


def test_a_drain_killed_beside_another_is_taken_over(forks: Forks, world: Path) -> None:
    assert forks.run(world, "drain", point="engine done")[0]["status"] == KILLED
    forks.report(world, "enqueue_all")
    forks.report(world, "drain_by_one", processes=1)
    assert_in_step(forks, world)
