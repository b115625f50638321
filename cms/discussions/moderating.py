"""What becomes of a thread: resolved, locked; and what moderators withdraw and bring back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cms.discussions import writing
from cms.discussions.addresses import post_url, thread_url
from cms.discussions.forms import WithdrawForm
from cms.discussions.models import Post, Thread
from cms.discussions.rights import Rights
from cms.discussions.showing import among_accounts, find_post, find_thread, frame


@require_POST
@among_accounts
def change(request: HttpRequest, rights: Rights, number: str) -> HttpResponse:
    """Resolve or reopen a thread, lock or unlock it."""
    found = find_thread(rights, number)
    action = request.POST.get("action")
    if action in {"resolve", "reopen"}:
        if not rights.may_resolve(found):
            raise PermissionDenied
        writing.resolve(found, rights.user if action == "resolve" else None)
    elif action in {"lock", "unlock"}:
        if not rights.moderates:
            raise PermissionDenied
        writing.lock(found, action == "lock")
    else:
        return HttpResponseBadRequest()
    said = {
        "resolve": _("La discussion est marquée comme résolue."),
        "reopen": _("La discussion est de nouveau ouverte."),
        "lock": _("La discussion est verrouillée : seule la modération peut y répondre."),
        "unlock": _("Chacun peut de nouveau répondre."),
    }
    messages.success(request, said[action])
    return redirect(thread_url(found, rights.page))


@require_http_methods(["GET", "HEAD", "POST"])
@among_accounts
def withdraw_thread(request: HttpRequest, rights: Rights, number: str) -> HttpResponse:
    """Withdraw a whole thread, or bring it back."""
    found = find_thread(rights, number)
    return _withdraw(request, rights, found, found, thread_url(found, rights.page))


@require_http_methods(["GET", "HEAD", "POST"])
@among_accounts
def withdraw_post(request: HttpRequest, rights: Rights, number: str, post: str) -> HttpResponse:
    """Withdraw a message, or bring it back."""
    found = find_post(rights, number, post)
    return _withdraw(request, rights, found, found.thread, post_url(found, rights.page))


def _withdraw(
    request: HttpRequest, rights: Rights, found: Thread | Post, thread: Thread, url: str
) -> HttpResponse:
    if not rights.moderates:
        raise PermissionDenied
    if request.method == "POST" and request.POST.get("rendre"):
        writing.hide(found, None)
        messages.success(request, _("C’est de nouveau lisible."))
        return redirect(url)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        writing.hide(found, rights.user, form.cleaned_data["reason"])
        messages.success(request, _("C’est retiré. Vous pouvez le rendre lisible à tout moment."))
        return redirect(url)
    title = _("Retirer la discussion") if found is thread else _("Retirer un message")
    context = frame(request, rights.page, title, thread)
    context |= {"form": form, "post": None if found is thread else found, "back_url": url}
    return render(request, "cms/discussions/withdraw.html", context)
