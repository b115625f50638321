"""Proposing a change, without account nor script."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cms.addresses import absolute
from cms.following.models import Correspondent
from cms.following.people import correspondent_at, correspondent_of
from cms.history.readable import readable_page, versions_of
from cms.mailing.courier import NOT_TAKEN, Courier, Outcome
from cms.mailing.limits import PER_MAILBOX, PER_READER, Limit, reader_of
from cms.mailing.message import compose
from cms.models import BasePage, PublishedVersion, User
from cms.proposals import acts, editing
from cms.proposals.addresses import private_url
from cms.proposals.forms import Editor, ReasonForm, VisitorForm, open_editor, receive
from cms.proposals.models import Proposal
from cms.proposals.texts import parts_of

PER_ACCOUNT = Limit("proposals", most=30, seconds=24 * 3600)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, path: str) -> HttpResponse:
    """The texts of a page in a simple editor; sent, they become a proposal."""
    page = readable_page(request, path)
    account = request.user if isinstance(request.user, User) else None
    base = _base(page, request.POST.get("base") if request.method == "POST" else None)
    parts = parts_of(type(page), base.content if base else page.serializable_data())
    if request.method != "POST":
        form: ReasonForm | VisitorForm = ReasonForm() if account else VisitorForm()
        return editing.show(request, page, open_editor(parts, {}), form, base=base)
    form = ReasonForm(request.POST) if account else VisitorForm(request.POST)
    editor = receive(page, parts, {}, request.POST)
    if form.is_trapped:
        return redirect("cms_proposals:sent")
    if refused := editing.refused(request, page, editor, form, base=base):
        return refused
    return _send(request, page, base, editor, form)


def _base(page: BasePage, number: str | None) -> PublishedVersion | None:
    """The version whose texts are edited: that of the form which comes back, else what readers see.

    None where what readers see is no public version: the texts of the page itself are edited then.
    """
    public = versions_of(page).filter(hidden_at=None)
    if number and number.isdecimal() and len(number) < 7:
        found = public.filter(number=int(number)).first()
        if found:
            return found
    newest = page.published_versions.order_by("-number").values_list("pk", flat=True).first()
    return public.filter(pk=newest).first()


def _send(
    request: HttpRequest,
    page: BasePage,
    base: PublishedVersion | None,
    editor: Editor,
    form: ReasonForm | VisitorForm,
) -> HttpResponse:
    """Make the proposal; an account's is sent, a visitor confirms by mail."""
    account = request.user if isinstance(request.user, User) else None
    correspondent = _author(request, account, form.cleaned_data)
    if correspondent is None:
        problem = _("Trop de demandes d’un même endroit. Attendez une heure et renvoyez ceci.")
        return editing.show(request, page, editor, form, base=base, problem=problem, status=429)
    if account and acts.is_full(page, correspondent):
        problem = _("Cinq de vos propositions attendent déjà pour cette page.")
        return editing.show(request, page, editor, form, base=base, problem=problem, status=429)
    if twin := acts.twin(page, correspondent, editor.changed, timezone.now()):
        return redirect(private_url(twin) if account else "cms_proposals:sent")
    # Whoever types an account's address without signing in does not sign with its name.
    name = account.public_name if account else form.cleaned_data["name"]
    proposal = acts.draft(
        page,
        base,
        [text.part for text in editor.texts],
        editor.changed,
        reason=form.cleaned_data["reason"],
        proposer=correspondent,
        proposer_name=name,
        has_account=account is not None,
    )
    if account:
        acts.send(proposal, timezone.now())
        messages.success(request, _("Votre proposition est envoyée. Voici où la suivre."))
        return redirect(private_url(proposal))
    problem = _ask_to_confirm(proposal, correspondent)
    if not problem:
        return redirect("cms_proposals:sent")
    proposal.delete()
    return editing.show(request, page, editor, form, base=base, problem=problem, status=429)


def _author(
    request: HttpRequest, account: User | None, given: dict[str, Any]
) -> Correspondent | None:
    """Whoever proposes; None when too much came from the same place."""
    if account:
        return correspondent_of(account) if PER_ACCOUNT.allows(f"user:{account.pk}") else None
    if not PER_READER.allows(reader_of(request)):
        return None
    return correspondent_at(given["email"], given["name"])


def _ask_to_confirm(proposal: Proposal, correspondent: Correspondent) -> str:
    """Send one mail; why it did not leave, or nothing."""
    if not PER_MAILBOX.allows(correspondent.address):
        return _("Cette adresse a reçu beaucoup de messages aujourd’hui : renvoyez ceci demain.")
    context = {"proposal": proposal, "private_url": absolute(private_url(proposal))}
    mail = compose(correspondent.address, "cms/proposals/mail/confirm", context)
    courier = Courier()
    try:
        outcome = courier.deliver(mail)
    finally:
        courier.close()
    return "" if outcome is Outcome.TAKEN else str(NOT_TAKEN[outcome])


@never_cache
def sent(request: HttpRequest) -> HttpResponse:
    """The same answer to everybody: open the mail."""
    return render(request, "cms/proposals/sent.html")
