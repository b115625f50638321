"""A reader proposes a change, is asked, answers, is thanked, and is named in the page's history."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from cms.mailing.guard import SECONDS_TO_FILL_IN
from tests.services.looks import faults
from tests.services.site import PASSWORD, RunningSite, opened, spoken

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
CASE = "/partenaires/departement-du-loiret/loiret-orleans-be-good-routes-inondees/"


@pytest.fixture
def moderator(chromium: Browser, site: RunningSite) -> Iterator[Page]:
    context = opened(chromium, site, 1280)
    page = context.new_page()
    page.goto("/gestion/login/")
    page.fill("#id_username", "moderatrice@demo.datacites.fr")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/gestion/")
    yield page
    context.close()


def link(site: RunningSite, address: str, about: str) -> str:
    """The private address in the last mail to `address` that speaks of `about`."""
    mail = site.mailbox.to(address, about)[-1]
    found = re.search(rf"{re.escape(site.url)}/propositions/[0-9a-f-]{{36}}/", spoken(mail))
    assert found, spoken(mail)
    return found[0]


def test_from_a_sentence_to_its_credit(
    chromium: Browser, site: RunningSite, moderator: Page
) -> None:
    address = f"camille{int(time.time())}@ville.fr"
    context = opened(chromium, site, 390)
    reader = context.new_page()
    reader.goto(CASE)
    reader.get_by_role("link", name="Proposer un changement").click()
    assert not faults(reader)
    text = reader.get_by_role("textbox", name="Contexte")
    text.click()
    reader.keyboard.press("Control+End")
    reader.keyboard.type(" Les pompiers avaient leur propre carte.")
    # The tab closes: what was written is found again.
    time.sleep(1)
    reader.reload()
    reader.get_by_role("button", name="Les reprendre").click()
    expect(text).to_contain_text("Les pompiers avaient leur propre carte.")
    reader.get_by_label("Pourquoi ce changement ?").fill("J’y étais.")
    reader.get_by_label("Votre nom, tel qu’il sera cité").fill("Camille Durand")
    reader.get_by_label("Votre adresse e-mail").fill(address)
    time.sleep(SECONDS_TO_FILL_IN)
    reader.get_by_role("button", name="Voir ce que je change").click()
    expect(reader.locator(".proposal-preview ins")).to_have_text(
        re.compile("Les pompiers avaient leur propre carte")
    )
    assert not faults(reader)
    reader.get_by_role("button", name="Envoyer la proposition").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Regardez vos messages")
    private = link(site, address, "À confirmer")
    reader.goto(private)
    assert not faults(reader)
    reader.get_by_role("button", name="Confirmer et envoyer").click()
    expect(reader.get_by_text("votre proposition est envoyée")).to_be_visible()
    assert not faults(reader)

    assert site.mailbox.to(
        "moderatrice@demo.datacites.fr", "Camille Durand (sans compte) propose un changement"
    )
    moderator.goto("/propositions/")
    assert not faults(moderator)
    moderator.get_by_role("link", name=re.compile("BE-GOOD")).first.click()
    assert not faults(moderator)
    moderator.get_by_text("Commenter ce changement").click()
    moderator.get_by_label("Votre remarque sur le changement 1").fill("Une source ?")
    moderator.get_by_role("button", name="Envoyer la remarque").click()
    expect(moderator.locator("#changement-1 .remark")).to_contain_text("Une source ?")
    moderator.get_by_label("Demander une précision").fill("Où peut-on le lire ?")
    moderator.get_by_role("button", name="Envoyer la question").click()

    assert link(site, address, "On vous répond") == private
    reader.goto(private)
    expect(reader.locator("#changement-1 .remark")).to_contain_text("Une source ?")
    reader.get_by_label("Répondre").fill("Dans le rapport de 2017.")
    reader.get_by_role("button", name="Envoyer ma réponse").click()
    assert not faults(reader)

    moderator.reload()
    expect(moderator.get_by_text("Dans le rapport de 2017.")).to_be_visible()
    moderator.get_by_label("Un mot à la personne").fill("Merci !")
    moderator.get_by_role("button", name="Tout reprendre").click()
    expect(moderator.get_by_text("C’est repris et en ligne")).to_be_visible()

    assert site.mailbox.to(address, "est reprise")
    reader.goto(f"{CASE}historique/")
    expect(reader.locator("#v2")).to_contain_text("d’après une proposition de Camille Durand")
    reader.goto(CASE)
    expect(reader.get_by_text("Les pompiers avaient leur propre carte.")).to_be_visible()
    context.close()


def test_without_a_script_the_same_texts_are_plain(chromium: Browser, site: RunningSite) -> None:
    context = opened(chromium, site, 360, script=False)
    page = context.new_page()
    page.goto(f"{CASE}proposer/")
    page.get_by_label("Données").fill("Un seul jeu de données.\n\n- ouvert\n- **gratuit**")
    page.get_by_label("Pourquoi ce changement ?").fill("Plus court.")
    page.get_by_label("Votre adresse e-mail").fill("sans-script@ville.fr")
    time.sleep(SECONDS_TO_FILL_IN)
    page.get_by_role("button", name="Voir ce que je change").click()
    expect(page.locator(".proposal-preview")).to_contain_text("Un seul jeu de données.")
    page.get_by_role("button", name="Envoyer la proposition").click()
    page.goto(link(site, "sans-script@ville.fr", "À confirmer"))
    expect(page.locator(".change-added").first).to_be_visible()
    page.get_by_text("Retirer ma proposition").first.click()
    page.get_by_role("button", name="Retirer ma proposition").click()
    expect(page.get_by_text("Votre proposition est retirée.")).to_be_visible()
    context.close()
