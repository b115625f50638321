"""The pages of a proposal's author: following it, answering, changing, withdrawing it.

Whoever has a proposal's link received it in their mailbox; an account's opens to that account only.
Opening a link never changes anything, because programs that look for viruses open links too.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cms.following.people import reader
from cms.mailing.limits import Limit
from cms.models import BasePage
from cms.proposals import acts, editing
from cms.proposals.addresses import private_url
from cms.proposals.forms import ReasonForm, RemarkForm, open_editor, receive
from cms.proposals.models import Proposal, State
from cms.proposals.reading import Reading
from cms.proposals.shown import Talk
from cms.visibility import is_visible

TOO_OFTEN = gettext_lazy("Beaucoup de messages en une heure : attendez un peu, puis renvoyez.")
PER_PROPOSAL = Limit("proposal-words", most=10, seconds=3600)
"""Replies and changes of one proposal: each is a mail to everyone who decides."""


@never_cache
@require_http_methods(["GET", "HEAD"])
def private(request: HttpRequest, token: UUID) -> HttpResponse:
    """What becomes of a proposal, for whoever has its link."""
    proposal = _of_token(request, token)
    if isinstance(proposal, HttpResponse):
        return proposal
    return _private(request, proposal)


def _private(
    request: HttpRequest, proposal: Proposal, status: int = 200, **context: Any
) -> HttpResponse:
    page = _readable(proposal)
    context |= {
        "proposal": proposal,
        "about": page,
        "talk": Talk(proposal, Reading(proposal), has_texts=page is not None),
    }
    return render(request, "cms/proposals/private.html", context, status=status)


@never_cache
@require_POST
def act(request: HttpRequest, token: UUID) -> HttpResponse:
    """Confirm, answer or withdraw."""
    proposal = _of_token(request, token)
    if isinstance(proposal, HttpResponse):
        return proposal
    action = request.POST.get("action")
    try:
        if action == "confirm":
            return _confirmed(request, proposal)
        if action == "withdraw":
            acts.withdraw(proposal, timezone.now())
            messages.success(request, _("Votre proposition est retirée."))
            still = Proposal.objects.filter(pk=proposal.pk).exists()
            return redirect(private_url(proposal) if still else "/")
    except acts.Refused as error:
        messages.error(request, str(error))
        return redirect(private_url(proposal))
    return _reply(request, proposal)


def _reply(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """A word of its author; what cannot be sent stays in its field."""
    typed = request.POST.get("text", "")
    form = RemarkForm(request.POST)
    if not form.is_valid():
        said = str(form.errors.get("text", [_("Rien n’a été envoyé.")])[0])
        return _private(request, proposal, 422, reply_error=said, reply_text=typed)
    if not PER_PROPOSAL.allows(f"proposal:{proposal.pk}"):
        return _private(request, proposal, 429, reply_error=TOO_OFTEN, reply_text=typed)
    try:
        acts.reply(proposal, form.cleaned_data["text"])
    except acts.Refused as error:
        proposal.refresh_from_db()
        return _private(request, proposal, 409, reply_error=str(error), reply_text=typed)
    messages.success(request, _("Votre réponse est envoyée."))
    return redirect(private_url(proposal))


def _confirmed(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    if proposal.state == State.UNCONFIRMED:
        acts.confirm(proposal, timezone.now())
        messages.success(request, _("C’est confirmé : votre proposition est envoyée."))
    else:
        messages.info(request, _("Votre proposition était déjà confirmée."))
    return redirect(private_url(proposal))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: HttpRequest, token: UUID) -> HttpResponse:
    """The editor again, on what was proposed."""
    proposal = _of_token(request, token)
    if isinstance(proposal, HttpResponse):
        return proposal
    page = _readable(proposal)
    if page is None or not proposal.is_waiting:
        if request.method == "POST":
            return _too_late(request, proposal)
        messages.error(request, _("Cette proposition ne peut plus être modifiée."))
        return redirect(private_url(proposal))
    reading = Reading(proposal)
    if request.method != "POST":
        form = ReasonForm(initial={"reason": proposal.reason})
        editor = open_editor(reading.before, proposal.texts)
        return editing.show(request, page, editor, form, proposal=proposal)
    return _change(request, page, proposal, reading)


def _change(
    request: HttpRequest, page: BasePage, proposal: Proposal, reading: Reading
) -> HttpResponse:
    form = ReasonForm(request.POST)
    editor = receive(page, reading.before, proposal.texts, request.POST)
    if again := editing.refused(request, page, editor, form, proposal=proposal):
        return again
    problem, status = "", 429
    if not PER_PROPOSAL.allows(f"proposal:{proposal.pk}"):
        problem = str(TOO_OFTEN)
    else:
        seen = request.POST.get("round", "")
        seen_round = int(seen) if seen.isdecimal() and len(seen) < 6 else 0
        try:
            acts.change(proposal, editor.changed, form.cleaned_data["reason"], seen_round)
        except acts.Refused as error:
            problem, status = str(error), 409
            proposal.refresh_from_db()
    if problem:
        return editing.show(
            request, page, editor, form, proposal=proposal, problem=problem, status=status
        )
    messages.success(request, _("Votre proposition est modifiée."))
    return redirect(private_url(proposal))


def _too_late(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """What was written when it was decided about or closed meanwhile: to be copied, not sent."""
    typed = [
        (name.partition("-")[2], value)
        for name, value in request.POST.items()
        if name.startswith(("texte-", "html-")) and value
    ]
    context = {"proposal": proposal, "typed": typed, "reason": request.POST.get("reason", "")}
    return render(request, "cms/proposals/too_late.html", context, status=409)


def _of_token(request: HttpRequest, token: UUID) -> Proposal | HttpResponse:
    """The proposal of a link; an account's opens to that account only."""
    found = Proposal.objects.select_related("page", "proposer__user").filter(token=token).first()
    is_expired = found and Proposal.objects.expired(timezone.now()).filter(pk=found.pk).exists()
    if found is None or is_expired:
        return render(request, "cms/proposals/gone.html", status=404)
    owner = found.proposer.user_id if found.proposer and found.has_account else None
    if owner is None or request.user.pk == owner:
        return found
    if request.user.is_authenticated:
        return render(request, "cms/proposals/gone.html", status=404)
    return redirect_to_login(private_url(found), reverse("wagtailadmin_login"))


def _readable(proposal: Proposal) -> BasePage | None:
    """The page, while its author may still read it: nothing of a closed one is shown."""
    proposer = proposal.proposer
    if proposal.page is None or proposer is None:
        return None
    # A link that a mailbox received shows what anyone may read, whatever its account may.
    user = reader(proposer) if proposal.has_account else None
    if not is_visible(proposal.page, user):
        return None
    page = proposal.page.specific
    return page if isinstance(page, BasePage) else None
