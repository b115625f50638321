"""The page of the simple editor: shown, shown again with what changes or with what is to be corrected."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cms.differences import compare, sections
from cms.models import BasePage, PublishedVersion, User
from cms.proposals.forms import Editor, ReasonForm, VisitorForm
from cms.proposals.models import Proposal
from cms.proposals.texts import with_texts


def refused(
    request: HttpRequest,
    page: BasePage,
    editor: Editor,
    form: ReasonForm | VisitorForm,
    *,
    proposal: Proposal | None = None,
    base: PublishedVersion | None = None,
) -> HttpResponse | None:
    """The editor again, when it was asked to show the changes or something is to be corrected."""
    if editor.is_too_long:
        context = {"about": page, "title": _("Texte trop long")}
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
        return show(request, page, editor, form, proposal=proposal, base=base, preview=shown)
    if problem or editor.errors or not form.is_valid():
        return show(request, page, editor, form, proposal=proposal, base=base, problem=problem)
    return None


def show(
    request: HttpRequest,
    page: BasePage,
    editor: Editor,
    form: ReasonForm | VisitorForm,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """The page itself; `context` has what is to be corrected, shown or kept."""
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
