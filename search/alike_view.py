"""The page "collectivités comme la mienne": a territory is chosen, cases like it follow.

Works without scripts; the reader's territory is in the address only, kept by nobody here.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casestudies.models import Domain, Territory, Theme
from casestudies.models.territories import resolve_territory
from casestudies.reference.names import name_key
from cms.pagination import numbered
from search.alike import AlikeCases, cases_alike
from search.labels import territory_label
from search.place_suggestions import PlaceFound, places
from search.query import MAX_VALUE, clean_text, read_page
from search.typed import MAX_TYPED, Typed

MAX_PLACES = 30
NARROWED_BY = {"domaine": "domains", "theme": "themes"}


@require_safe
def alike(request: HttpRequest) -> HttpResponse:
    """Choose a territory, or read the cases of those like it."""
    code = clean_text(request.GET.get("territoire", ""))[:MAX_VALUE]
    name = clean_text(request.GET.get("nom", ""))[:MAX_TYPED]
    # A name typed beside a territory already chosen is another choice.
    mine = resolve_territory(code) if code and not name else None
    if mine is not None and mine.code != code:
        return HttpResponseRedirect(alike_url(request.GET, territoire=mine.code))
    context: dict[str, Any] = {"name": name, "code": code, "mine": mine, **narrowing(request.GET)}
    if mine is None and name:
        found = named(name)
        if len(found) == 1:
            only = found[0].territory
            return HttpResponseRedirect(alike_url(request.GET, territoire=only.code))
        context["found"] = [choice(request.GET, place) for place in found]
    if mine is not None:
        context |= read_like(request, mine, context["chosen"])
    context["breadcrumbs"] = [
        {"label": _("Accueil"), "url": "/"},
        {"label": _("Retours d'expérience"), "url": reverse("search:library")},
        {"label": _("Comme la mienne"), "url": None},
    ]
    return render(request, "search/alike.html", context)


def named(name: str) -> list[PlaceFound]:
    """Territories that `name` may mean; only one when it says which, as "Poitiers (86)" does."""
    typed = Typed.read(name)
    found = places(typed, MAX_PLACES) if typed.words else []
    exact = [place for place in found if place.is_exact] or [
        place for place in found if name_key(territory_label(place.territory)) == typed.key
    ]
    return exact if len(exact) == 1 else found


def narrowing(data: QueryDict) -> dict[str, Any]:
    """The domain and the theme that cases may be narrowed to, and those that are chosen."""
    vocabularies: dict[str, tuple[str, list[Any]]] = {
        "domaine": (_("Domaine"), list(Domain.objects.all())),
        "theme": (_("Thème de maturité"), list(Theme.objects.reference())),
    }
    chosen = {}
    for parameter, (_label, values) in vocabularies.items():
        wanted = data.get(parameter, "")
        if wanted in {value.identifier for value in values}:
            chosen[parameter] = wanted
    return {
        "chosen": chosen,
        "choices": [
            (parameter, label, values, chosen.get(parameter, ""))
            for parameter, (label, values) in vocabularies.items()
        ],
    }


def choice(data: QueryDict, place: PlaceFound) -> dict[str, Any]:
    """One of several territories that bear the name, and where choosing it leads."""
    return {
        "territory": place.territory,
        "former_name": place.former_name,
        "url": alike_url(data, territoire=place.territory.code),
    }


def read_like(request: HttpRequest, mine: Territory, chosen: dict[str, str]) -> dict[str, Any]:
    """One page of the cases whose territory is like `mine`."""
    narrowed = {NARROWED_BY[parameter]: value for parameter, value in chosen.items()}
    page = read_page(request.GET.get("page", "1"))
    results = cases_alike(mine, narrowed, page, request.user)
    return {
        "results": results,
        "mine_label": territory_label(mine),
        "pages": page_links(request.GET, results),
        "all_url": alike_url(QueryDict(), territoire=mine.code) if chosen else "",
    }


def page_links(data: QueryDict, results: AlikeCases) -> dict[str, Any]:
    """Addresses of the pages of results."""
    return numbered(
        results.page, results.page_count, lambda page: alike_url(data, page=str(page), nom="")
    )


def alike_url(data: QueryDict, **changes: str) -> str:
    """The address of this page for what was asked, changed; from the first page unless it says so."""
    wanted = {name: data.get(name, "") for name in ("territoire", *NARROWED_BY)} | changes
    kept = QueryDict(mutable=True)
    for name, value in wanted.items():
        if value and not (name == "page" and value == "1"):
            kept[name] = value[:MAX_VALUE]
    return reverse("search:alike") + (f"?{kept.urlencode()}" if kept else "")
