"""Two organizations, their authors, two moderators and an administrator, for tests of the editor."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.test import Client

from casestudies.models import CaseStudyPage, CaseTerritory, Territory, Theme
from cms.membership import MODERATORS
from cms.models import HomePage, PartnerPage, User
from tests.builders import PASSWORD, make_partner, make_site, make_territory, make_theme


@dataclass
class Editors:
    """Who is who: `alice` and `adele` write for Antony, `basile` for Brest; `mona` and `max` moderate."""

    home: HomePage
    antony: PartnerPage
    brest: PartnerPage
    alice: User
    adele: User
    basile: User
    mona: User
    max: User
    root: User
    theme: Theme
    territory: Territory

    def case(
        self, title: str, by: User, partner: PartnerPage | None = None, **fields: Any
    ) -> CaseStudyPage:
        """A draft as the editor makes one."""
        page = CaseStudyPage(
            title=title,
            summary="Un résumé.",
            approach="<p>Un récit.</p>",
            live=False,
            owner=by,
            **fields,
        )
        page.themes = [self.theme]
        page.case_territories = [CaseTerritory(territory=self.territory)]
        parent = PartnerPage.objects.get(pk=(partner or self.antony).pk)
        parent.add_child(instance=page)
        page.save_revision(user=by, log_action=True)
        return page

    def submitted(self, title: str, by: User, partner: PartnerPage | None = None) -> Any:
        """(page, task state) of a draft sent to the review by its author."""
        page = self.case(title, by, partner)
        state = page.get_workflow().start(page, by).current_task_state
        return page, state

    def published(self, title: str, by: User, partner: PartnerPage | None = None) -> CaseStudyPage:
        """A public page."""
        page = self.case(title, by, partner)
        page.get_latest_revision().publish()
        return CaseStudyPage.objects.get(pk=page.pk)


def editors() -> Editors:
    """Build them, on an otherwise empty site."""
    home = make_site()
    antony = make_partner("Ville d'Antony", slug="antony", territory_code="insee:92002")
    brest = make_partner("Brest métropole", slug="brest")
    people = {
        name: User.objects.create_user(
            f"{name}@example.fr", PASSWORD, first_name=name.title(), last_name="Test"
        )
        for name in ("alice", "adele", "basile", "mona", "max")
    }
    for name in ("alice", "adele"):
        people[name].groups.add(antony.group)
    people["basile"].groups.add(brest.group)
    for name in ("mona", "max"):
        people[name].groups.add(Group.objects.get(name=MODERATORS))
    root = User.objects.create_superuser("root@example.fr", PASSWORD, first_name="Root")
    territory = make_territory("insee:92002", "Antony", population=62_000)
    return Editors(
        home=home,
        antony=antony,
        brest=brest,
        root=root,
        theme=make_theme(),
        territory=territory,
        **people,
    )


def signed_in(user: User) -> Client:
    """A browser in which `user` has signed in."""
    client = Client()
    client.force_login(user)
    return client
