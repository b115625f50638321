"""Runs of the sending at a chosen time."""

from collections.abc import Callable

import pytest

from search import indexing
from search.alerts.sending import Report, Run
from search.backends.base import SearchBackend
from tests.services.post_office import Clock


@pytest.fixture
def run(index: SearchBackend, clock: Clock) -> Callable[[], Report]:
    """Index what waits, then send what is due."""

    def once() -> Report:
        indexing.drain()
        return Run(clock)()

    return once
