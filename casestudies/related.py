"""Cases to read after one: those that a search engine finds alike, else the database's own rule.

A room above registers what finds them; this one must not know who answers. Whatever is suggested,
only what the reader may open is shown.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _

from casestudies.models import CaseStudyPage
from cms.visibility import visible_to

SHOWN = 3
ASKED = 4 * SHOWN
"""How many are asked for: some may have been closed since, or be closed to this reader."""
ALIKE = {
    "same_place": "case_territories__territory",
    "same_obstacle": "case_obstacles__obstacle",
    "same_domain": "domains",
}
LABELS = {
    "same_place": _("Même territoire"),
    "same_obstacle": _("Autre réponse au même obstacle"),
    "same_domain": _("Même domaine"),
}
ALIKE_BY_WORDS = _("Sujet voisin")

Provider = Callable[[int, int], Sequence[int] | None]
"""Given a page and how many are wanted: ids of pages alike, best first, or None for "cannot say"."""

_providers: list[Provider] = []


def register_provider(provider: Provider) -> None:
    """Add a way to find cases alike; the first that answers is believed."""
    if provider not in _providers:
        _providers.append(provider)


def suggested(page_id: int, limit: int) -> list[int]:
    """What the registered ways say is alike; nothing when none can answer."""
    for provider in _providers:
        found = provider(page_id, limit)
        if found is not None:
            return [pk for pk in dict.fromkeys(found) if pk != page_id][:limit]
    return []


def related_cases(case: CaseStudyPage, user: Any) -> list[CaseStudyPage]:
    """Up to three other cases, each with `neighbor_label` saying why, in one query.

    Those that were suggested come first; then same place, same obstacle, same domain.
    """
    if not case.pk:
        return []
    ids = suggested(case.pk, ASKED)
    wanted = Q(pk__in=ids)
    if len(ids) < ASKED:
        wanted |= Q(same_place=True) | Q(same_obstacle=True) | Q(same_domain=True)
    order: list[Any] = [
        "-same_place",
        "-same_obstacle",
        "-same_domain",
        "-first_published_at",
        "pk",
    ]
    if ids:
        # Never a constant alone: PostgreSQL takes it for the number of a column.
        ranks = [When(pk=pk, then=Value(position)) for position, pk in enumerate(ids)]
        order.insert(0, Case(*ranks, default=Value(len(ids)), output_field=IntegerField()))
    others = _compared(case).filter(wanted)
    pages = list(visible_to(others, user).order_by(*order)[:SHOWN])
    for page in pages:
        page.neighbor_label = why(page)
    return pages


def why(page: CaseStudyPage) -> Any:
    """What a page read by `related_cases` has in common with the case it is shown beside."""
    common = (label for name, label in LABELS.items() if getattr(page, name))
    return next(common, ALIKE_BY_WORDS)


def _compared(case: CaseStudyPage) -> Any:
    """Every other case, with what it has in common with `case`."""
    here = CaseStudyPage.objects.filter(pk=OuterRef("pk"))
    mine = CaseStudyPage.objects.filter(pk=case.pk)
    return CaseStudyPage.objects.exclude(pk=case.pk).annotate(
        **{
            name: Exists(here.filter(**{f"{path}__in": mine.exclude(**{path: None}).values(path)}))
            for name, path in ALIKE.items()
        }
    )
