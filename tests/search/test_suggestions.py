"""What is suggested while one types: by half words, to each kind its share, and to nobody what is closed."""

import logging
import time
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings
from wagtail.models import PageViewRestriction

from casestudies.models import TerritoryFormerCode
from cms.models import GlossaryPage, GlossaryTerm, GuideChapterPage, GuideIndexPage
from search import indexing
from search.backends import get_backend
from search.backends.base import SearchBackend
from search.suggestions import FEW, MOST
from search.typed import MAX_TYPED, Typed
from tests.builders import (
    make_case,
    make_domain,
    make_partner,
    make_poitiers,
    make_site,
    make_territory,
    make_theme,
)

pytestmark = pytest.mark.django_db

ADDRESS = "/recherche/suggestions/"


@pytest.fixture
def away(settings: Settings, tmp_path: Any) -> None:
    """No engine: an index that was never built."""
    settings.SEARCH_DRAIN = "worker"
    settings.SEARCH_URL = f"tantivy://{tmp_path / 'nothing'}"


def ask(client: Client, q: str, pour: str = "tout") -> dict[str, list[dict[str, Any]]]:
    """Options by the name of their group."""
    response = client.get(ADDRESS, {"q": q, "pour": pour})
    assert response.status_code == 200, q[:40]
    return {group["label"]: group["options"] for group in response.json()["groups"]}


def names(options: list[dict[str, Any]]) -> list[str]:
    return ["".join(option["text"]) for option in options]


def every(client: Client, q: str, pour: str = "tout") -> list[str]:
    """Every name suggested, whatever its kind."""
    return [name for options in ask(client, q, pour).values() for name in names(options)]


def found(option: dict[str, Any]) -> list[str]:
    """The letters of an option that were typed."""
    return option["text"][1::2]


def department(number: str, name: str, region: Any = None) -> Any:
    return make_territory(f"dep:{number}", name, "departement", region=region)


def make_chapter(title: str, body: str = "", number: int = 1) -> GuideChapterPage:
    guide = GuideIndexPage.objects.get()
    chapter = GuideChapterPage(title=title, slug=f"chapitre-{number}", number=number)
    if body:
        chapter.body = [("text", body)]
    guide.add_child(instance=chapter)
    chapter.save_revision().publish()
    return chapter


# --- Typing


@pytest.mark.parametrize("q", ["éclai", "eclai", "ÉCLAI", "l'écl", "l’ecl", "public éclai", "publ"])
def test_a_domain_is_found_by_half_words_without_accents_or_articles(
    client: Client, away: None, q: str
) -> None:
    make_domain("eclairage", "Éclairage public")
    assert every(client, q) == ["Éclairage public"]


@pytest.mark.parametrize("q", ["éclairages", "pub lic", "lai", "éclairage privé"])
def test_every_word_must_begin_one_of_the_name(client: Client, away: None, q: str) -> None:
    make_domain("eclairage", "Éclairage public")
    assert every(client, q) == []


@pytest.mark.parametrize("q", ["", " ", "é", "l'", "'", "-", "%", "_", "é ", "🙂", "🙂🙂"])
def test_less_than_two_letters_suggest_nothing_and_cost_no_query(
    client: Client, django_assert_num_queries: Any, q: str
) -> None:
    make_domain("eclairage", "Éclairage public")
    client.get("/sante/vivant")
    with django_assert_num_queries(0):
        assert every(client, q) == []


def test_the_typed_letters_are_told_apart(client: Client, away: None) -> None:
    make_domain("eclairage", "Éclairage public")
    make_territory("insee:62633", "Œuf-en-Ternois", population=250)
    (option,) = ask(client, "pub écl")["Thèmes et domaines"]
    assert option["text"] == ["", "Écl", "airage ", "pub", "lic"]
    (place,) = ask(client, "oeuf-en")["Territoires"]
    assert place["text"] == ["", "Œuf", "-", "en", "-Ternois"]


def test_names_are_set_in_french_typography_and_typed_without(client: Client, away: None) -> None:
    make_domain("air", "Qualité de l'air")
    (option,) = ask(client, "qualité de l'ai")["Thèmes et domaines"]
    assert "".join(option["text"]) == "Qualité de l’air"
    assert found(option) == ["Qualité", "de", "ai"]


def test_parts_inside_words_are_a_last_resort(client: Client, away: None) -> None:
    make_domain("eclairage", "Éclairage public")
    (option,) = ask(client, "clair")["Thèmes et domaines"]
    assert option["text"] == ["É", "clair", "age public"]
    assert every(client, "lai") == [], "three letters are in everything"
    for rank in range(FEW):
        make_domain(f"clair-{rank}", f"Clair domaine {rank}")
    cache.clear()
    assert "Éclairage public" not in every(client, "clair")


# --- Territories


def test_a_territory_is_found_from_any_of_its_words(client: Client, away: None) -> None:
    make_poitiers()
    for q in ("grand poi", "grand-poi", "du grand", "poit grand", "Grand Poitiers"):
        assert "CU du Grand Poitiers" in every(client, q), q
    assert every(client, "nouvelle aq") == ["Nouvelle-Aquitaine"]
    assert every(client, "oitiers") == [], "parts inside their names are for who seeks a territory"
    assert "Poitiers" in every(client, "oitiers", "territoire")


@pytest.mark.parametrize("q", ["st-den", "st den", "saint-d", "Saint-Denis", "ST DENIS"])
def test_saints_are_found_however_they_are_written(client: Client, away: None, q: str) -> None:
    make_territory("insee:93066", "Saint-Denis", population=111_000)
    assert every(client, q) == ["Saint-Denis"]


def test_two_letters_may_begin_a_saint_as_well_as_another_name(client: Client, away: None) -> None:
    make_territory("insee:67482", "Strasbourg", population=290_000)
    make_territory("insee:35288", "Saint-Malo", population=46_000)
    assert sorted(every(client, "st")) == ["Saint-Malo", "Strasbourg"]
    assert every(client, "str") == ["Strasbourg"]


def test_homonymous_communes_are_told_apart(client: Client, away: None) -> None:
    island = make_territory("reg:04", "La Réunion", "region", population=870_000)
    make_territory(
        "insee:97411",
        "Saint-Denis",
        population=153_000,
        departement=department("974", "La Réunion", island),
    )
    make_territory(
        "insee:93066",
        "Saint-Denis",
        population=111_000,
        departement=department("93", "Seine-Saint-Denis"),
    )
    options = ask(client, "saint-denis", "territoire")["Territoires"][:2]
    assert [(option["kind"], option["detail"]) for option in options] == [
        ("Commune", "La Réunion"),
        ("Commune", "Seine-Saint-Denis"),
    ]
    assert len({option["url"] for option in options}) == 2
    for q in ("saint-denis 93", "saint denis seine"):
        assert ask(client, q)["Territoires"][0]["url"].endswith("93066/"), q


def test_levels_are_told_apart(client: Client, away: None) -> None:
    make_poitiers()
    options = ask(client, "vien", "territoire")["Territoires"]
    assert [(option["kind"], option["detail"]) for option in options] == [
        ("Département", "Nouvelle-Aquitaine")
    ]
    kinds = {option["kind"] for option in ask(client, "poit", "territoire")["Territoires"]}
    assert kinds == {"Commune", "Communauté urbaine"}


def test_the_exact_name_comes_first_then_large_places_and_those_with_cases(
    client: Client, away: None
) -> None:
    make_territory("insee:00001", "Vie", population=100)
    make_territory("insee:00002", "Vienne-la-Grande", population=90_000)
    told = make_territory("insee:00003", "Vierzon", population=30_000)
    make_territory("insee:00004", "Villers", population=50_000)
    make_case(territories=[told])
    assert every(client, "vie", "territoire") == ["Vie", "Vierzon", "Vienne-la-Grande"]


def test_a_place_whose_only_case_is_closed_is_not_moved_up(client: Client, away: None) -> None:
    make_territory("insee:00002", "Vienne-la-Grande", population=90_000)
    secret = make_territory("insee:00003", "Vierzon", population=30_000)
    case = make_case(territories=[secret])
    PageViewRestriction.objects.create(page=case, restriction_type=PageViewRestriction.LOGIN)
    assert every(client, "vie", "territoire") == ["Vienne-la-Grande", "Vierzon"]


def test_a_former_name_leads_to_today_s_territory(client: Client, away: None) -> None:
    annecy = make_territory(
        "insee:74010", "Annecy", population=130_000, departement=department("74", "Haute-Savoie")
    )
    TerritoryFormerCode.objects.create(code="insee:74011", name="Annecy-le-Vieux", territory=annecy)
    (option,) = ask(client, "annecy le v")["Territoires"]
    assert "".join(option["text"]) == "Annecy-le-Vieux"
    assert option["kind"] == "Ancienne commune"
    assert option["detail"] == "aujourd’hui Annecy, Haute-Savoie"
    assert option["url"] == "/territoires/insee:74010/"
    assert names(ask(client, "annecy")["Territoires"]) == ["Annecy", "Annecy-le-Vieux"]


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("86194", "Poitiers"),
        ("insee:86194", "Poitiers"),
        ("86", "Vienne"),
        ("8619", "Poitiers"),
        ("200069854", "CU du Grand Poitiers"),
        ("200 069", "CU du Grand Poitiers"),
        ("86999", "Ancienne"),
    ],
)
def test_codes_lead_to_territories(client: Client, away: None, q: str, first: str) -> None:
    poitiers = make_poitiers()
    TerritoryFormerCode.objects.create(code="insee:86999", name="Ancienne", territory=poitiers)
    assert every(client, q, "territoire")[0] == first


# --- Pages, terms, partners


@pytest.fixture
def wiki(index: SearchBackend) -> SearchBackend:
    """Cases, a chapter, a partner, a term, a theme and a domain about the same word."""
    make_site()
    partner = make_partner("Syndicat des capteurs", kind="syndicat")
    make_case(partner, title="Des capteurs d'eau", territories=[make_poitiers()])
    make_case(partner, title="Écouter la ville par ses capteurs")
    make_chapter("Poser des capteurs", "<h2>Choisir ses capteurs</h2><p>Texte.</p>")
    GlossaryTerm.objects.create(
        term="Capteur", acronym="", variants="capteurs\nsonde", definition="Ce qui mesure."
    )
    make_theme("Capteurs et données", "capteurs")
    make_domain("eau", "Eau et capteurs", "reseaux")
    indexing.drain()
    index.refresh()
    return index


def test_every_kind_has_its_share(client: Client, wiki: SearchBackend) -> None:
    groups = ask(client, "capt")
    assert set(groups) >= {
        "Retours d’expérience",
        "Thèmes et domaines",
        "Guide",
        "Glossaire",
        "Partenaires",
    }
    assert sum(map(len, groups.values())) <= MOST
    assert set(names(groups["Retours d’expérience"])) == {
        "Des capteurs d’eau",
        "Écouter la ville par ses capteurs",
    }
    where = {"".join(option["text"]): option for option in groups["Retours d’expérience"]}
    assert where["Des capteurs d’eau"]["detail"] == "Poitiers (86)"
    assert where["Des capteurs d’eau"]["kind"] == "Fiche"
    assert groups["Partenaires"][0]["kind"] == "Partenaire"
    assert groups["Glossaire"][0]["url"] == "/glossaire/#terme-capteur"
    for option in [option for options in groups.values() for option in options]:
        page = client.get(option["url"])
        assert page.status_code == 200, option["url"]


def test_a_large_kind_leaves_room_for_the_others(client: Client, wiki: SearchBackend) -> None:
    for rank in range(2 * MOST):
        make_territory(f"insee:{rank:05}", f"Capteville-{rank}", population=rank)
    groups = ask(client, "capt")
    assert sum(map(len, groups.values())) == MOST
    assert min(map(len, groups.values())) >= 1
    assert len(groups["Territoires"]) <= 3
    assert len(ask(client, "capt", "territoire")["Territoires"]) == MOST


@pytest.mark.parametrize("q", ["l'écou", "ville cap", "par ses ca", "ecouter la v", "ÉCOUTER"])
def test_a_case_is_found_from_the_middle_of_its_title(
    client: Client, wiki: SearchBackend, q: str
) -> None:
    assert "Écouter la ville par ses capteurs" in every(client, q)


def test_a_part_inside_a_title_is_found_when_nothing_begins_so(
    client: Client, wiki: SearchBackend
) -> None:
    (option,) = ask(client, "couter")["Retours d’expérience"]
    assert option["text"] == ["É", "couter", " la ville par ses capteurs"]


def test_a_term_is_found_by_its_acronym_and_its_variants(client: Client, away: None) -> None:
    make_site()
    GlossaryTerm.objects.create(
        term="Établissement public de coopération intercommunale",
        acronym="EPCI",
        variants="intercommunalité",
        definition="Des communes ensemble.",
    )
    (by_acronym,) = ask(client, "epc")["Glossaire"]
    assert by_acronym["detail"] == "EPCI"
    assert by_acronym["url"] == (
        "/glossaire/#terme-etablissement-public-de-cooperation-intercommunale"
    )
    (by_variant,) = ask(client, "intercommunalit")["Glossaire"]
    assert by_variant["detail"] == "intercommunalité"
    GlossaryPage.objects.get().unpublish()
    assert every(client, "epc") == []


def test_the_kind_that_is_named_exactly_comes_first(client: Client, wiki: SearchBackend) -> None:
    assert next(iter(ask(client, "capt"))) == "Retours d’expérience"
    assert next(iter(ask(client, "capteur"))) == "Glossaire"


# --- Scopes


def test_the_library_is_offered_values_of_its_facets(client: Client, wiki: SearchBackend) -> None:
    urls = {
        label: [option["url"] for option in options]
        for label, options in ask(client, "capt", "bibliotheque").items()
    }
    assert "Guide" not in urls
    assert "Glossaire" not in urls
    assert urls["Thèmes et domaines"] == [
        "/retours-experience/?theme=capteurs",
        "/retours-experience/?domaine=eau",
    ]
    assert urls["Partenaires"] == ["/retours-experience/?organisation=syndicat-des-capteurs"]
    (place, *_rest) = ask(client, "poitiers", "bibliotheque")["Territoires"]
    assert place["url"] == "/retours-experience/?territoire=insee%3A86194"


def test_a_field_for_a_territory_is_offered_nothing_else(
    client: Client, wiki: SearchBackend
) -> None:
    make_territory("insee:00001", "Capteville", population=10)
    assert every(client, "capt", "territoire") == ["Capteville"]
    (option,) = ask(client, "capt", "semblables")["Territoires"]
    assert option["url"] == "/comme-la-mienne/?territoire=insee%3A00001"


def test_an_unknown_scope_is_everything(client: Client, wiki: SearchBackend) -> None:
    assert ask(client, "capt", "n'importe quoi") == ask(client, "capt")


# --- What is closed


def test_drafts_and_closed_pages_are_never_suggested(client: Client, wiki: SearchBackend) -> None:
    partner = make_partner("Zèbre ouvert")
    make_case(partner, title="Zèbre en brouillon", publish=False)
    closed = make_case(partner, title="Zèbre fermé")
    withdrawn = make_case(partner, title="Zèbre retiré")
    chapter = make_chapter("Zèbre du guide", "<h2>Zèbre caché</h2><p>Texte.</p>", number=2)
    indexing.drain()
    wiki.refresh()
    assert "Zèbre fermé" in every(client, "zebr")
    # The index is left behind: the database alone says what may be read.
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    PageViewRestriction.objects.create(page=chapter, restriction_type=PageViewRestriction.PASSWORD)
    withdrawn.unpublish()
    for q in ("zebr", "zèbre f", "zèbre ret", "zèbre bro", "zèbre cac", "èbre"):
        assert set(every(client, q)) <= {"Zèbre ouvert"}, q
    signed_in = Client()
    signed_in.force_login(staff())
    assert every(signed_in, "zebr") == every(client, "zebr"), "caches serve one to the other"


def staff() -> Any:
    from tests.builders import make_moderator

    return make_moderator()


def test_a_title_and_a_heading_are_shown_as_they_are_now(
    client: Client, wiki: SearchBackend
) -> None:
    chapter = make_chapter("Premier titre", "<h2>Secret éventé</h2><p>Texte.</p>", number=3)
    indexing.drain()
    wiki.refresh()
    chapter.title, chapter.body = "Second titre", [("text", "<h2>Nouveau</h2><p>Texte.</p>")]
    chapter.save_revision().publish()
    for q in ("premier", "secret"):
        assert not {"Premier titre", "Secret éventé"} & set(every(client, q)), q


def test_the_answer_holds_nothing_private_and_may_be_kept(client: Client, away: None) -> None:
    make_domain("eau", "Eau <script>alert(1)</script>")
    response = client.get(ADDRESS, {"q": "eau"})
    assert response["Cache-Control"] == "public, max-age=60"
    assert response["Content-Type"] == "application/json"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response.headers
    assert response.json()["groups"][0]["options"][0]["text"] == [
        "",
        "Eau",
        " <script>alert(1)</script>",
    ]


def test_how_many_there_are_is_said_in_words(client: Client, away: None) -> None:
    make_domain("eau", "Eau")
    assert client.get(ADDRESS, {"q": "ea"}).json()["status"] == "1 suggestion"
    make_domain("eaux", "Eaux usées")
    cache.clear()
    assert client.get(ADDRESS, {"q": "ea"}).json()["status"] == "2 suggestions"
    assert client.get(ADDRESS, {"q": "zzz"}).json()["status"] == "Aucune suggestion"


# --- Without an engine, and on bad input


def test_without_an_engine_all_but_cases_is_suggested(
    client: Client, away: None, caplog: pytest.LogCaptureFixture
) -> None:
    make_site()
    make_partner("Capteurs réunis")
    make_chapter("Poser des capteurs")
    make_territory("insee:00001", "Capteville", population=10)
    make_theme("Capteurs et données", "capteurs")
    GlossaryTerm.objects.create(term="Capteur", definition="Ce qui mesure.")
    with caplog.at_level(logging.WARNING, "search"):
        groups = ask(client, "capt")
    assert set(groups) == {"Territoires", "Thèmes et domaines", "Guide", "Glossaire", "Partenaires"}
    assert "titles cannot be suggested" in caplog.text


BAD = [
    "'; DROP TABLE casestudies_territory; --",
    '" OR 1=1',
    "%%%%",
    "a%b_c",
    "__",
    "(((",
    "[a-z]+",
    ".*",
    "ab\\",
    "a" * 10_000,
    "é " * 5_000,
    "mot " * 2_500,
    "\u202eab\u202c",
    "שלום עולם",
    "مرحبا",
    "🙂👍🏽👩‍👩‍👧",
    "e\u0301\u0301\u0301clairage",
    "title:eau AND *:*",
    "eau~2^9 -air",
    "{{ 7*7 }}",
    "<b>eau</b>",
    "ﬁnance",
    "İstanbul",
    "0" * 40,
]


@pytest.mark.parametrize("pour", ["tout", "bibliotheque", "territoire", "semblables"])
def test_whatever_is_typed_is_answered_soon(
    client: Client, index: SearchBackend, pour: str
) -> None:
    make_poitiers()
    make_domain("eau", "Eau")
    for q in BAD:
        began = time.perf_counter()
        ask(client, q, pour)
        assert time.perf_counter() - began < 2, q[:40]


@pytest.mark.parametrize("q", ["%%", "__", "po%rs", "p_itiers", "100%"])
def test_signs_of_the_database_are_no_wildcards(client: Client, away: None, q: str) -> None:
    make_poitiers()
    make_domain("eau", "Eau")
    assert every(client, q) == []


def test_a_text_longer_than_any_name_asks_nothing(client: Client, away: None) -> None:
    assert Typed.read("a" * MAX_TYPED).words
    assert not Typed.read("a" * (MAX_TYPED + 1)).words


@pytest.mark.parametrize("address", ["?q=eau&q=air", "?pour=territoire", "?q=%ff%fe", ""])
def test_odd_addresses_are_answered(client: Client, away: None, address: str) -> None:
    assert client.get(ADDRESS + address).status_code == 200


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post(ADDRESS, {"q": "eau"}).status_code == 405


def test_the_number_of_queries_does_not_depend_on_what_is_found(
    client: Client, wiki: SearchBackend, django_assert_max_num_queries: Any
) -> None:
    for rank in range(40):
        make_territory(f"insee:{rank:05}", f"Capteville-{rank}", population=rank)
    client.get(ADDRESS, {"q": "capt"})
    with django_assert_max_num_queries(12):
        client.get(ADDRESS, {"q": "capt"})


def test_names_that_are_kept_are_read_again_after_a_while(client: Client, away: None) -> None:
    annecy = make_territory("insee:74010", "Annecy", population=130_000)
    assert every(client, "vieux") == []
    TerritoryFormerCode.objects.create(code="insee:74011", name="Vieux-Bourg", territory=annecy)
    assert every(client, "vieux") == [], "kept for some minutes"
    cache.clear()
    assert every(client, "vieux") == ["Vieux-Bourg"]


def test_the_engine_is_asked_in_words_it_can_find(index: SearchBackend) -> None:
    assert Typed.read("la gestion de l'eau de").title_words == ("gestion", "eau")
    assert Typed.read("de la").title_words == ("de", "la")
    assert get_backend().suggest(Typed.read("zzz").title_words, 5) == ()
