"""The pages of a discussion where somebody reads and writes."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cms.discussions import writing
from cms.discussions.addresses import discussion_url, post_url, thread_url
from cms.discussions.body import clean_text
from cms.discussions.calling import MOST_CALLED, Calls
from cms.discussions.forms import MessageForm, ThreadForm
from cms.discussions.handles import offered
from cms.discussions.models import QUOTE_LIMIT, Post
from cms.discussions.rights import Rights
from cms.discussions.showing import (
    among_accounts,
    closed,
    find_post,
    find_thread,
    frame,
    posts_shown,
    threads_shown,
)
from cms.following.addresses import follow_url
from cms.mailing.limits import Limit
from cms.models import User
from cms.models.versions import public_name

PER_AUTHOR = Limit("discussion", most=30, seconds=3600)
MAX_TYPED = 60
Result = TypeVar("Result")


@require_http_methods(["GET", "HEAD", "POST"])
@among_accounts
def threads(request: HttpRequest, rights: Rights) -> HttpResponse:
    """All threads of a page, and the form that opens one, about a passage or not."""
    page = rights.page
    quote = clean_text(request.GET.get("citer", "")[: 2 * QUOTE_LIMIT])[:QUOTE_LIMIT]
    form = ThreadForm(
        request.POST if request.method == "POST" else None,
        initial={"quote": quote, "anchor": request.GET.get("ancre", "")[:80]},
    )
    written = _sent(rights, form, lambda given: writing.open_thread(page, rights.user, **given))
    if written:
        return _published(request, rights, written.post, written.calls)
    context = (
        frame(request, page, _("Discussion"))
        | threads_shown(rights, request.GET.get("page"))
        | {"form": form}
    )
    return render(request, "cms/discussions/threads.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@among_accounts
def thread(request: HttpRequest, rights: Rights, number: str) -> HttpResponse:
    """One thread, and the form that answers it."""
    page = rights.page
    found = find_thread(rights, number)
    if not rights.sees(found):
        reason = _("Cette discussion a été retirée par la modération.")
        return closed(request, rights.page, _("Discussion retirée"), reason, status=410)
    form = MessageForm(request.POST if request.method == "POST" else None)
    may_reply = rights.may_reply(found)
    if form.is_bound and not may_reply:
        form.add_error(
            None,
            ValidationError(
                _("La discussion a été fermée entre-temps. Copiez votre message pour le garder."),
                code="closed",
            ),
        )
    written = _sent(rights, form, lambda given: writing.reply(found, page, rights.user, **given))
    if written:
        return _published(request, rights, written.post, written.calls)
    context = (
        frame(request, page, found.heading, found)
        | posts_shown(rights, found, request.GET.get("page"))
        | {
            "form": form,
            "rights": rights,
            "may_reply": may_reply,
            "may_resolve": rights.may_resolve(found),
            "thread_url": thread_url(found, page),
            "follow_url": follow_url(f"discussion:{found.pk}"),
        }
    )
    return render(request, "cms/discussions/thread.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@among_accounts
def edit(request: HttpRequest, rights: Rights, number: str, post: str) -> HttpResponse:
    """Say a message of one's own otherwise."""
    found = find_post(rights, number, post)
    if not rights.may_edit(found):
        if not rights.wrote(found):
            raise PermissionDenied
        reason = _("Ce message ne peut plus être modifié.")
        return closed(request, rights.page, _("Modifier un message"), reason, status=403)
    form = MessageForm(
        request.POST if request.method == "POST" else None, initial={"body": found.body}
    )
    calls = _sent(
        rights, form, lambda given: writing.edit(found, rights.page, rights.user, **given)
    )
    if calls is not None:
        return _published(request, rights, found, calls)
    context = frame(request, rights.page, _("Modifier un message"), found.thread)
    context |= {"form": form, "post_url": post_url(found, rights.page)}
    return render(request, "cms/discussions/edit.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@among_accounts
def delete(request: HttpRequest, rights: Rights, number: str, post: str) -> HttpResponse:
    """Erase a message of one's own, after one question."""
    found = find_post(rights, number, post)
    if not rights.may_delete(found):
        raise PermissionDenied
    if request.method == "POST":
        is_left = writing.delete(found)
        messages.success(request, _("Votre message est supprimé."))
        left = thread_url(found.thread, rights.page)
        return redirect(left if is_left else discussion_url(rights.page))
    context = frame(request, rights.page, _("Supprimer un message"), found.thread)
    context |= {"post": found, "post_url": post_url(found, rights.page)}
    return render(request, "cms/discussions/delete.html", context)


@never_cache
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Whom one may call, as one types: handles, names and organizations, never addresses."""
    if not isinstance(request.user, User):
        return JsonResponse({}, status=403)
    found = offered(request.user, request.GET.get("q", "").strip()[:MAX_TYPED])
    status = ngettext("%(total)s proposition", "%(total)s propositions", len(found))
    return JsonResponse(
        {
            "label": _("Personnes et organisations"),
            "status": status % {"total": len(found)},
            "options": [
                {"handle": each.name, "name": each.label, "organisation": each.organisation}
                for each in found
            ],
        }
    )


def _sent(
    rights: Rights, form: MessageForm, write: Callable[[dict[str, Any]], Result]
) -> Result | None:
    """What `write` makes of a message; None while something is to be corrected, which `form` says."""
    if not form.is_bound or not form.is_valid():
        return None
    if not PER_AUTHOR.allows(str(rights.user.pk)):
        often = _(
            "Vous avez beaucoup écrit depuis une heure. Gardez cette page ouverte, renvoyez-la."
        )
        form.add_error(None, ValidationError(often, code="often"))
        return None
    return write(form.cleaned_data)


def _status(form: MessageForm) -> int:
    return 429 if form.has_error("__all__", "often") else 200


def _published(request: HttpRequest, rights: Rights, post: Post, calls: Calls) -> HttpResponse:
    """To the message, with a word on those whom it calls and who are not told."""
    messages.success(request, _("Votre message est publié."))
    for person in calls.unable:
        name = public_name(person) or _("Une personne que vous nommez")
        messages.warning(
            request, _("%(name)s ne peut pas lire cette page : pas prévenu·e.") % {"name": name}
        )
    if calls.is_too_many:
        messages.warning(
            request,
            _("Un message prévient %(most)s personnes au plus : les suivantes ne le sont pas.")
            % {"most": MOST_CALLED},
        )
    return redirect(post_url(post, rights.page))
