"""Proposing a change, and following what becomes of it; without account nor script.

Whoever has a proposal's link received it in their mailbox. Opening a link never changes anything,
because programs that look for viruses open links too.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cms.addresses import absolute
from cms.differences import compare, sections
from cms.following.models import Correspondent
from cms.following.people import correspondent_at, correspondent_of, reader
from cms.following.views import NOT_TAKEN
from cms.history.readable import readable_page, versions_of
from cms.mailing.courier import Courier, Outcome
from cms.mailing.limits import PER_MAILBOX, PER_READER, Limit, reader_of
from cms.mailing.message import compose
from cms.models import BasePage, PublishedVersion, User
from cms.proposals import acts
from cms.proposals.addresses import private_url
from cms.proposals.forms import Editor, ReasonForm, RemarkForm, VisitorForm, open_editor, receive
from cms.proposals.models import Proposal, State
from cms.proposals.reading import Reading
from cms.proposals.shown import Talk
from cms.proposals.texts import parts_of, with_texts
from cms.visibility import is_visible

PER_ACCOUNT = Limit("proposals", most=30, seconds=24 * 3600)
MAX_WAITING = 5
"""Proposals of one correspondent for one page that await a decision."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, path: str) -> HttpResponse:
    """The texts of a page in a simple editor; sent, they become a proposal."""
    page = readable_page(request, path)
    base = versions_of(page).first()
    parts = parts_of(type(page), base.content if base else page.serializable_data())
    account = request.user if isinstance(request.user, User) else None
    if request.method != "POST":
        form: ReasonForm | VisitorForm = ReasonForm() if account else VisitorForm()
        return _editor(request, page, open_editor(parts, {}), form)
    form = ReasonForm(request.POST) if account else VisitorForm(request.POST)
    editor = receive(page, parts, {}, request.POST)
    if form.is_trapped:
        return redirect("cms_proposals:sent")
    if refused := _refused(request, page, editor, form):
        return refused
    return _send(request, page, base, editor, form)


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
        return _editor(request, page, editor, form, problem=problem, status=429)
    unfinished = [State.UNCONFIRMED, State.OPEN, State.ASKED]
    if correspondent.proposals.filter(page=page, state__in=unfinished).count() >= MAX_WAITING:
        problem = _("Cinq de vos propositions attendent déjà pour cette page.")
        return _editor(request, page, editor, form, problem=problem, status=429)
    proposal = acts.draft(
        page,
        base,
        [text.part for text in editor.texts],
        editor.changed,
        reason=form.cleaned_data["reason"],
        proposer=correspondent,
        proposer_name=account.get_full_name() if account else form.cleaned_data["name"],
    )
    if account:
        acts.send(proposal, timezone.now())
        messages.success(request, _("Votre proposition est envoyée. Voici où la suivre."))
        return redirect(private_url(proposal))
    outcome = _ask_to_confirm(proposal, correspondent)
    if outcome is Outcome.TAKEN:
        return redirect("cms_proposals:sent")
    proposal.delete()
    form.add_error("email" if outcome is Outcome.REFUSED else None, str(NOT_TAKEN[outcome]))
    return _editor(request, page, editor, form)


def _author(
    request: HttpRequest, account: User | None, given: dict[str, Any]
) -> Correspondent | None:
    """Whoever proposes; None when too much came from the same place."""
    if account:
        return correspondent_of(account) if PER_ACCOUNT.allows(f"user:{account.pk}") else None
    if not PER_READER.allows(reader_of(request)):
        return None
    return correspondent_at(given["email"], given["name"])


def _refused(
    request: HttpRequest,
    page: BasePage,
    editor: Editor,
    form: ReasonForm | VisitorForm,
    proposal: Proposal | None = None,
) -> HttpResponse | None:
    """The editor again, when it was asked to show the changes or something is to be corrected."""
    if editor.is_too_long:
        context = {"about": page, "title": _("Texte trop long"), "back": request.path}
        return render(request, "cms/proposals/too_long.html", context, status=413)
    changed = editor.changed
    problem = "" if changed else _("Vous n’avez rien changé : modifiez un texte, puis envoyez.")
    if proposal and changed == proposal.texts and form.data.get("reason") == proposal.reason:
        problem = _("Rien n’a changé depuis votre dernier envoi.")
    if "voir" in request.POST and not editor.errors and changed:
        before = [text.part for text in editor.texts]
        shown = [
            each
            for each in sections(compare(before, with_texts(before, changed)))
            if each.is_changed
        ]
        return _editor(request, page, editor, form, proposal=proposal, preview=shown)
    if problem or editor.errors or not form.is_valid():
        return _editor(request, page, editor, form, proposal=proposal, problem=problem)
    return None


def _editor(
    request: HttpRequest,
    page: BasePage,
    editor: Editor,
    form: ReasonForm | VisitorForm,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    user = request.user
    context |= {
        "about": page,
        "title": _("Proposer un changement"),
        "editor": editor,
        "form": form,
        "is_sent": form.is_bound and "voir" not in request.POST,
        "edits_directly": isinstance(user, User) and page.permissions_for_user(user).can_edit(),
        "breadcrumbs": [
            *page.breadcrumbs(request)[:-1],
            {"label": page.title, "url": page.get_url(request)},
            {"label": _("Proposer un changement"), "url": None},
        ],
    }
    return render(request, "cms/proposals/editor.html", context, status=status)


def _ask_to_confirm(proposal: Proposal, correspondent: Correspondent) -> Outcome:
    """One mail; a mailbox that was sent many gets none and nobody is told."""
    if not PER_MAILBOX.allows(correspondent.address):
        proposal.delete()
        return Outcome.TAKEN
    context = {"proposal": proposal, "private_url": absolute(private_url(proposal))}
    courier = Courier()
    try:
        return courier.deliver(
            compose(correspondent.address, "cms/proposals/mail/confirm", context)
        )
    finally:
        courier.close()


@never_cache
def sent(request: HttpRequest) -> HttpResponse:
    """The same answer to everybody: open the mail."""
    return render(request, "cms/proposals/sent.html", {"site": settings.SITE_NAME})


# --- The page of its author


@never_cache
@require_http_methods(["GET", "HEAD"])
def private(request: HttpRequest, token: UUID) -> HttpResponse:
    """What becomes of a proposal, for whoever has its link."""
    proposal = _of_token(token)
    if proposal is None:
        return render(request, "cms/proposals/gone.html", status=404)
    return _private(request, proposal)


def _private(
    request: HttpRequest, proposal: Proposal, status: int = 200, **context: Any
) -> HttpResponse:
    page = _readable(proposal)
    context |= {
        "proposal": proposal,
        "about": page,
        "talk": Talk(proposal, Reading(proposal), has_texts=page is not None),
        "is_author": True,
    }
    return render(request, "cms/proposals/private.html", context, status=status)


@never_cache
@require_POST
def act(request: HttpRequest, token: UUID) -> HttpResponse:
    """Confirm, answer or withdraw."""
    proposal = _of_token(token)
    if proposal is None:
        return render(request, "cms/proposals/gone.html", status=404)
    action = request.POST.get("action")
    try:
        if action == "confirm":
            return _confirmed(request, proposal)
        if action == "withdraw":
            acts.withdraw(proposal, timezone.now())
            messages.success(request, _("Votre proposition est retirée."))
            still = Proposal.objects.filter(pk=proposal.pk).exists()
            return redirect(private_url(proposal) if still else "/")
        form = RemarkForm(request.POST)
        if not form.is_valid():
            said = form.errors.get("text", [_("Rien n’a été envoyé.")])[0]
            return _private(
                request, proposal, 422, reply_error=said, reply_text=request.POST.get("text", "")
            )
        acts.reply(proposal, form.cleaned_data["text"])
        messages.success(request, _("Votre réponse est envoyée."))
    except acts.Refused as error:
        messages.error(request, str(error))
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
    proposal = _of_token(token)
    if proposal is None:
        return render(request, "cms/proposals/gone.html", status=404)
    page = _readable(proposal)
    if page is None or not proposal.is_waiting:
        messages.error(request, _("Cette proposition ne peut plus être modifiée."))
        return redirect(private_url(proposal))
    reading = Reading(proposal)
    if request.method != "POST":
        form = ReasonForm(initial={"reason": proposal.reason})
        return _editor(
            request, page, open_editor(reading.before, proposal.texts), form, proposal=proposal
        )
    form = ReasonForm(request.POST)
    editor = receive(page, reading.before, proposal.texts, request.POST)
    if refused := _refused(request, page, editor, form, proposal):
        return refused
    seen = request.POST.get("round", "")
    try:
        acts.change(
            proposal,
            editor.changed,
            form.cleaned_data["reason"],
            int(seen) if seen.isdecimal() and len(seen) < 6 else 0,
        )
    except acts.Refused as error:
        proposal.refresh_from_db()
        return _editor(
            request, page, editor, form, proposal=proposal, problem=str(error), status=409
        )
    messages.success(request, _("Votre proposition est modifiée."))
    return redirect(private_url(proposal))


def _of_token(token: UUID) -> Proposal | None:
    found = Proposal.objects.select_related("page", "proposer__user").filter(token=token).first()
    now = timezone.now()
    if (
        found
        and found.state == State.UNCONFIRMED
        and Proposal.objects.expired(now).filter(pk=found.pk).exists()
    ):
        return None
    return found


def _readable(proposal: Proposal) -> BasePage | None:
    """The page, while its author may still read it: nothing of a closed one is shown."""
    if proposal.page is None or proposal.proposer is None:
        return None
    if not is_visible(proposal.page, reader(proposal.proposer)):
        return None
    page = proposal.page.specific
    return page if isinstance(page, BasePage) else None
