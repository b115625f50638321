"""Pages where somebody says whether a page is still exact, and the list of those that wait for it.

Opening a link never changes anything, because programs that look for viruses open links too.
"""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Page

from cms.dashboard import organisations_of
from cms.freshness.answers import Recorded, answer, choose_date
from cms.freshness.forms import AnswerForm, DateForm
from cms.freshness.links import Asked, Expired, Forged, confirm_url, read_answer
from cms.freshness.models import Confirmation, Freshness, Verdict
from cms.freshness.rights import confirmable_by, may_confirm
from cms.history.readable import readable_page
from cms.history.recent import MAX_VALUE, by_partner, querystring_of
from cms.models import BasePage, User
from cms.pagination import numbered
from cms.visibility import visible_to

PER_PAGE = 50
LAST_ANSWERS = 10
STATUS = {"forged": 404, "gone": 410, "expired": 410, "not_allowed": 403}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer_by_mail(request: HttpRequest, token: str) -> HttpResponse:
    """The page that a mail's link opens; the link stands for whoever it was sent to, signed in or not."""
    try:
        asked, user, page = asked_by(token)
    except DeadEnd as end:
        context = {"reason": end.reason}
        return render(request, "cms/freshness/dead_end.html", context, status=STATUS[end.reason])
    state = state_of(page)
    if state.due_on != asked.due_on:
        return render(request, "cms/freshness/answered.html", frame(page, state))
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        verdict = Verdict(form.cleaned_data["reponse"])
        recorded = answer(page, user, verdict, form.cleaned_data["note"], asked_for=asked.due_on)
        say(request, recorded, verdict)
        return redirect(request.get_full_path())
    return render(request, "cms/freshness/answer.html", to_answer(request, page, state, form))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, path: str) -> HttpResponse:
    """The same for people who signed in; they may also choose another date."""
    user = request.user
    if not isinstance(user, User):
        return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
    page = readable_page(request, path)
    state = state_of(page)
    if not may_confirm(user, page):
        raise PermissionDenied
    is_date = "date" in request.POST
    posted = request.POST if request.method == "POST" else None
    form = AnswerForm(None if is_date else posted, initial={"vu": state.due_on})
    date_form = DateForm(posted if is_date else None, initial={"date": state.due_on})
    if is_date and date_form.is_valid():
        choose_date(page, date_form.cleaned_data["date"])
        messages.success(request, _("La nouvelle date est enregistrée."))
        return redirect(confirm_url(page))
    if form.is_valid():
        verdict = Verdict(form.cleaned_data["reponse"])
        asked_for = form.cleaned_data["vu"] or state.due_on
        say(
            request,
            answer(page, user, verdict, form.cleaned_data["note"], asked_for=asked_for),
            verdict,
        )
        return redirect(confirm_url(page))
    context = to_answer(request, page, state, form) | {
        "date_form": date_form,
        "answers": Confirmation.objects.filter(page_id=page.pk)[:LAST_ANSWERS],
    }
    return render(request, "cms/freshness/answer.html", context)


@require_safe
def to_confirm(request: HttpRequest) -> HttpResponse:
    """Pages that nobody confirmed in time or that are said to be revised, the longest wait first."""
    partner = replace(by_partner(), chosen=request.GET.get("partenaire", "").strip()[:MAX_VALUE])
    found = Freshness.objects.stale(timezone.localdate()).filter(
        page__in=visible_to(Page.objects.all(), request.user).values("pk")
    )
    if partner.chosen:
        found = found.filter(page__in=partner.pages(partner.chosen))
    shown = Paginator(found.select_related("page").order_by("due_on", "pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    pages = [state.page for state in shown]
    organisations = organisations_of(pages)
    own: set[int] = set()
    if request.user.is_authenticated:
        mine = confirmable_by(request.user).filter(pk__in=[page.pk for page in pages])
        own = set(mine.values_list("pk", flat=True))
    context = {
        "partner": partner,
        "partners": partner.offered(request.user),
        "total": shown.paginator.count,
        "items": [
            {
                "state": state,
                "organisation": organisations.get(state.page_id, ""),
                "confirm_url": confirm_url(state.page) if state.page_id in own else "",
            }
            for state in shown
        ],
        "pages": numbered(
            shown.number,
            shown.paginator.num_pages,
            lambda number: f"?{querystring_of([partner], number)}",
        ),
        "breadcrumbs": [
            {"label": _("Accueil"), "url": "/"},
            {"label": _("À confirmer"), "url": None},
        ],
    }
    return render(request, "cms/freshness/to_confirm.html", context)


# --- Parts


class DeadEnd(Exception):
    """Nothing can be answered by a link."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def asked_by(token: str) -> tuple[Asked, User, BasePage]:
    """Who was asked about which page, if both are still so. Raises `DeadEnd`."""
    try:
        asked = read_answer(token)
    except Forged as error:
        raise DeadEnd("forged") from error
    except Expired as error:
        raise DeadEnd("expired") from error
    user = User.objects.filter(pk=asked.user_id, is_active=True).first()
    found = Page.objects.live().filter(pk=asked.page_id).first()
    page = found.specific if found else None
    if not isinstance(page, BasePage):
        raise DeadEnd("gone")
    if user is None or not may_confirm(user, page):
        raise DeadEnd("not_allowed")
    return asked, user, page


def state_of(page: BasePage) -> Freshness:
    """The state of a page. Raises `Http404` for one that nobody confirms."""
    state = Freshness.objects.filter(page_id=page.pk).first()
    if state is None or not page.confirm_within_months:
        raise Http404
    return state


def frame(page: BasePage, state: Freshness) -> dict[str, Any]:
    """What every page about a page's freshness shows."""
    return {"about": page, "state": state, "confirm_url": confirm_url(page)}


def to_answer(
    request: HttpRequest, page: BasePage, state: Freshness, form: AnswerForm
) -> dict[str, Any]:
    """The form, with the button that was chosen in the mail first."""
    chosen = form.data.get("reponse") or request.GET.get("reponse")
    verdicts = sorted(Verdict, key=lambda each: each.value != chosen)
    return frame(page, state) | {"form": form, "verdicts": verdicts}


def say(request: HttpRequest, recorded: Recorded, verdict: Verdict) -> None:
    """What became of the answer."""
    if recorded is Recorded.LATE:
        messages.info(
            request, _("Rien n’a changé : la page a été confirmée ou publiée entre-temps.")
        )
    elif recorded is Recorded.AGAIN:
        messages.info(request, _("C’était déjà enregistré : rien n’a été compté deux fois."))
    elif verdict is Verdict.EXACT:
        messages.success(request, _("Merci : les lecteurs voient que la page est confirmée."))
    else:
        messages.success(
            request,
            _("Merci : la page est signalée à revoir, ses auteurs la retrouvent sur leur bureau."),
        )
