"""The links of published pages: taken, looked at, reported to those who can mend them."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from casestudies.models import CaseSource, CaseStudyPage
from cms.dashboard import Desk
from cms.models import GuideChapterPage, GuideIndexPage
from cms.models.versions import PublishedVersion
from cms.outlinks import looking
from cms.outlinks.collecting import collect, collect_missing
from cms.outlinks.looking import Report, Run, take
from cms.outlinks.models import ExternalLink, PageLink, PageRead, Reason
from cms.outlinks.reporting import LinksPanel
from cms.outlinks.schedule import Outcome
from tests.cms.editors import Editors, signed_in
from tests.cms.outlinks.sites import Site, checker, running_site, status

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        site.answers |= {"/bon": status(200)}
        yield site


def case(
    world: Editors, title: str, *urls: str, by: Any = None, partner: Any = None
) -> CaseStudyPage:
    """A published case with sources."""
    page = world.case(title, by or world.alice, partner)
    page.sources.set([CaseSource(title=f"Source {url[-3:]}", url=url) for url in urls])
    page.save_revision(user=by or world.alice).publish()
    return CaseStudyPage.objects.get(pk=page.pk)


def run(site: Site, in_days: float = 0, limit: int = 100) -> Report:
    then = timezone.now() + timedelta(days=in_days)
    return Run(limit, 60, checker(site), clock=lambda: then)()


# --- Taking


def test_a_publication_takes_its_links_and_drafts_take_none(world: Editors) -> None:
    page = case(world, "Vélos", "https://a.example/1")
    place = PageLink.objects.get()
    assert (place.page_id, place.words, place.where) == (page.pk, "Source e/1", "sources")
    page.sources.set([CaseSource(title="Autre", url="https://b.example/2")])
    page.save_revision()
    assert PageLink.objects.get().link.host == "a.example"
    page.save_revision().publish()
    assert PageLink.objects.get().link.host == "b.example"


def test_links_of_texts_and_blocks_are_taken_with_their_words(world: Editors) -> None:
    chapter = GuideChapterPage(
        title="Acheter",
        number=1,
        body=[
            ("text", '<p>Voir <a href="https://a.example/1">le bilan</a>.</p>'),
            (
                "links",
                {"title": "Liens", "links": [{"label": "Deux", "url": "https://a.example/2"}]},
            ),
        ],
    )
    GuideIndexPage.objects.get().add_child(instance=chapter)
    chapter.save_revision().publish()
    places = PageLink.objects.order_by("pk").values_list("link__url", "words", "where")
    assert list(places) == [
        ("https://a.example/1", "le bilan", "texte"),
        ("https://a.example/2", "Deux", "texte"),
    ]


def test_a_link_of_two_pages_is_one_link(world: Editors) -> None:
    for title in ("Un", "Deux"):
        case(world, title, "https://a.example/1")
    assert ExternalLink.objects.count() == 1
    assert PageLink.objects.count() == 2


def test_taking_costs_the_same_however_many(
    world: Editors, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    page = case(world, "Un", *(f"https://a.example/{n}" for n in range(80)))
    version = PublishedVersion.objects.get(page=page)
    with django_assert_max_num_queries(7):
        assert collect(page, version.content) == 80


def test_pages_published_before_are_read_by_the_command(world: Editors, site: Site) -> None:
    case(world, "Un", site.url("/bon"))
    ExternalLink.objects.all().delete()
    PageRead.objects.all().delete()
    assert collect_missing() == 1
    assert collect_missing() == 0


def test_a_page_without_links_is_read_once(
    world: Editors, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    page = case(world, "Sans lien")
    PageRead.objects.all().delete()
    collect_missing()
    assert PageRead.objects.filter(page=page).exists()
    with django_assert_num_queries(1):
        assert collect_missing() == 0


# --- Looking


def test_links_are_looked_at_and_left_alone_for_a_month(world: Editors, site: Site) -> None:
    case(world, "Un", site.url("/bon"), site.url("/perdu"))
    report = run(site)
    assert (report.looked_at, report.failed, report.broken) == (2, 1, 0)
    good = ExternalLink.objects.get(url=site.url("/bon"))
    assert (good.status, good.failures) == (200, 0)
    assert run(site).looked_at == 0
    assert run(site, 1.1).looked_at == 1
    assert run(site, 1.2).broken == 1
    assert run(site, 40).looked_at == 2


def test_a_mended_link_is_no_longer_reported(world: Editors, site: Site) -> None:
    case(world, "Un", site.url("/perdu"))
    run(site)
    assert run(site, 2).broken == 1
    site.answers["/perdu"] = status(200)
    assert run(site, 10).broken == 0


def test_links_of_withdrawn_pages_are_not_looked_at(world: Editors, site: Site) -> None:
    page = case(world, "Un", site.url("/bon"))
    page.unpublish()
    assert run(site).looked_at == 0
    page.delete()
    run(site)
    assert not ExternalLink.objects.exists()


def test_a_run_has_a_budget_and_the_next_goes_on(world: Editors, site: Site) -> None:
    case(world, "Un", *(site.url(f"/{n}") for n in range(5)))
    assert run(site, limit=2).looked_at == 2
    assert run(site).looked_at == 3
    assert Run(100, 0, checker(site))().looked_at == 0


def test_no_host_is_asked_more_than_its_share(
    world: Editors, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "PER_HOST", 2)
    case(world, "Un", *(site.url(f"/{n}") for n in range(5)), site.url("/x", host="b.example"))
    assert run(site).looked_at == 3


def test_hosts_take_turns(world: Editors, site: Site) -> None:
    urls = [site.url(f"/{n}", host=host) for n in range(2) for host in ("a.example", "b.example")]
    case(world, "Un", *urls)
    run(site)
    hosts = [headers["Host"][0] for method, path, headers in site.heard if method == "HEAD"]
    assert sorted(hosts[:2]) == ["a", "b"]


def test_two_runs_never_ask_one_host_at_once(world: Editors, site: Site) -> None:
    case(world, "Un", site.url("/bon"), site.url("/perdu"))
    now = timezone.now()
    assert len(take("site.example", now)) == 2
    assert take("site.example", now) == []
    assert run(site).looked_at == 0
    assert run(site, 0.1).looked_at == 2, "a killed run lets go after an hour"


def test_a_server_that_is_cut_off_blames_nobody_else(
    world: Editors, monkeypatch: pytest.MonkeyPatch
) -> None:
    case(world, "Un", *(f"https://s{n}.example/" for n in range(15)))
    monkeypatch.setattr(looking.Checker, "look", lambda self, url: Outcome(Reason.UNREACHABLE))
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("check_links", stdout=out)
    assert "10 regardé(s)" in out.getvalue()
    assert (
        ExternalLink.objects.filter(last_checked_at=None, next_check_at__lte=timezone.now()).count()
        == 5
    )


# --- Reporting


@pytest.fixture
def broken(world: Editors) -> ExternalLink:
    """A link of Antony's, on a page of Alice's; Brest has another."""
    case(world, "Compter les vélos", "https://a.example/perdu")
    case(world, "Peser", "https://b.example/perdu", by=world.basile, partner=world.brest)
    since = timezone.now().replace(year=2026, month=5, day=3)
    ExternalLink.objects.update(failing_since=since, broken_since=since, status=404, failures=3)
    return ExternalLink.objects.get(host="a.example")


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_members_see_theirs_and_moderators_all(world: Editors, broken: ExternalLink) -> None:
    html = read(signed_in(world.adele), "/gestion/liens/")
    for expected in (
        "Compter les vélos",
        broken.url,
        "a répondu 404",
        "depuis le 3 mai 2026",
        "Sources",
    ):
        assert expected in html
    assert "b.example" not in html
    html = read(signed_in(world.mona), "/gestion/liens/")
    assert "a.example" in html
    assert "b.example" in html


def test_readers_are_sent_to_sign_in(client: Client, world: Editors) -> None:
    assert client.get("/gestion/liens/").status_code == 302


def test_an_empty_report_says_so(world: Editors) -> None:
    assert "Tous les liens de vos pages" in read(signed_in(world.alice), "/gestion/liens/")


def test_the_desk_shows_them(world: Editors, broken: ExternalLink) -> None:
    html = read(signed_in(world.alice), "/gestion/")
    assert "Liens à réparer" in html
    assert broken.url in html
    assert "b.example" not in html


def test_withdrawn_pages_are_not_reported(world: Editors, broken: ExternalLink) -> None:
    broken.places.get().page.specific.unpublish()
    assert broken.url not in read(signed_in(world.mona), "/gestion/liens/")


def test_a_hostile_address_is_shown_and_not_run(world: Editors, broken: ExternalLink) -> None:
    ExternalLink.objects.update(url='https://a.example/"><script>alert(1)</script>')
    PageLink.objects.update(words="<b>gras</b>")
    html = read(signed_in(world.alice), "/gestion/liens/")
    assert "<script>alert" not in html
    assert "<b>gras" not in html


def test_the_report_and_the_desk_cost_the_same_however_many(
    world: Editors, broken: ExternalLink, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    page = case(world, "Beaucoup", *(f"https://c.example/{n}" for n in range(60)))
    ExternalLink.objects.update(
        failing_since=timezone.now(), broken_since=timezone.now(), status=500
    )
    client = signed_in(world.alice)
    client.get("/gestion/liens/")
    with django_assert_max_num_queries(25):
        html = read(client, "/gestion/liens/?p=2")
    assert page.title in html
    request = RequestFactory().get("/")
    request.user = world.alice
    with django_assert_max_num_queries(3):
        assert len(LinksPanel(Desk(request)).get_context_data()["places"]) == 5
