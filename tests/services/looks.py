"""What a browser can say of a page as it stands: axe's findings, and whether it scrolls sideways."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

EXCESS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def faults(page: Page, name: str = "", within: str | None = None) -> list[str]:
    """All that is wrong, each under `name` (the address without one); the page needs `bypass_csp`."""
    name = name or page.url
    result = Axe().run(page, context=within, options={"resultTypes": ["violations"]})
    found = [
        f"{name}: {fault['id']} {fault['nodes'][0]['target']}"
        for fault in result.response["violations"]
    ]
    wide = page.evaluate(EXCESS)
    return [*found, f"{name}: {wide} px too wide"] if wide > 0 else found
