"""The dashboard: what each person finds, and that reading it costs the same however much there is."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.dashboard import Desk
from cms.models import User
from tests.cms.editors import Editors, signed_in

pytestmark = pytest.mark.django_db
HOME = "/gestion/"


def html(user: User) -> str:
    response = signed_in(user).get(HOME)
    assert response.status_code == 200
    return response.content.decode()


def test_an_author_is_greeted_with_the_organization_and_offered_to_tell(world: Editors) -> None:
    page = html(world.alice)
    assert "Bonjour Alice" in page
    assert "Ville d&#x27;Antony" in page
    assert "Raconter une expérience" in page
    assert "Rien ne vous attend." in page


def test_someone_without_an_organization_is_told_what_to_do(world: Editors) -> None:
    lost = User.objects.create_user("lost@example.fr", "motdepasse-solide")
    from cms.membership import enter_editor

    lost.user_permissions.add(enter_editor())
    page = html(lost)
    assert "pas encore rattaché à une organisation" in page
    assert "casestudies_tell" not in page
    assert reverse("casestudies_tell") not in page


def test_a_text_sent_back_comes_first_with_who_and_why(world: Editors) -> None:
    page, state = world.submitted("Capteurs", world.alice)
    state.task.specific.on_action(
        state, world.mona, "reject", comment="Donnez le coût <b>total</b>."
    )
    shown = html(world.alice)
    assert "Renvoyé par Mona Test" in shown
    assert "Donnez le coût &lt;b&gt;total&lt;/b&gt;." in shown
    assert shown.index("Donnez le coût") < shown.index("Mes brouillons")
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in shown


def test_a_colleague_sees_the_draft_sent_back_among_the_organizations_pages(world: Editors) -> None:
    _page, state = world.submitted("Capteurs", world.alice)
    state.task.specific.on_action(state, world.mona, "reject", comment="À revoir.")
    shown = html(world.adele)
    assert "Capteurs" in shown
    assert "Renvoyé : à reprendre" in shown
    assert "À revoir." not in shown


def test_places_in_words(world: Editors) -> None:
    world.case("Un brouillon", world.alice)
    world.submitted("En route", world.alice)
    public = world.published("En ligne", world.alice)
    public.title = "En ligne, revu"
    public.save_revision(user=world.alice)
    shown = html(world.alice)
    for words in ("Brouillon", "En relecture", "Publié, avec des modifications à envoyer"):
        assert words in shown


def test_another_organizations_pages_never_show(world: Editors) -> None:
    world.case("Secret de Brest", world.basile, world.brest)
    world.submitted("Bientôt à Brest", world.basile, world.brest)
    world.published("Public à Brest", world.basile, world.brest)
    shown = html(world.alice)
    assert "Brest" not in shown


def test_a_moderator_finds_what_waits_with_its_diff(world: Editors) -> None:
    page, state = world.submitted("Capteurs", world.basile, world.brest)
    shown = html(world.mona)
    assert "1 texte attend une relecture." in shown
    assert reverse("cms_review", args=[state.pk]) in shown
    assert "Brest métropole" in shown
    assert "Première publication" in shown
    assert (
        reverse("wagtailadmin_pages:revisions_view", args=[page.pk, page.latest_revision_id])
        in shown
    )


def test_a_live_page_is_compared_with_what_readers_see(world: Editors) -> None:
    page = world.published("Capteurs", world.alice)
    page.title = "Capteurs, suite"
    revision = page.save_revision(user=world.alice)
    page.get_workflow().start(page, world.alice)
    assert reverse(
        "wagtailadmin_pages:revisions_compare", args=[page.pk, "live", revision.pk]
    ) in html(world.mona)


@pytest.mark.parametrize("name", ["mona", "root"])
def test_whoever_wrote_is_told_plainly_that_someone_else_approves(
    world: Editors, name: str
) -> None:
    world.submitted("De ma plume", getattr(world, name))
    shown = html(getattr(world, name))
    assert (
        "quelqu&#x27;un d&#x27;autre l&#x27;approuvera" in shown
        or "quelqu'un d'autre l'approuvera" in shown
    )
    assert "Relire et décider" not in shown


def test_who_else_has_a_page_open(world: Editors) -> None:
    page = world.case("À deux", world.alice)
    signed_in(world.adele).get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert "Ouvert en ce moment par Adele Test" in html(world.alice)
    assert "Ouvert en ce moment" not in html(world.adele)


def test_completeness_counts_what_the_last_version_says(world: Editors) -> None:
    page = world.published("Capteurs", world.alice)
    before = Desk(fake_request(world.alice)).rows[0].completeness.percent
    page.approach = "<p>" + "Un récit. " * 40 + "</p>"
    page.save_revision(user=world.alice)
    after = Desk(fake_request(world.alice)).rows[0].completeness.percent
    assert after > before


def fake_request(user: User) -> object:
    return type("Request", (), {"user": user})()


@pytest.mark.parametrize("name", ["alice", "mona", "root"])
def test_queries_do_not_grow_with_pages(world: Editors, name: str) -> None:
    user = getattr(world, name)
    few = count(world, user, 2, lambda i: world.case(f"Brouillon {i}", world.alice))
    many = count(
        world, user, 6, lambda i: world.submitted(f"Envoyé {i}", world.basile, world.brest)
    )
    many = max(many, count(world, user, 6, lambda i: world.submitted(f"De {i}", world.alice)))
    assert many - few <= 8, (few, many)
    more = count(world, user, 8, lambda i: world.submitted(f"Encore {i}", world.alice))
    assert more == count(world, user, 0, lambda i: None)
    assert more <= many
    assert more <= 45


def count(world: Editors, user: User, number: int, make: Callable[[int], object]) -> int:
    for i in range(number):
        make(i)
    client = signed_in(user)
    client.get(HOME)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(HOME).status_code == 200
    return len(queries)
