"""Recent changes by theme and by territory: what the domain adds to the wiki's own list."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from casestudies.models import CaseStudyPage, CaseTerritory, Territory, Theme
from cms.history.recent import ChangeFilter
from cms.visibility import visible_to

LEVELS = ("region", "departement", "epci", "ept")


def by_theme() -> ChangeFilter:
    """Changes of the cases that carry a stable theme."""

    def choices(user: Any) -> Sequence[tuple[str, str]]:
        return list(Theme.objects.reference().values_list("identifier", "label"))

    def pages(identifier: str) -> Any:
        themes = Theme.objects.reference().filter(identifier=identifier)
        return CaseStudyPage.objects.filter(themes__in=themes).values("pk")

    return ChangeFilter("theme", _("Thème"), choices, pages)


def by_territory() -> ChangeFilter:
    """Changes of the cases of a territory and of those that it contains."""

    def choices(user: Any) -> Sequence[tuple[str, str]]:
        readable = visible_to(CaseStudyPage.objects.all(), user).values("pk")
        told = Territory.objects.filter(case_links__page__in=readable)
        codes = set(told.values_list("code", flat=True))
        for level in LEVELS:
            codes.update(told.values_list(f"{level}__code", flat=True))
        named = Territory.objects.filter(code__in=codes - {None}).select_related("departement")
        return [(place.code, f"{place} ({str(place.nature_label).lower()})") for place in named]

    def pages(code: str) -> Any:
        concerned = CaseTerritory.objects.filter(territory__code=code)
        for level in LEVELS:
            concerned = concerned | CaseTerritory.objects.filter(
                **{f"territory__{level}__code": code}
            )
        return concerned.values("page")

    return ChangeFilter("territoire", _("Territoire"), choices, pages)
