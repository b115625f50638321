"""Readers as journeys need them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.services.site import RunningSite


@pytest.fixture(
    params=[("phone, no script", 360, False), ("desktop", 1280, True)], ids=lambda p: p[0]
)
def reader(
    request: pytest.FixtureRequest, chromium: Browser, site: RunningSite
) -> Iterator[BrowserContext]:
    """Somebody on a phone without scripts, then at a desk with them."""
    _name, width, script = request.param
    opened = chromium.new_context(
        base_url=site.url,
        locale="fr-FR",
        viewport={"width": width, "height": 800},
        java_script_enabled=script,
        reduced_motion="reduce",
    )
    opened.set_default_timeout(20_000)
    yield opened
    opened.close()
