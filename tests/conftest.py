"""Fixtures of the whole suite."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def forget_what_was_remembered() -> None:
    """The memory cache outlives a test's transaction: each test starts without it."""
    cache.clear()
