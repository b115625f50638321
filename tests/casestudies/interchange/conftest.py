"""A small world for the checks, built once for each module that asks for it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.casestudies.worlds import kept_for_the_module, small_world


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Vocabularies, Poitiers, Grand Poitiers and Ville de Poitiers."""
    with kept_for_the_module(django_db_blocker):
        small_world()
        yield
