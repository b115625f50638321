"""The pages of those who decide: what awaits them, and one proposal with all that can be done to it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cms.models import BasePage, User
from cms.pagination import numbered
from cms.proposals import acts
from cms.proposals.addresses import examine_url
from cms.proposals.forms import DecisionForm, RemarkForm
from cms.proposals.models import WAITING, Proposal
from cms.proposals.reading import Merging, Reading
from cms.proposals.rights import addressed_to, is_own, may_decide, may_read
from cms.proposals.shown import Talk

PER_PAGE = 30
MAX_CHOSEN = 5000


@never_cache
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Proposals for the pages that somebody edits: those that wait, then those decided about."""
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path(), reverse("wagtailadmin_login"))
    found = addressed_to(request.user).select_related("page", "proposer")
    decided = found.exclude(state__in=WAITING).order_by("-decided_at", "-pk")
    shown = Paginator(decided, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "waiting": found.waiting()[:200],
        "decided": shown,
        "pages": numbered(shown.number, shown.paginator.num_pages, lambda page: f"?page={page}"),
        "breadcrumbs": [
            {"label": _("Accueil"), "url": "/"},
            {"label": _("Propositions"), "url": None},
        ],
    }
    return render(request, "cms/proposals/inbox.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def examine(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: its changes, what is said of them, and the decision."""
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path(), reverse("wagtailadmin_login"))
    proposal = (
        Proposal.objects.exclude(state="a-confirmer")
        .select_related("page", "proposer__user", "version")
        .filter(pk=pk)
        .first()
    )
    if proposal is None or not may_read(request.user, proposal):
        raise Http404
    if request.method != "POST":
        return _show(request, proposal)
    if not may_decide(request.user, proposal):
        raise PermissionDenied
    if "decision" in request.POST:
        return _decide(request, request.user, proposal)
    return _remark(request, request.user, proposal)


def _remark(request: HttpRequest, by: User, proposal: Proposal) -> HttpResponse:
    form = RemarkForm(request.POST)
    asks = "ask" in request.POST
    if not form.is_valid():
        said = form.errors.get("text", [_("Rien n’a été envoyé.")])[0]
        messages.error(request, str(said))
        return _show(request, proposal, 422, typed=request.POST)
    given = form.cleaned_data
    try:
        acts.remark(proposal, by, given["text"], given["change"], given["round"], asks=asks)
    except acts.Refused as error:
        return _again(request, proposal, error)
    done = _("Votre question est envoyée.") if asks else _("Votre remarque est envoyée.")
    messages.success(request, done)
    place = f"#changement-{given['change']}" if given["change"] else "#mots"
    return redirect(examine_url(proposal) + place)


def _decide(request: HttpRequest, by: User, proposal: Proposal) -> HttpResponse:
    form = DecisionForm(request.POST)
    if not form.is_valid():
        for said in form.errors.get("word", [_("Rien n’a été décidé.")]):
            messages.error(request, str(said))
        return _show(request, proposal, 422, typed=request.POST)
    given = form.cleaned_data
    try:
        if given["decision"] == "decline":
            acts.decline(proposal, by, given["word"], given["round"])
            messages.success(request, _("La proposition est déclinée, avec votre mot."))
            return redirect("cms_proposals:inbox")
        chosen = _chosen(request) if given["decision"] == "take-chosen" else None
        if chosen is not None and not chosen:
            messages.error(request, _("Cochez les changements à reprendre."))
            return _show(request, proposal, 422, typed=request.POST)
        taken = acts.take(
            proposal,
            by,
            chosen=chosen,
            seen_round=given["round"],
            word=given["word"],
            accepted=given["accepted"],
            summary=given["summary"],
        )
    except acts.Contested as error:
        messages.warning(request, str(error))
        return _show(request, proposal, 409, merging=error.merging, typed=request.POST)
    except acts.Refused as error:
        return _again(request, proposal, error)
    messages.success(request, _said(taken))
    return redirect(examine_url(proposal))


def _said(taken: acts.Taken) -> str:
    if taken.is_public:
        return _("C’est repris et en ligne. La personne qui a proposé est prévenue.")
    if taken.is_submitted:
        return _("C’est repris et envoyé en relecture. La personne qui a proposé est prévenue.")
    return _("C’est repris dans le brouillon en cours. La personne qui a proposé est prévenue.")


def _again(request: HttpRequest, proposal: Proposal, error: acts.Refused) -> HttpResponse:
    messages.error(request, str(error))
    proposal.refresh_from_db()
    return _show(request, proposal, 409, typed=request.POST)


def _chosen(request: HttpRequest) -> set[int]:
    numbers = request.POST.getlist("changement")[:MAX_CHOSEN]
    return {int(number) for number in numbers if number.isdecimal() and len(number) < 8}


def _show(
    request: HttpRequest,
    proposal: Proposal,
    status: int = 200,
    merging: Merging | None = None,
    typed: Any = None,
) -> HttpResponse:
    """The page itself. `merging` is what could not be merged of what was asked for."""
    page = proposal.page.specific if proposal.page else None
    if not isinstance(page, BasePage) or not isinstance(request.user, User):
        raise Http404
    reading = Reading(proposal)
    if merging is None and proposal.is_waiting:
        latest = page.get_latest_revision()
        content = latest.content if latest else page.serializable_data()
        merging = reading.merged(type(page), content, None)
    typed = typed or {}
    context = {
        "proposal": proposal,
        "about": page,
        "title": _("Proposition"),
        "talk": Talk(proposal, reading, has_texts=True),
        "merging": merging,
        "must_accept": status == 409 and merging is not None and not merging.is_clean,
        "can_decide": proposal.is_waiting and may_decide(request.user, proposal),
        "is_own": is_own(request.user, proposal),
        "has_draft": page.has_unpublished_changes,
        "typed_text": typed.get("text", ""),
        "typed_word": typed.get("word", ""),
        "summary": typed.get("summary") or acts.public_summary(proposal),
        "typed_change": str(typed.get("change", "")),
        "unchecked": _unchecked(request, reading),
        "breadcrumbs": [
            {"label": _("Accueil"), "url": "/"},
            {"label": _("Propositions"), "url": reverse("cms_proposals:inbox")},
            {"label": page.title, "url": None},
        ],
    }
    return render(request, "cms/proposals/examine.html", context, status=status)


def _unchecked(request: HttpRequest, reading: Reading) -> set[int]:
    """The changes left unchecked by what was sent; none at first."""
    if request.POST.get("decision") != "take-chosen":
        return set()
    return set(reading.numbers - _chosen(request))
