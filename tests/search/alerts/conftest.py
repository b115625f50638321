"""A real mail server of one's own, and runs of the sending at a chosen time."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone
from pytest_django import Settings

from search import indexing
from search.alerts.sending import Report, Run
from search.backends.base import SearchBackend
from tests.search.alerts.world import Clock, PostOffice
from tests.services.postgresql import free_port


@pytest.fixture
def post(settings: Settings) -> Iterator[PostOffice]:
    """The mail server of the site, on a port of its own."""
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_TIMEOUT = 1
    yield office
    controller.stop()


@pytest.fixture
def clock() -> Clock:
    """The present, or a moment later when a test could straddle midnight: periods are days."""
    started = Clock()
    now = timezone.localtime()
    if (now.hour, now.minute) >= (23, 56):
        started.turn(timedelta(minutes=4))
    return started


@pytest.fixture
def run(index: SearchBackend, clock: Clock) -> Callable[[], Report]:
    """Index what waits, then send what is due."""

    def once() -> Report:
        indexing.drain()
        return Run(clock)()

    return once
