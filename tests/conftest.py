"""Fixtures of the whole suite: a clean memory for each test, and for browser tests a running site."""

import os
import shutil
from collections.abc import Generator, Iterator
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django import Settings
from pytest_django.plugin import blocking_manager_key

from tests.services.post_office import Clock, PostOffice
from tests.services.postgresql import free_port
from tests.services.site import RunningSite, running_site

# The browser's driver runs an event loop in the worker: Django would refuse its database beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(autouse=True)
def forget_what_was_remembered() -> None:
    """The memory cache outlives a test's transaction: each test starts without it."""
    cache.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """A test that really commits empties every table afterwards, Wagtail's root page included.

    What the migrations wrote is put back then, so that tests may run in any order.
    """
    yield
    marker = item.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        with item.config.stash[blocking_manager_key].unblock():
            connection.creation.deserialize_db_from_string(connection._test_serialized_contents)


@pytest.fixture(scope="session")
def site() -> Iterator[RunningSite]:
    with running_site() as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    assert program, "Chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser, site: RunningSite) -> Iterator[BrowserContext]:
    opened = chromium.new_context(
        base_url=site.url,
        locale="fr-FR",
        viewport={"width": 1280, "height": 900},
        reduced_motion="reduce",
    )
    opened.set_default_timeout(20_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def plain(chromium: Browser, site: RunningSite) -> Iterator[Page]:
    """A page without JavaScript."""
    opened = chromium.new_context(
        base_url=site.url, java_script_enabled=False, viewport={"width": 1280, "height": 900}
    )
    yield opened.new_page()
    opened.close()


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
