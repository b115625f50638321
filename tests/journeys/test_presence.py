"""Who is writing is seen before one opens the editor; half a sentence survives a closed browser."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.services.site import PASSWORD, RunningSite

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
CASE = "/partenaires/grand-poitiers/grand-poitiers-acculturer-data-sandwich/"
SignIn = Callable[[str], Page]


@pytest.fixture
def signed_in(chromium: Browser, site: RunningSite) -> Iterator[SignIn]:
    contexts: list[BrowserContext] = []

    def sign_in(name: str) -> Page:
        context = chromium.new_context(
            base_url=site.url, locale="fr-FR", viewport={"width": 1280, "height": 900}
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.goto("/gestion/login/")
        page.fill("#id_username", f"{name}@demo.datacites.fr")
        page.fill("#id_password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/gestion/")
        return page

    yield sign_in
    for context in contexts:
        context.close()


def test_who_writes_is_seen_and_what_is_written_survives(signed_in: SignIn) -> None:
    author = signed_in("auteure.poitiers")
    author.goto(CASE)
    author.get_by_role("link", name="Modifier", exact=True).click()
    # The editor takes what it holds after a moment for the beginning of what is written.
    author.wait_for_timeout(4_000)
    summary = author.locator("#id_summary")
    written = "Une demi-phrase qui"
    summary.fill(written)

    colleague = signed_in("collegue.poitiers")
    expect(colleague.get_by_text("Ouvert en ce moment par").first).to_be_visible()
    colleague.goto(CASE)
    expect(colleague.locator(".presence")).to_contain_text("ouvert en ce moment par")
    expect(colleague.get_by_text("Une demi-phrase")).to_have_count(0)

    # The browser dies: nothing is asked, nothing is sent.
    author.wait_for_timeout(2_000)
    author.context.close()
    again = signed_in("auteure.poitiers")
    again.goto(CASE)
    again.get_by_role("link", name="Modifier", exact=True).click()
    expect(again.locator("#id_summary")).to_have_value(written)
