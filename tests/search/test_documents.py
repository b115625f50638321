"""Documents hold what the database says, in a number of queries that does not grow."""

import pytest
from pytest_django import DjangoAssertNumQueries

from casestudies.models import CaseEvent, CaseObstacle, CasePartner, CaseStudyPage, Obstacle
from cms.models import PartnerPage
from search.documents import CaseDocument, build_documents
from tests.builders import make_case, make_domain, make_partner, make_poitiers, make_theme

pytestmark = pytest.mark.django_db


def document_of(case: CaseStudyPage, version: int = 1) -> CaseDocument:
    """The document of one case."""
    (document,) = build_documents([CaseStudyPage.objects.get(pk=case.pk)], version)
    return document


def make_full_case(title: str = "Capteurs d'eau") -> CaseStudyPage:
    """A case with something of everything."""
    case = make_case(
        PartnerPage.objects.filter(slug="ville-de-poitiers").first()
        or make_partner("Ville de Poitiers"),
        title,
        publish=False,
        themes=[make_theme()],
        domains=[make_domain("eau", "Eau")],
        territories=[make_poitiers()],
        lessons="<p>Écouter <b>d'abord</b>.</p><ol><li>Puis agir</li></ol>",
        done="Trente capteurs posés",
        status="deploye",
        reliability="A",
    )
    obstacle = Obstacle.objects.get_or_create(identifier="silos", defaults={"label": "Silos"})[0]
    case.case_obstacles.add(CaseObstacle(obstacle=obstacle, observed="Chacun chez soi"))
    case.events.add(CaseEvent(text="Signature du marché", date="2019"))
    case.case_partners.add(
        CasePartner(
            partner=PartnerPage.objects.filter(slug="jailbreak").first()
            or make_partner("Jailbreak")
        )
    )
    case.tags.add("sobriété")
    case.save()
    case.save_revision().publish(skip_permission_checks=True)
    return case


def test_a_document_says_all_that_is_searched() -> None:
    document = document_of(make_full_case(), version=7)
    assert document.version == 7
    assert document.title == "Capteurs d'eau"
    assert document.lessons == "Écouter d'abord. Puis agir"
    for word in (
        "Trente capteurs posés",
        "posé des capteurs",
        "Chacun chez soi",
        "Signature du marché",
    ):
        assert word in document.body
    for name in (
        "Poitiers",
        "CU du Grand Poitiers",
        "Vienne",
        "Nouvelle-Aquitaine",
        "Jailbreak",
        "Eau",
        "sobriété",
    ):
        assert name in document.names
    assert document.facets["territories"] == ("dep:86", "insee:86194", "reg:75", "siren:200069854")
    assert document.facets["population"] == ("20000-100000",)
    assert document.facets["organisation"] == ("ville-de-poitiers",)
    assert document.facets["obstacles"] == ("silos",)
    assert document.facets["tags"] == ("sobriete",)
    assert document.facets["capacities"] == ()


def test_equal_content_has_an_equal_hash_whatever_the_version() -> None:
    case = make_full_case()
    first = document_of(case, 1)
    assert document_of(case, 2).content_hash == first.content_hash
    CaseStudyPage.objects.filter(pk=case.pk).update(summary="Un autre résumé")
    assert document_of(case).content_hash != first.content_hash


def test_sort_keys_differ_between_equal_titles() -> None:
    one, two = document_of(make_case(title="« École »")), document_of(make_case(title="ecole"))
    assert one.title_sort.startswith("ecole\t")
    assert one.title_sort < two.title_sort
    assert one.recent_key != two.recent_key


def test_twenty_documents_cost_the_queries_of_two(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    cases = [make_full_case(f"Cas {i}").pk for i in range(5)]
    for some in (cases[:1], cases):
        with django_assert_num_queries(12):
            build_documents(list(CaseStudyPage.objects.filter(pk__in=some)), 1)
