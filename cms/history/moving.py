"""Addresses below a page go on leading to what they name after the page moved."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cms.history.addresses import path_of
from cms.history.readable import Moved


class MovedPageMiddleware:
    """Leads from an address below the former place of a page to the same one below the page.

    Not for good: whether a reader is led there depends on what they may open.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let every request through."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a view that found its page elsewhere."""
        match = request.resolver_match
        if not isinstance(exception, Moved) or match is None:
            return None
        parts = match.kwargs | {"path": path_of(exception.page)}
        address = reverse(match.view_name, kwargs=parts)
        query = request.META["QUERY_STRING"]
        return redirect(f"{address}?{query}" if query else address)
