"""A small world whose readers follow things, and deliveries at a chosen time."""

from collections.abc import Callable

import pytest

from cms.following.delivery import deliver_events
from cms.following.sending import Report, Run
from tests.services.post_office import Clock, PostOffice


@pytest.fixture
def run(post: PostOffice, clock: Clock) -> Callable[[], Report]:
    """Deliver what happened, then send what is due."""

    def once() -> Report:
        deliver_events()
        return Run(clock)()

    return once
