"""The page about the index in the editor, and its buttons. Acts only by POST."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.auth import permission_required

from search.report import index_work
from search.report.index_status import IndexStatus

MAY_VIEW = "search.view_indexjob"
MAY_ACT = "search.add_indexjob"


@require_safe
@permission_required(MAY_VIEW)
def status(request: HttpRequest) -> HttpResponse:
    """The state of the index; `?fragment` answers with the part that changes while work goes on."""
    template = "index_state.html" if "fragment" in request.GET else "index.html"
    return show(request, template, _("État de l’index"))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(MAY_ACT)
def rebuild(request: HttpRequest) -> HttpResponse:
    """Ask whether the index is to be built anew, then have it done."""
    if request.method != "POST":
        return show(request, "rebuild.html", _("Reconstruire l’index"))
    if index_work.start_rebuild():
        messages.success(
            request,
            _(
                "La reconstruction est lancée. La recherche répond avec l’index actuel jusqu’à sa fin."
            ),
        )
    else:
        messages.warning(
            request, _("Une reconstruction est déjà en cours : attendez qu’elle se termine.")
        )
    return redirect("search_index")


@require_POST
@permission_required(MAY_ACT)
def compare(request: HttpRequest) -> HttpResponse:
    """Have index and database compared."""
    if not index_work.start_comparison():
        messages.warning(request, _("Une comparaison est déjà en cours."))
    return redirect("search_index")


def acting(
    act: Callable[[], int], said: Callable[[int], str], nothing: Callable[[], str]
) -> Callable[[HttpRequest], HttpResponse]:
    """A view that has pages handled again, and says how many."""

    @require_POST
    @permission_required(MAY_ACT)
    def view(request: HttpRequest) -> HttpResponse:
        count = act()
        if count:
            messages.success(request, said(count))
        else:
            messages.info(request, nothing())
        return redirect("search_index")

    return view


retry = acting(
    index_work.retry_parked,
    lambda count: (
        ngettext(
            "%(count)d page refusée est de nouveau en attente.",
            "%(count)d pages refusées sont de nouveau en attente.",
            count,
        )
        % {"count": count}
    ),
    lambda: _("Aucune page n’est à reprendre."),
)
mend = acting(
    index_work.mend,
    lambda count: (
        ngettext(
            "%(count)d page est en attente : comparez de nouveau dans un instant.",
            "%(count)d pages sont en attente : comparez de nouveau dans un instant.",
            count,
        )
        % {"count": count}
    ),
    lambda: _("La dernière comparaison n’a rien trouvé à réindexer."),
)


def show(request: HttpRequest, template: str, title: str) -> HttpResponse:
    """One of the pages about the index."""
    own_title = _("État de l’index")
    trail = [
        {"url": reverse("wagtailadmin_home"), "label": _("Mon espace")},
        {"url": reverse("search_index") if title != own_title else "", "label": own_title},
    ]
    if title != own_title:
        trail.append({"url": "", "label": title})
    context = {
        "status": IndexStatus(request.user),
        "may_act": request.user.has_perm(MAY_ACT),
        "page_title": title,
        "header_title": title,
        "breadcrumbs_items": trail,
    }
    response = TemplateResponse(request, f"search/admin/{template}", context)
    response["Cache-Control"] = "no-store"
    return response
