"""Themes and territories can be followed: what the domain adds to what the wiki lets follow."""

from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Page

from casestudies.models import CaseStudyPage, Territory, Theme
from casestudies.models.territories import resolve_territories
from cms.following.topics import Topic, TopicKind


def theme_topic() -> TopicKind:
    """The cases of a stable theme."""

    def find(values: Collection[str], user: Any) -> dict[str, Topic]:
        return {
            theme.identifier: Topic(
                theme_key(theme), theme.label, theme.get_absolute_url(), _("Thème")
            )
            for theme in Theme.objects.reference().filter(identifier__in=values)
        }

    return TopicKind("theme", find)


def territory_topic() -> TopicKind:
    """The cases of a territory and of those that it contains."""

    def find(values: Collection[str], user: Any) -> dict[str, Topic]:
        return {
            value: Topic(
                territory_key(territory),
                str(territory),
                territory.get_absolute_url(),
                str(territory.nature_label),
            )
            for value, territory in resolve_territories(values).items()
        }

    return TopicKind("territory", find)


def topics_of_case(page: Page) -> Iterable[str]:
    """The themes of a case, its territories, and all that contain these."""
    if not isinstance(page, CaseStudyPage):
        return []
    themes = [theme_key(theme) for theme in page.themes.all()]
    places = Territory.objects.with_ancestors().filter(case_links__page=page)
    around = {territory_key(each) for place in places for each in (place, *place.ancestors())}
    return [*themes, *sorted(around)]


def theme_key(theme: Theme) -> str:
    """What its followers follow."""
    return f"theme:{theme.identifier}"


def territory_key(territory: Territory) -> str:
    """What its followers follow."""
    return f"territory:{territory.code}"
