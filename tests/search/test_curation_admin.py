"""The team's pages in the editor: who may open them, what they keep and what they refuse."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from casestudies.models import CaseStudyPage
from cms.membership import MODERATORS
from search import indexing
from search.backends.base import SearchBackend
from search.curation import rule_text
from search.models import BestBet, SynonymRule
from search.rules import active_rules
from tests.builders import make_case, make_moderator, make_partner, make_user, partners_root
from tests.search.curators import BETS, HOSTILE, RULES, fields, signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator() -> Client:
    return signed_in(make_moderator())


# --- Who


def addresses() -> dict[str, tuple[str, ...]]:
    """Every address of both lists, with the ways in which it is used."""
    rule = SynonymRule.objects.create(left="REX", right="retour d'expérience")
    bet = BestBet.objects.create(page=make_case(), queries="eau")
    found: dict[str, tuple[str, ...]] = {}
    for namespace, pk in ((RULES, rule.pk), (BETS, bet.pk)):
        for name in ("list", "list_results"):
            found[reverse(f"{namespace}:{name}")] = ("get",)
        found[reverse(f"{namespace}:list") + "?export=csv"] = ("get",)
        found[reverse(f"{namespace}:add")] = ("get", "post")
        for name in ("edit", "delete"):
            found[reverse(f"{namespace}:{name}", args=[pk])] = ("get", "post")
        for name in ("usage", "history", "history_results"):
            found[reverse(f"{namespace}:{name}", args=[pk])] = ("get",)
    found[reverse(f"{RULES}:text")] = ("get", "post")
    found[reverse(f"{RULES}:text") + "?fichier"] = ("get",)
    found[reverse(f"{RULES}:preview_new")] = ("post",)
    found[reverse(f"{RULES}:preview_kept", args=[rule.pk])] = ("post",)
    for action in ("put_in_service", "put_out_of_service", "delete"):
        address = reverse("wagtail_bulk_action", args=["search", "synonymrule", action])
        found[f"{address}?id={rule.pk}"] = ("get", "post")
    return found


def refused(response: object) -> bool:
    """Sent to sign in, sent away with a message, or told that it is forbidden."""
    if response.status_code == 302:
        return response.url.startswith("/gestion/login/") or response.url == "/gestion/"
    return response.status_code in {403, 404}


def main_of(response: object) -> str:
    """What stands between the menus of a page."""
    html = response.content.decode()
    return html[html.find("<main") : html.find("</main>")]


@pytest.mark.parametrize("who", ["nobody", "reader", "author"])
def test_only_moderators_and_administrators_enter(who: str) -> None:
    client = {
        "nobody": Client,
        "reader": lambda: signed_in(make_user()),
        "author": lambda: signed_in(make_user(partner=make_partner())),
    }[who]()
    for address, methods in addresses().items():
        for method in methods:
            response = getattr(client, method)(address)
            if "/bulk/" in address and who == "author":
                # Wagtail shows what was chosen, says that it is not theirs, and does nothing.
                assert "<form" not in main_of(response), address
            else:
                assert refused(response), (method, address, response.status_code)
    assert SynonymRule.objects.get().is_active
    assert BestBet.objects.count() == 1


@pytest.mark.parametrize("who", ["moderator", "administrator"])
def test_moderators_and_administrators_open_every_page(who: str, index: SearchBackend) -> None:
    user = make_moderator() if who == "moderator" else make_user(is_superuser=True)
    client = signed_in(user)
    for address, methods in addresses().items():
        method = "post" if methods == ("post",) else "get"
        assert getattr(client, method)(address).status_code == 200, address


def test_the_group_of_moderators_has_the_rights_and_no_other() -> None:
    partner = make_partner()
    group = Group.objects.get(name=MODERATORS)
    wanted = {f"{verb}_{name}" for verb in ("add", "change", "delete", "view")
              for name in ("synonymrule", "bestbet")}  # fmt: skip
    assert wanted <= set(group.permissions.values_list("codename", flat=True))
    assert not wanted & set(partner.group.permissions.values_list("codename", flat=True))


def test_a_member_who_may_only_read_imports_nothing() -> None:
    partners_root()
    user = make_user()
    group = Group.objects.create(name="Lecture")
    rights = Group.objects.get(name=MODERATORS).permissions
    group.permissions.set(rights.filter(codename__in=["access_admin", "view_synonymrule"]))
    user.groups.add(group)
    client = signed_in(user)
    page = client.get(reverse(f"{RULES}:text"))
    assert page.status_code == 200
    assert "Ajouter ces règles" not in text_of(page)
    client.post(reverse(f"{RULES}:text"), {"text": "REX = retour d'expérience"})
    assert not SynonymRule.objects.exists()


def test_nothing_changes_without_the_form_s_token() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_moderator())
    rule = SynonymRule.objects.create(left="REX", right="retour d'expérience")
    for address, data in (
        (reverse(f"{RULES}:add"), fields("EP", "éclairage public")),
        (reverse(f"{RULES}:delete", args=[rule.pk]), {}),
        (reverse(f"{RULES}:text"), {"text": "EP = éclairage public"}),
        (reverse(f"{RULES}:preview_new"), fields("EP", "éclairage public")),
    ):
        assert client.post(address, data).status_code == 403
    assert SynonymRule.objects.count() == 1


def test_the_menu_gathers_what_concerns_search(moderator: Client) -> None:
    menu = moderator.get("/gestion/").content.decode()
    place = menu.index('"name": "recherche"')
    for entry in ("synonymrule/", "bestbet/"):
        assert entry in menu[place:], entry
    administrator = signed_in(make_user(is_superuser=True)).get("/gestion/").content.decode()
    for entry in ("synonymrule/", "bestbet/", "recherche/rapport/", "recherche/index/"):
        assert entry in administrator, entry
    author = signed_in(make_user(partner=make_partner())).get("/gestion/").content.decode()
    assert "synonymrule/" not in author


# --- Synonyms


def test_a_moderator_adds_changes_and_deletes_a_rule(
    moderator: Client, index: SearchBackend
) -> None:
    moderator.post(reverse(f"{RULES}:add"), fields("REX", "retour d'expérience"))
    rule = SynonymRule.objects.get()
    assert len(active_rules()) == 1
    edit = reverse(f"{RULES}:edit", args=[rule.pk])
    moderator.post(edit, {"left": "RETEX", "right": "retour d'expérience", "note": "corrigé"})
    rule.refresh_from_db()
    assert (str(rule), rule.is_active, rule.note) == (
        "RETEX > retour d'expérience",
        False,
        "corrigé",
    )
    assert active_rules() == ()
    history = text_of(moderator.get(reverse(f"{RULES}:history", args=[rule.pk])))
    assert "Camille Martin" in history
    moderator.post(reverse(f"{RULES}:delete", args=[rule.pk]))
    assert not SynonymRule.objects.exists()
    actions = set(ModelLogEntry.objects.values_list("action", flat=True))
    assert actions == {"wagtail.create", "wagtail.edit", "wagtail.delete"}


def test_the_list_is_searched_filtered_and_exported(moderator: Client) -> None:
    SynonymRule.objects.create(left="REX", right="retour d'expérience", note="le plus cherché")
    SynonymRule.objects.create(left="EP", right="éclairage public", is_active=False)
    address = reverse(f"{RULES}:list_results")
    assert "REX = retour" in text_of(moderator.get(address))
    for query, left in (({"q": "plus cherché"}, "REX"), ({"is_active": "false"}, "EP")):
        said = text_of(moderator.get(address, query))
        assert left in said
        assert ({"REX": "EP =", "EP": "REX ="}[left]) not in said
    exported = moderator.get(reverse(f"{RULES}:list"), {"export": "csv"})
    assert "retour d'expérience" in b"".join(exported.streaming_content).decode()


@pytest.mark.parametrize(
    ("left", "right", "says"),
    [
        ("", "eau", "Champ requis."),
        ("le", "eau", "mots courants"),
        ("données", "Donnees", "déjà les mêmes mots"),
        ("retour d’expérience", "rex", "Une règle réunit déjà ces mots"),
        ("x" * 200, "eau", "120"),
        ("\x00", "eau", "caract"),
        ("mot " * 25, "eau", "trop long"),
    ],
)
def test_a_bad_rule_is_refused_with_what_was_typed_kept(
    moderator: Client, left: str, right: str, says: str
) -> None:
    SynonymRule.objects.create(left="REX", right="retour d'expérience")
    for address in (reverse(f"{RULES}:add"), reverse(f"{RULES}:preview_new")):
        response = moderator.post(address, fields(left, right))
        assert response.status_code == 200
        assert says in text_of(response)
    assert SynonymRule.objects.count() == 1


def test_two_twins_saved_at_the_same_moment_give_a_message(
    moderator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(*args: object, **kwargs: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(SynonymRule, "save", taken)
    response = moderator.post(reverse(f"{RULES}:add"), fields("REX", "retour d'expérience"))
    assert response.status_code == 200
    assert "Une règle réunit déjà ces mots" in text_of(response)


def test_several_rules_are_switched_at_once(moderator: Client) -> None:
    rules = [SynonymRule.objects.create(left=f"mot{n}", right="eau") for n in range(3)]
    assert len(active_rules()) == 3

    def switch(action: str) -> None:
        address = reverse("wagtail_bulk_action", args=["search", "synonymrule", action])
        chosen = "&".join(f"id={rule.pk}" for rule in rules[:2])
        assert "mot0" in text_of(moderator.get(f"{address}?{chosen}"))
        assert moderator.post(f"{address}?{chosen}").status_code == 302

    switch("put_out_of_service")
    assert [rule.left for rule in active_rules()] == ["mot2"]
    switch("put_in_service")
    assert len(active_rules()) == 3
    assert ModelLogEntry.objects.filter(action="wagtail.edit").count() == 4
    switch("delete")
    assert [rule.left for rule in active_rules()] == ["mot2"]
    assert ModelLogEntry.objects.filter(action="wagtail.delete").count() == 2


def test_switching_is_offered_for_synonyms_alone(moderator: Client) -> None:
    BestBet.objects.create(page=make_case(), queries="eau")
    assert "put_in_service" in moderator.get(reverse(f"{RULES}:list")).content.decode()
    assert "put_in_service" not in moderator.get(reverse(f"{BETS}:list")).content.decode()


def test_markup_in_a_rule_is_shown_as_text(moderator: Client, index: SearchBackend) -> None:
    make_case(title=f"Le récit de {HOSTILE}")
    make_case(title="Une fiche")
    indexing.drain()
    rule = SynonymRule.objects.create(left=HOSTILE, right="fiche", note=HOSTILE)
    SynonymRule.objects.create(left="retraite", right=HOSTILE, is_active=False)
    for name, *args in (("list",), ("edit", rule.pk), ("delete", rule.pk), ("history", rule.pk), ("text",)):  # fmt: skip
        html = moderator.get(reverse(f"{RULES}:{name}", args=args)).content.decode()
        assert "alert(1)" in html, name
        assert HOSTILE not in html, name
    sent = fields(HOSTILE, "fiche", essai=HOSTILE)
    html = moderator.post(reverse(f"{RULES}:preview_kept", args=[rule.pk]), sent).content.decode()
    assert "Le récit de &lt;script&gt;" in html
    assert HOSTILE not in html


# --- Rules as text


def test_rules_come_in_as_text_or_as_a_file(moderator: Client) -> None:
    SynonymRule.objects.create(left="REX", right="retour d'expérience")
    address = reverse(f"{RULES}:text")
    file = SimpleUploadedFile("regles.txt", "\ufeffPAV = point d'apport volontaire".encode())
    text = "EP > éclairage public  # deux lettres\nrex = retour d'expérience"
    response = moderator.post(address, {"text": text, "file": file}, follow=True)
    said = text_of(response)
    assert "2 règles ajoutées" in said
    assert "1 règle existait déjà" in said
    downloaded = moderator.get(f"{address}?fichier")
    assert downloaded["Content-Disposition"] == 'attachment; filename="synonymes.txt"'
    assert downloaded.content.decode().splitlines() == [
        "EP > éclairage public  # deux lettres",
        "PAV = point d'apport volontaire",
        "REX = retour d'expérience",
    ]


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"text": "REX = retour d'expérience\nrien\nle > eau"}, ["Ligne 2", "Ligne 3", "rien"]),
        ({"text": " \n "}, ["Écrivez au moins une règle"]),
        ({"text": "a = b\n" * 40_000}, ["200000"]),
        ({"file": SimpleUploadedFile("x.txt", b"\xff\xfe\x00\x01")}, ["UTF-8"]),
        ({"file": SimpleUploadedFile("x.txt", b"x" * (rule_text.MAX_SIZE + 1))}, ["trop gros"]),
    ],
)
def test_a_bad_text_adds_nothing_and_says_why(
    moderator: Client, sent: dict[str, object], says: list[str]
) -> None:
    response = moderator.post(reverse(f"{RULES}:text"), sent)
    assert response.status_code == 200
    for words in says:
        assert words in text_of(response)
    if sent.get("text") and len(str(sent["text"])) < 100:
        assert "REX = retour" in text_of(response) or not str(sent["text"]).strip()
    assert not SynonymRule.objects.exists()


# --- Chosen answers


def test_a_moderator_pins_a_page_and_the_list_says_when_it_is_hidden(moderator: Client) -> None:
    case = make_case(title="Un atelier")
    sent = {"queries": "Éclairage public\néclairage  PUBLIC\n\nEP", "page": case.pk, "order": 0}
    moderator.post(reverse(f"{BETS}:add"), sent | {"reason": "La plus demandée."})
    bet = BestBet.objects.get()
    assert bet.lines == ["Éclairage public", "éclairage PUBLIC", "EP"]
    assert sorted(bet.keys.values_list("key", flat=True)) == ["eclairage public", "ep"]
    listed = text_of(moderator.get(reverse(f"{BETS}:list")))
    assert "Un atelier" in listed
    assert "ne peut plus être lue" not in listed
    CaseStudyPage.objects.filter(pk=case.pk).update(live=False)
    assert "ne peut plus être lue" in text_of(moderator.get(reverse(f"{BETS}:list")))


def test_the_list_of_answers_costs_the_same_for_two_and_for_twenty(
    moderator: Client, django_assert_max_num_queries: Callable
) -> None:
    counts = []
    partner = make_partner()
    for number in (2, 18):
        for n in range(number):
            BestBet.objects.create(page=make_case(partner), queries=f"eau {number} {n}")
        moderator.get(reverse(f"{BETS}:list_results"))
        with django_assert_max_num_queries(30) as queries:
            moderator.get(reverse(f"{BETS}:list_results"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"queries": "", "page": "", "order": "0"}, "Champ requis."),
        ({"queries": "…", "order": "0"}, "aucun mot"),
        ({"queries": "eau", "order": "-1"}, "0"),
        ({"queries": "eau", "order": "99999999999"}, "99"),
        ({"queries": "eau\n" * 5000, "order": "0"}, "6000"),
        ({"queries": "eau", "page": "999999", "order": "0"}, ""),
    ],
)
def test_a_bad_answer_is_refused_with_a_message(
    moderator: Client, sent: dict[str, str], says: str
) -> None:
    sent = {"page": str(make_case().pk), "reason": ""} | sent
    response = moderator.post(reverse(f"{BETS}:add"), sent)
    assert response.status_code == 200
    assert says in text_of(response)
    assert not BestBet.objects.exists()


def test_markup_in_an_answer_is_shown_as_text_in_the_list(moderator: Client) -> None:
    case = make_case(title=HOSTILE)
    bet = BestBet.objects.create(page=case, queries=HOSTILE, reason=HOSTILE)
    for address in (reverse(f"{BETS}:list"), reverse(f"{BETS}:edit", args=[bet.pk])):
        assert HOSTILE not in moderator.get(address).content.decode()
