"""Errors that Django would answer in its own words, and forms that outlive a session.

What somebody typed is never thrown away because they were signed out meanwhile: a form posted to
the editor from this very site is shown back as a page that holds it, to be sent again.
"""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

NEVER_KEPT = ("csrfmiddlewaretoken", "password")


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is missing or too old; nothing was recorded.

    The token changes when one signs in again: a form that was open before then comes here, and is
    offered to be sent with the new token. Forms that came from elsewhere are not.
    """
    if may_be_kept(request) or is_proposal(request):
        return resume(request, status=403)
    return render(request, "403_form.html", status=403)


def may_be_kept(request: HttpRequest) -> bool:
    """Whether the request posts a form of the editor or of a discussion, from a page of this site."""
    editor = reverse("wagtailadmin_home")
    doors = (reverse("wagtailadmin_login"), f"{editor}password_reset/")
    return (
        request.method == "POST"
        and (request.path.startswith(editor) or "/discussion/" in request.path)
        and not request.path.startswith(doors)
        and "application/json" not in request.headers.get("Accept", "")
        and is_from_this_site(request)
    )


def is_proposal(request: HttpRequest) -> bool:
    """Whether the request posts a proposal or a word about one, from a page of this site."""
    path = request.path
    return (path.endswith("/proposer/") or path.startswith("/propositions/")) and (
        is_from_this_site(request)
    )


def is_from_this_site(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this site sent the request."""
    sender = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(sender).netloc == request.get_host()


def resume(request: HttpRequest, status: int) -> HttpResponse:
    """The page that holds what was typed, to be sent again once signed in."""
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if not any(word in name for word in NEVER_KEPT)
        for value in values
    ]
    context = {"kept": kept, "has_files": bool(request.FILES), "address": request.get_full_path()}
    return render(request, "resume.html", context, status=status)
