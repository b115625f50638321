"""Errors that Django would answer in its own words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is missing or too old; nothing was recorded."""
    return render(request, "403_form.html", status=403)
