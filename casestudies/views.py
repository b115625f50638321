"""Pages of themes and territories: what was told there, and where to look next."""

from collections import Counter
from typing import Any

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from casestudies.case_view import card_pages
from casestudies.enums import TerritoryKind
from casestudies.locator import locator_for
from casestudies.models import CaseStudyPage, Referential, Territory, Theme, ThemeCorrespondence
from casestudies.models.territories import resolve_territory
from casestudies.nearby import near_territory
from casestudies.reference.names import name_key
from cms.models import PartnerPage
from cms.visibility import visible_to

MAX_NAME = 100
MAX_FOUND = 60
LEVELS = (
    TerritoryKind.REGION,
    TerritoryKind.DEPARTEMENT,
    TerritoryKind.EPCI,
    TerritoryKind.COMMUNE,
)


@require_safe
def themes(request: HttpRequest) -> HttpResponse:
    """The stable themes with how many cases each has, and the editions they correspond to."""
    reference = list(Theme.objects.reference())
    counts = theme_counts(request.user)
    for theme in reference:
        theme.case_count = counts[theme.pk]
    editions = Referential.objects.filter(is_reference=False).prefetch_related(
        "themes__correspondences__target"
    )
    return render(request, "casestudies/themes.html", {"themes": reference, "editions": editions})


def theme_counts(user: Any) -> Counter[int]:
    """How many cases a reader may open carry each theme."""
    visible = visible_to(CaseStudyPage.objects.all(), user).values("pk")
    through = CaseStudyPage.themes.through.objects.filter(casestudypage_id__in=visible)
    return Counter(through.values_list("theme_id", flat=True))


@require_safe
def theme(request: HttpRequest, identifier: str) -> HttpResponse:
    """One theme: what it covers, its cases, and its counterparts in the barometers."""
    found = get_object_or_404(Theme.objects.reference(), identifier=identifier)
    cases = visible_to(CaseStudyPage.objects.filter(themes=found), request.user)
    context = {
        "theme": found,
        "cases": card_pages(cases.order_by("-first_published_at")),
        "others": Theme.objects.reference().exclude(pk=found.pk),
        "correspondences": ThemeCorrespondence.objects.filter(target=found)
        .select_related("source__referential")
        .order_by("-source__referential__edition", "-weight"),
    }
    return render(request, "casestudies/theme.html", context)


@require_safe
def territories(request: HttpRequest) -> HttpResponse:
    """Territories that have cases, by region, and a way to look any other up by its name."""
    asked = "".join(c for c in request.GET.get("q", "")[:MAX_NAME] if c.isprintable()).strip()
    context: dict[str, Any] = {"asked": asked}
    if asked:
        found = list(territories_named(asked)[: MAX_FOUND + 1])
        context |= {"found": found[:MAX_FOUND], "is_cut": len(found) > MAX_FOUND}
    context["regions"] = regions_with_cases(request.user)
    return render(request, "casestudies/territories.html", context)


def territories_named(asked: str) -> Any:
    """Territories whose name has every word asked, or whose code was given; exact and large first."""
    key = name_key(asked)
    by_words = Q()
    for word in key.split():
        by_words &= Q(search_key__startswith=word) | Q(search_key__contains=f" {word}")
    codes = [f"{scheme}:{asked.replace(' ', '').upper()}" for scheme in ("insee", "siren", "dep")]
    match = Q(code__in=codes) | (by_words if key else Q(pk=None))
    exact = Case(When(search_key=key, then=Value(0)), default=Value(1), output_field=IntegerField())
    largest = F("population").desc(nulls_last=True)
    return Territory.objects.with_ancestors().filter(match).order_by(exact, largest, "search_key")


def regions_with_cases(user: Any) -> list[dict[str, Any]]:
    """Each region with its territories that have cases, and how many."""
    counts = territory_counts(user)
    told = Territory.objects.select_related("region", "departement").in_bulk(list(counts))
    regions: dict[str, dict[str, Any]] = {}
    for territory in sorted(told.values(), key=lambda t: t.search_key):
        territory.case_count = counts[territory.pk]
        name = territory.region.name if territory.region else territory.name
        entry = regions.setdefault(
            name, {"name": name, "region": territory.region, "territories": []}
        )
        entry["territories"].append(territory)
    return [regions[name] for name in sorted(regions, key=name_key)]


def territory_counts(user: Any) -> Counter[int]:
    """How many cases a reader may open took place in each territory itself."""
    visible = visible_to(CaseStudyPage.objects.all(), user).values("pk")
    links = CaseStudyPage.case_territories.rel.related_model.objects.filter(page_id__in=visible)
    return Counter(links.values_list("territory_id", flat=True))


def cases_within(territory: Territory) -> Any:
    """Cases of a territory and of all that it contains."""
    place = "case_territories__territory"
    within = Q(**{place: territory})
    for level in ("epci", "ept", "departement", "region"):
        within |= Q(**{f"{place}__{level}": territory})
    return CaseStudyPage.objects.filter(within).distinct()


@require_safe
def territory(request: HttpRequest, code: str) -> HttpResponse:
    """One territory: where it is, what it belongs to, its cases and partners, and those around it."""
    found = resolve_territory(code)
    if found is None:
        raise Http404("unknown territory")
    if found.code != code:
        return HttpResponsePermanentRedirect(found.get_absolute_url())
    cases = card_pages(
        visible_to(cases_within(found), request.user).order_by("-first_published_at")
    )
    near = around(found, request.user) if not cases else []
    known = {page.pk for page in (*cases, *(case for entry in near for case in entry["cases"]))}
    context = {
        "territory": found,
        "locator": locator_for(found),
        "ancestors": [above for above in found.ancestors() if above.name != found.name],
        "former": found.former_codes.all() if found.kind == TerritoryKind.COMMUNE else [],
        "cases": cases,
        "partners": visible_to(PartnerPage.objects.filter(territory_code=found.code), request.user),
        "around": near,
        "nearby": near_territory(found, request.user, known),
    }
    return render(request, "casestudies/territory.html", context)


def around(territory: Territory, user: Any) -> list[dict[str, Any]]:
    """For a territory nobody has told about: the nearest container that has cases, and a few."""
    for container in territory.ancestors():
        cases = visible_to(cases_within(container), user).order_by("-first_published_at")
        if near := card_pages(cases[:3]):
            return [{"territory": container, "cases": near, "count": cases.count()}]
    return []
