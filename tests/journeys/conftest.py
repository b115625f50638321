"""Readers as journeys need them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.services.site import RunningSite, opened


@pytest.fixture(
    params=[("phone, no script", 360, False), ("desktop", 1280, True)], ids=lambda p: p[0]
)
def reader(
    request: pytest.FixtureRequest, chromium: Browser, site: RunningSite
) -> Iterator[BrowserContext]:
    """Somebody on a phone without scripts, then at a desk with them."""
    _name, width, script = request.param
    context = opened(chromium, site, width, script)
    yield context
    context.close()
