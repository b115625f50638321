"""Two people talk about a passage of a page: quoting, calling, a real mail, resolving, coming back."""

import re
import time
from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.test_author_to_reader import sign_in
from tests.services.looks import faults
from tests.services.site import PASSWORD, RunningSite

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
numbers = count(int(time.time()))

CAMILLE = "auteure.poitiers@demo.datacites.fr"
YANN = "auteur.rennes@demo.datacites.fr"
MODERATOR = "moderatrice@demo.datacites.fr"


@pytest.fixture
def without_scripts(chromium: Browser, site: RunningSite) -> Iterator[Page]:
    """A phone without scripts."""
    opened = chromium.new_context(
        base_url=site.url, java_script_enabled=False, viewport={"width": 360, "height": 800}
    )
    opened.set_default_timeout(20_000)
    yield opened.new_page()
    opened.close()


def case_address(page: Page) -> str:
    """The address of a case of Grand Poitiers."""
    page.goto("/partenaires/grand-poitiers/")
    link = page.locator(".card a[href^='/partenaires/grand-poitiers/']").first
    address = link.get_attribute("href")
    assert address
    return address


def select_passage(page: Page) -> str:
    """Select the first long paragraph of the page, as a mouse does; its text."""
    return str(
        page.evaluate(
            """() => {
              const found = [...document.querySelectorAll("main .prose p, main .text p, main p")]
                .find((each) => each.textContent.trim().length > 80);
              getSelection().selectAllChildren(found);
              return getSelection().toString().replace(/\\s+/g, " ").trim();
            }"""
        )
    )


def test_two_people_discuss_a_passage_from_one_mail_to_the_next(
    page: Page, without_scripts: Page, site: RunningSite
) -> None:
    title = f"Le nombre exact {next(numbers)}"
    sign_in(page, CAMILLE)
    address = case_address(page)
    page.goto(address)
    passage = select_passage(page)
    page.get_by_role("link", name="Discuter de ce passage").click()
    expect(page.get_by_label("Passage cité")).to_have_value(re.compile(re.escape(passage[:60])))
    page.get_by_label("Titre").fill(title)
    body = page.get_by_label("Votre message")
    body.press_sequentially("Est-ce encore vrai, @yann", delay=20)
    expect(page.get_by_role("option", name=re.compile("@yann.le-goff"))).to_be_visible()
    body.press("ArrowDown")
    body.press("Enter")
    expect(body).to_have_value("Est-ce encore vrai, @yann.le-goff ")
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_role("status").first).to_contain_text("Votre message est publié")
    expect(page.locator(".passage")).to_contain_text(passage[:40])

    (mail,) = site.mailbox.to(YANN, about=title)
    words = str(mail.get_body(("plain",)).get_content())
    assert "Est-ce encore vrai" not in words
    link = re.search(rf"{re.escape(site.url)}\S+discussion/\d+/#message-1", words)
    assert link, words

    other = without_scripts
    other.goto(link[0])
    expect(other.locator("main")).not_to_contain_text("Est-ce encore vrai")
    other.get_by_role("link", name="Se connecter pour lire et écrire").click()
    other.fill("input[name=username]", YANN)
    other.fill("input[name=password]", PASSWORD)
    other.click("button[type=submit]")
    expect(other.locator("#message-1")).to_contain_text("Est-ce encore vrai")
    expect(other.locator("#message-1 .mention")).to_have_text("@yann.le-goff")
    other.get_by_label("Votre message").fill("Oui.\n> Est-ce encore vrai\nVoir @camille.rousseau")
    other.get_by_role("button", name="Répondre").click()
    expect(other.locator("#message-2 blockquote")).to_have_text("Est-ce encore vrai")
    expect(other.get_by_role("button", name="Marquer comme résolue")).to_have_count(0)
    answer = f"répond dans la discussion « {title} »"
    assert site.mailbox.to(CAMILLE, about=answer)

    page.goto("/")
    page.goto(link[0].replace("#message-1", "#message-2"))
    expect(page.locator("#message-2")).to_be_in_viewport()
    page.get_by_role("button", name="Marquer comme résolue").click()
    expect(page.locator(".thread-state")).to_contain_text("résolue")
    page.goto(f"{address}discussion/")
    expect(page.get_by_role("link", name=title)).to_be_hidden()
    page.locator("summary", has_text="résolue").click()
    expect(page.get_by_role("link", name=title)).to_be_visible()


def test_without_scripts_a_passage_is_copied_by_hand_and_a_message_deleted_after_one_question(
    without_scripts: Page,
) -> None:
    page, title = without_scripts, f"Sans script {next(numbers)}"
    sign_in(page, YANN)
    address = case_address(page)
    page.goto(address)
    page.get_by_role("link", name=re.compile("^Discussion")).click()
    page.get_by_label("Passage cité").fill("Un passage copié")
    page.get_by_label("Titre").fill(title)
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_role("alert")).to_contain_text("rien n’est perdu")
    expect(page.get_by_label("Titre")).to_have_value(title)
    page.get_by_label("Votre message").fill("Un mot de trop.")
    page.get_by_role("button", name="Publier").click()
    expect(page.locator(".passage")).to_contain_text("Un passage copié")
    page.get_by_role("link", name="Supprimer le message 1").click()
    expect(page.locator("main")).to_contain_text("Un mot de trop.")
    page.get_by_role("button", name="Supprimer le message").click()
    expect(page.get_by_role("status").first).to_contain_text("supprimé")
    expect(page.get_by_role("link", name=title)).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    chromium: Browser, site: RunningSite, width: int, scheme: str
) -> None:
    context = chromium.new_context(
        base_url=site.url,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        bypass_csp=True,
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    found: list[str] = []

    def look(name: str) -> None:
        found.extend(faults(page, name))

    address = case_address(page)
    page.goto(f"{address}discussion/")
    look("door")
    sign_in(page, MODERATOR)
    page.goto(address)
    select_passage(page)
    page.locator(".discuss-passage").wait_for()
    look("page")
    page.locator(".discuss-passage").click()
    look("form")
    page.get_by_role("button", name="Publier").click()
    look("errors")
    body = page.get_by_label("Votre message")
    body.press_sequentially(f"{'x' * 300} {next(numbers)} https://a.example/" + "y" * 300 + " @cam")
    page.get_by_role("option").first.wait_for()
    body.press("ArrowDown")
    look("mentions")
    body.press("Enter")
    page.get_by_role("button", name="Publier").click()
    thread = page.url.partition("#")[0]
    page.get_by_label("Votre message").fill("Une réponse")
    page.get_by_role("button", name="Répondre").click()
    look("thread")
    for rest in ("1/modifier/", "1/supprimer/", "1/retirer/", "retirer/"):
        page.goto(thread + rest)
        look(rest)
    page.goto(f"{thread}2/retirer/")
    page.get_by_label("Motif").fill("Pour voir")
    page.get_by_role("button", name="Retirer un message").click()
    page.get_by_role("button", name="Verrouiller").click()
    look("withdrawn")
    page.get_by_role("button", name="Marquer comme résolue").click()
    page.goto(f"{address}discussion/")
    page.locator("summary", has_text="résolue").click()
    look("list")
    context.close()
    assert not found, "\n".join(found)
