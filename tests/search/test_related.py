"""Cases to read after one: what the engine finds alike, never more than a reader may open."""

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from wagtail.models import PageViewRestriction

from casestudies import related as contract
from casestudies.models import CaseObstacle, CaseStudyPage, Obstacle
from casestudies.reference.names import name_key
from search import indexing
from search.backends import get_backend
from search.backends.base import SearchBackend, SearchUnavailable
from search.related import SILENT_KEY, related_ids
from tests.builders import make_case, make_domain, make_partner, make_poitiers, make_theme

pytestmark = pytest.mark.django_db

LIGHT = "<p>L'éclairage public s'éteint la nuit et les lampadaires sont pilotés à distance.</p>"
WATER = "<p>Des compteurs relèvent les fuites du réseau d'eau potable.</p>"
DRAFT = "<p>Les archives municipales numérisent leurs registres paroissiaux.</p>"


def case(title: str, text: str, **fields) -> CaseStudyPage:
    """A case that shares nothing with another but its words."""
    own = name_key(title).replace(" ", "-")
    fields.setdefault("domains", [make_domain(own, title)])
    fields.setdefault("themes", [make_theme(title, own)])
    return make_case(title=title, approach=text, summary=text, **fields)


def neighbors(page: CaseStudyPage, user=None) -> list[tuple[str, str]]:
    """Titles and labels of the related cases."""
    found = contract.related_cases(page, user)
    return [(other.title, str(other.neighbor_label)) for other in found]


def test_a_case_that_speaks_of_the_same_is_related_whatever_it_is_filed_under(
    index: SearchBackend,
) -> None:
    read = case("Éteindre la nuit", LIGHT)
    case("Lampadaires pilotés", LIGHT.replace("s'éteint", "baisse"))
    for number in range(4):
        case(f"Registres {number}", DRAFT)
    indexing.drain()
    assert neighbors(read)[0] == ("Lampadaires pilotés", "Sujet voisin")


@pytest.mark.parametrize(
    ("shared", "label"),
    [
        ("place", "Même territoire"),
        ("obstacle", "Autre réponse au même obstacle"),
        ("domain", "Même domaine"),
    ],
)
def test_a_related_case_says_what_it_has_in_common(
    index: SearchBackend, shared: str, label: str
) -> None:
    obstacle = Obstacle.objects.create(identifier="silos", label="Silos")
    given = {
        "place": {"territories": [make_poitiers()]},
        "domain": {"domains": [make_domain("eau", "Eau")]},
        "obstacle": {},
    }[shared]
    read, other = case("Éteindre", LIGHT, **given), case("Piloter", LIGHT, **given)
    if shared == "obstacle":
        for page in (read, other):
            page.case_obstacles.set([CaseObstacle(obstacle=obstacle)])
            page.save_revision().publish()
    indexing.drain()
    assert neighbors(read) == [("Piloter", label)]


def test_a_case_is_never_related_to_itself(index: SearchBackend) -> None:
    read = case("Éteindre", LIGHT, territories=[make_poitiers()])
    indexing.drain()
    assert neighbors(read) == []
    contract._providers.insert(0, lambda page_id, limit: [page_id, page_id])
    try:
        assert neighbors(read) == []
    finally:
        contract._providers.pop(0)


@pytest.mark.parametrize("closing", ["draft", "unpublish", "login", "password", "partner"])
def test_what_a_reader_may_not_open_is_never_related_even_while_the_index_still_holds_it(
    index: SearchBackend, client: Client, closing: str
) -> None:
    guarded = make_partner("Gardienne")
    read = case("Éteindre", LIGHT)
    hidden = case("Canari secret", LIGHT, partner=guarded, publish=closing != "draft")
    indexing.drain()
    restrict = PageViewRestriction.objects.create
    if closing == "unpublish":
        hidden.unpublish()
    elif closing == "login":
        restrict(page=hidden, restriction_type="login")
    elif closing == "password":
        restrict(page=hidden, restriction_type="password", password="x")
    elif closing == "partner":
        restrict(page=guarded.page_ptr, restriction_type="login")
    # Nothing was drained since: the index may still say what it knew.
    if closing != "draft":
        assert hidden.pk in get_backend().related(read.pk, 5)
    assert neighbors(read) == []
    assert "Canari secret" not in client.get(read.get_url()).content.decode()


def test_a_draft_being_written_has_no_related_case(index: SearchBackend) -> None:
    assert contract.related_cases(CaseStudyPage(title="Pas encore"), None) == []


@pytest.fixture
def without_engine(settings: Settings, tmp_path) -> None:
    """An engine that has no index, hence cannot answer."""
    settings.SEARCH_DRAIN = "worker"
    settings.SEARCH_URL = f"tantivy://{tmp_path}/absent"


def test_when_the_engine_is_down_the_database_relates_by_place_obstacle_and_domain(
    without_engine: None, client: Client
) -> None:
    poitiers, water = make_poitiers(), make_domain("eau", "Eau")
    read = case("Compter l'eau", WATER, territories=[poitiers], domains=[water])
    case("Même sujet seulement", WATER)
    case("Même domaine", DRAFT, domains=[water])
    case("Même lieu", DRAFT, territories=[poitiers])
    assert neighbors(read) == [("Même lieu", "Même territoire"), ("Même domaine", "Même domaine")]
    assert "Même lieu" in client.get(read.get_url()).content.decode()


def test_a_silent_engine_is_not_asked_again_by_every_case(
    without_engine: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def silent(self: object, page_id: int, limit: int) -> tuple[int, ...]:
        asked.append(page_id)
        raise SearchUnavailable("too slow")

    monkeypatch.setattr(type(get_backend()), "related", silent)
    assert related_ids(1, 3) is None
    assert related_ids(2, 3) is None
    assert asked == [1]
    cache.delete(SILENT_KEY)
    assert related_ids(2, 3) is None
    assert asked == [1, 2]


def test_what_the_engine_said_is_remembered_and_still_checked(
    index: SearchBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, other = case("Éteindre", LIGHT), case("Piloter", LIGHT)
    indexing.drain()
    assert neighbors(read) == [("Piloter", "Sujet voisin")]
    monkeypatch.setattr(type(index), "related", None)
    assert neighbors(read) == [("Piloter", "Sujet voisin")]
    other.unpublish()
    assert neighbors(read) == []


def test_where_the_engine_knows_few_the_databases_own_rule_completes(index: SearchBackend) -> None:
    poitiers = make_poitiers()
    read = case("Éteindre", LIGHT, territories=[poitiers])
    case("Piloter", LIGHT)
    indexing.drain()
    case("Pas encore indexé", DRAFT, territories=[poitiers])
    assert [title for title, _label in neighbors(read)] == ["Piloter", "Pas encore indexé"]


def test_related_cases_cost_one_query_with_or_without_an_engine(
    index: SearchBackend, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    read = case("Éteindre", LIGHT)
    for number in range(6):
        case(f"Piloter {number}", LIGHT)
    indexing.drain()
    with django_assert_num_queries(1):
        assert len(neighbors(read)) == contract.SHOWN
    cache.set(SILENT_KEY, True)
    with django_assert_num_queries(1):
        neighbors(read)
