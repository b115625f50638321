"""A reader without account follows a page, is told by mail of what changed, and stops in one click."""

import re
import time
import urllib.request

import pytest
from playwright.sync_api import Browser, expect

from cms.mailing.guard import SECONDS_TO_FILL_IN
from tests.services.looks import faults
from tests.services.site import PASSWORD, RunningSite, spoken

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
CASE = "/partenaires/grand-poitiers/grand-poitiers-donnee-energetique-prive/"


def publish(site: RunningSite, summary: str) -> None:
    """A new version of the case, by its author."""
    lines = [
        "import time",
        "from casestudies.models import CaseStudyPage",
        "from cms.models import User",
        f"page = CaseStudyPage.objects.get(slug={CASE.strip('/').rpartition('/')[2]!r})",
        "author = User.objects.get(email='auteure.poitiers@demo.datacites.fr')",
        f"page.change_summary = {summary!r}",
        "page.governance = page.governance + '<p>Une ligne de plus.</p>'",
        "page.save_revision(user=author).publish(user=author, skip_permission_checks=True)",
    ]
    site.manage("shell", "--no-imports", "-c", "\n".join(lines))
    site.manage("send_digests")


@pytest.mark.parametrize(("width", "script"), [(360, False), (1280, True)])
def test_from_follow_to_stop(
    chromium: Browser, site: RunningSite, width: int, script: bool
) -> None:
    address = f"suivi{width}-{int(time.time())}@ville.fr"
    context = chromium.new_context(
        base_url=site.url,
        viewport={"width": width, "height": 800},
        java_script_enabled=script,
        bypass_csp=True,
    )
    page = context.new_page()
    page.goto(CASE)
    page.get_by_role("link", name="Suivre cette page").click()
    if script:
        assert not faults(page)
    page.get_by_label("Votre adresse e-mail").fill(address)
    page.get_by_label("Dès que cela arrive").check()
    time.sleep(SECONDS_TO_FILL_IN)
    page.get_by_role("button", name="Recevoir le lien de confirmation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Regardez vos messages")
    [asked] = site.mailbox.to(address)
    page.goto(re.search(rf"{re.escape(site.url)}/suivi/confirmer/\S+", spoken(asked))[0])
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre suivi")

    publish(site, f"La gouvernance, à {width} px.")
    told = site.mailbox.to(address, "met à jour")[0]
    assert f"La gouvernance, à {width} px." in spoken(told)
    page.reload()
    expect(page.get_by_text("met à jour").first).to_be_visible()
    if script:
        assert not faults(page)
    request = urllib.request.Request(
        str(told["List-Unsubscribe"]).strip(" <>"), data=b"List-Unsubscribe=One-Click"
    )
    for _time in range(2):
        assert urllib.request.urlopen(request).status == 200
    publish(site, "Encore une.")
    assert not site.mailbox.to(address, "Encore une.", within=1)
    context.close()


def test_an_account_follows_in_one_click(chromium: Browser, site: RunningSite) -> None:
    context = chromium.new_context(
        base_url=site.url, viewport={"width": 1280, "height": 900}, bypass_csp=True
    )
    page = context.new_page()
    page.goto("/suivi/")
    page.fill("#id_username", "auteur.rennes@demo.datacites.fr")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre suivi")
    page.goto("/themes/strategie-gouvernance/")
    page.get_by_role("link", name="Suivre ce thème").click()
    assert not faults(page)
    page.get_by_role("button", name="Suivre").click()
    expect(page.get_by_text("Vous suivez «")).to_be_visible()
    page.goto("/suivi/")
    assert not faults(page)
    page.get_by_role("button", name="Ne plus suivre").first.click()
    expect(page.get_by_text("Vous ne suivez rien")).to_be_visible()
    context.close()
