"""A public case, and somebody who proposes to change it."""

import pytest

from casestudies.models import CaseStudyPage
from tests.cms.editors import Editors


@pytest.fixture
def case(world: Editors) -> CaseStudyPage:
    page = world.case("Capteurs", world.alice)
    page.approach = "<p>Nous avons posé dix capteurs.</p><p>Puis nous avons attendu.</p>"
    page.results = "<p>Moins d’eau perdue.</p>"
    page.save_revision(user=world.alice).publish()
    return CaseStudyPage.objects.get(pk=page.pk)
