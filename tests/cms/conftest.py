"""The world of the editor's tests, built once for each module, and deliveries at a chosen time."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction

from cms.following.delivery import deliver_events
from cms.following.sending import Report, Run
from tests.cms.editors import Editors, editors
from tests.services.post_office import Clock, PostOffice


@pytest.fixture(scope="module")
def built_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[Editors]:
    """Two organizations and their people, in a transaction that each test of the module adds to.

    To build it takes longer than most tests: what they change is undone, it stays.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield editors()
        transaction.set_rollback(True)


@pytest.fixture
def world(built_world: Editors, db: None) -> Editors:
    """The test's own copy of what was read."""
    return copy.deepcopy(built_world)


@pytest.fixture
def run(post: PostOffice, clock: Clock) -> Callable[[], Report]:
    """Deliver what happened, then send what is due."""

    def once() -> Report:
        deliver_events()
        return Run(clock)()

    return once
