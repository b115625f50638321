"""A page's life, draft → review → published → proposal → merged → confirmed, as its history tells it."""

import re
from typing import Any

import pytest
from django.test import Client

from casestudies.models import CaseStudyPage
from cms.models.workflow import version_token
from cms.proposals.models import Proposal
from tests.cms.editors import editors, signed_in
from tests.cms.proposals.proposing import link, send
from tests.services.post_office import PostOffice

pytestmark = pytest.mark.django_db


def history(case: CaseStudyPage) -> str:
    """The history as a visitor reads it, on one line."""
    html = Client().get(f"{case.get_url()}historique/").content.decode()
    main = html.partition("<main")[2].partition("</main")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("\xa0", " ").split())


def test_a_page_tells_its_life(post: PostOffice) -> None:
    world = editors()
    page, state = world.submitted("Capteurs", world.alice)
    state.task.specific.on_action(
        state, world.mona, "approve", seen=version_token(page.get_latest_revision())
    )
    case = CaseStudyPage.objects.get(pk=page.pk)

    send(Client(), case, {"html-approach": "<p>Un récit plus long.</p>"})
    private = link(post)
    Client().post(f"{private}agir/", {"action": "confirm"})
    made = Proposal.objects.get()
    signed_in(world.max).post(
        f"/propositions/{made.pk}/", {"decision": "take", "round": 1, "word": "Merci"}
    )
    confirm(signed_in(world.adele), case)

    told = history(case)
    order = [
        "confirmée par Adele Test, Ville d’Antony",
        "Version 2 actuelle",
        "d’après une proposition de Camille Durand (sans compte) · approuvée par Max Test",
        "Proposition de Camille Durand (sans compte) : Il y en avait douze.",
        "Version 1",
        "Alice Test, Ville d’Antony · approuvée par Mona Test",
        "Commencée le",
        "envoyée en relecture le",
    ]
    places = [told.find(text) for text in order]
    assert -1 not in places, told
    assert places == sorted(places)
    assert "Merci" not in told
    assert "@" not in told


def confirm(client: Client, case: CaseStudyPage) -> None:
    """Say that the page is still exact, as its page of confirmation asks."""
    address = f"{case.get_url()}confirmer/"
    html = client.get(address).content.decode()
    fields: dict[str, Any] = dict(re.findall(r'name="(vu)"[^>]*value="([^"]*)"', html))
    assert client.post(address, {**fields, "reponse": "exact"}).status_code in {200, 302}
