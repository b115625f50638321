"""The database of graded cases, once a module."""

from collections.abc import Iterator
from typing import Any

import pytest

from search.evaluation.corpus import Corpus, load_corpus
from tests.casestudies.worlds import kept_for_the_module
from tests.search.evaluation.worlds import reference_of_the_cases


@pytest.fixture(scope="module")
def reference(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with kept_for_the_module(django_db_blocker):
        reference_of_the_cases()
        yield


@pytest.fixture(scope="module")
def corpus(reference: None) -> Corpus:
    return load_corpus()
