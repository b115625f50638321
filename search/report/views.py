"""The report of searches and its export, in the editor. Only for those who may view the counts."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.admin.auth import permission_required

from search import labels
from search.query import SearchQuery
from search.report import export
from search.report.chart import chart
from search.report.figures import (
    MIN_SEARCHES,
    PERIOD_LABELS,
    VIEW_LABELS,
    Asked,
    Figures,
    Row,
    sums_of,
)

MAY_VIEW = "search.view_searchcount"
PER_PAGE = 25


@require_safe
@permission_required(MAY_VIEW)
def report(request: HttpRequest) -> HttpResponse:
    """What readers search, and what becomes of it."""
    asked = Asked.from_querydict(request.GET)
    figures = Figures(asked)
    page = Paginator(figures.queries, PER_PAGE).get_page(request.GET.get("p", "1"))
    title = _("Ce que cherchent les lecteurs")
    context = {
        "asked": asked,
        "figures": figures,
        "chart": chart(figures.weeks),
        "rows": [row_context(row, request) for row in page.object_list],
        "page": page,
        "first_rank": page.start_index(),
        "periods": choices(asked, "periode", PERIOD_LABELS, asked.period),
        "views": choices(asked, "vue", VIEW_LABELS, asked.view),
        "previous_url": page_url(asked, page.number - 1) if page.has_previous() else "",
        "next_url": page_url(asked, page.number + 1) if page.has_next() else "",
        "all_url": page_url(Asked(asked.period, asked.view)),
        "export_url": export_url(asked, "requetes"),
        "weeks_export_url": export_url(asked, "semaines"),
        "min_searches": MIN_SEARCHES,
        "page_title": title,
        "header_title": title,
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Mon espace")},
            {"url": "", "label": title},
        ],
    }
    return TemplateResponse(request, "search/admin/report.html", context)


@require_safe
@permission_required(MAY_VIEW)
def export_report(request: HttpRequest) -> StreamingHttpResponse:
    """The same as a file, all pages of it; by query, or by week and query."""
    figures = Figures(Asked.from_querydict(request.GET))
    by_week = request.GET.get("export") == "semaines"
    rows = export.week_rows(figures) if by_week else export.query_rows(figures)
    response = StreamingHttpResponse(export.lines(rows), content_type="text/csv; charset=utf-8")
    name = f"recherches-{figures.asked.period}-{timezone.localdate().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def row_context(row: Row, request: HttpRequest) -> dict[str, Any]:
    """One query with its figures and where it leads."""
    words = row["words"]
    return {
        "words": words,
        "sums": sums_of(row),
        "search_url": labels.library_url(SearchQuery(text=words)),
        "synonym_url": add_url(request, "synonymrule", left=words),
        "best_bet_url": add_url(request, "bestbet", queries=words),
    }


def add_url(request: HttpRequest, model: str, **values: str) -> str:
    """Where a rule is written with `values` filled in; nothing for who may not, or without a form."""
    if not request.user.has_perm(f"search.add_{model}"):
        return ""
    try:
        return f"{reverse(f'wagtailsnippets_search_{model}:add')}?{urlencode(values)}"
    except NoReverseMatch:
        return ""


def choices(
    asked: Asked, parameter: str, names: dict[Any, Any], chosen: str
) -> list[dict[str, Any]]:
    """Links that change one parameter and keep the others."""
    return [
        {
            "label": label,
            "url": f"?{urlencode({**asked.parameters, parameter: value.value})}",
            "current": value == chosen,
        }
        for value, label in names.items()
    ]


def page_url(asked: Asked, number: int = 1) -> str:
    """The address of a page of the list."""
    return f"?{urlencode({**asked.parameters, 'p': number})}"


def export_url(asked: Asked, kind: str) -> str:
    """The address of the file."""
    query = urlencode({**asked.parameters, "export": kind})
    return f"{reverse('search_report_export')}?{query}"
