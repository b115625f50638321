"""A public case, and somebody who proposes to change it."""

from collections.abc import Callable

import pytest

from casestudies.models import CaseStudyPage
from cms.following.delivery import deliver_events
from cms.following.sending import Report, Run
from tests.cms.editors import Editors
from tests.services.post_office import Clock, PostOffice


@pytest.fixture
def case(world: Editors) -> CaseStudyPage:
    page = world.case("Capteurs", world.alice)
    page.approach = "<p>Nous avons posé dix capteurs.</p><p>Puis nous avons attendu.</p>"
    page.results = "<p>Moins d’eau perdue.</p>"
    page.save_revision(user=world.alice).publish()
    return CaseStudyPage.objects.get(pk=page.pk)


@pytest.fixture
def run(post: PostOffice, clock: Clock) -> Callable[[], Report]:
    """Deliver what happened, then send what is due."""

    def once() -> Report:
        deliver_events()
        return Run(clock)()

    return once
