"""How complete a case is: the same measure on a case and on what its last version holds."""

import pytest

from casestudies.completeness import PARTS, completeness_of
from casestudies.draft_completeness import completeness_of_draft
from casestudies.models import CaseEvent, CaseSource, CaseStudyPage, Domain
from tests.cms.editors import editors

pytestmark = pytest.mark.django_db


def test_an_empty_case_is_advised_on_what_readers_look_for_first() -> None:
    measure = completeness_of(CaseStudyPage())
    assert (measure.percent, measure.eighths, measure.told) == (0, 0, 0)
    assert len(measure.next_steps) == 3
    assert "démarche" in str(measure.next_steps[0])


def test_each_part_has_its_weight() -> None:
    assert sum(part.weight for part in PARTS) >= 100
    assert len({part.name for part in PARTS}) == len(PARTS)


def test_a_saved_version_is_measured_like_the_case(django_assert_num_queries: object) -> None:
    world = editors()
    page = world.case("Capteurs", world.alice)
    domain = Domain.objects.create(
        identifier="eau", label="Eau", short_label="Eau", family="reseaux"
    )
    page.approach = "<p>" + "Un récit. " * 40 + "</p>"
    page.cost_amount = 1200
    page.started = "2021"
    page.done, page.gained, page.unsolved = "Fait", "Gagné", "Pas résolu"
    page.domains = [domain]
    page.events = [CaseEvent(text="Un déclencheur", date="2021")]
    page.sources = [CaseSource(title="Une source")]
    revision = page.save_revision(user=world.alice)
    on_page = completeness_of(revision.as_object())
    with django_assert_num_queries(0):  # type: ignore[operator]  # a fixture of pytest-django
        on_draft = completeness_of_draft(revision.content)
    assert on_draft == on_page
    assert on_page.percent > 40


def test_a_version_older_than_a_field_is_measured_too() -> None:
    assert completeness_of_draft({"title": "Ancien"}).percent == 0
