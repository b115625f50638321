"""A page with a past."""

from collections.abc import Callable

import pytest

from casestudies.models import CaseStudyPage
from cms.models import PartnerPage, User
from tests.builders import make_case, make_domain, make_partner, make_poitiers, make_user


@pytest.fixture
def partner() -> PartnerPage:
    return make_partner("Grand Poitiers")


@pytest.fixture
def author(partner: PartnerPage) -> User:
    return make_user("camille@poitiers.fr", partner=partner)


@pytest.fixture
def rewrite(author: User) -> Callable[..., None]:
    """Publish a page anew with other values."""

    def publish(page: CaseStudyPage, said: str = "", **values: object) -> None:
        for name, value in values.items():
            setattr(page, name, value)
        page.change_summary = said
        page.save_revision(user=author).publish()
        page.refresh_from_db()

    return publish


@pytest.fixture
def case(partner: PartnerPage, author: User, rewrite: Callable[..., None]) -> CaseStudyPage:
    """Three versions: the first one, a word changed, a section added."""
    case = make_case(
        partner,
        title="Éclairer la nuit",
        user=author,
        domains=[make_domain()],
        territories=[make_poitiers()],
        approach="<p>Nous avons posé <b>douze</b> capteurs sur les lampadaires.</p>",
    )
    rewrite(
        case,
        "Le nombre exact",
        approach="<p>Nous avons posé <b>quatorze</b> capteurs sur les lampadaires.</p>",
    )
    rewrite(case, "Ce qui en reste", lessons="<ul><li>Commencer petit.</li></ul>")
    return case
