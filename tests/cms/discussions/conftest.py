"""A published page of Antony, and those who talk about it."""

import pytest

from casestudies.models import CaseStudyPage
from tests.cms.discussions.talking import Talk
from tests.cms.editors import Editors


@pytest.fixture
def people(world: Editors) -> Editors:
    return world


@pytest.fixture
def case(people: Editors) -> CaseStudyPage:
    return people.published("Compter les vélos", people.alice)


@pytest.fixture
def talk(people: Editors, case: CaseStudyPage) -> Talk:
    return Talk(case)
