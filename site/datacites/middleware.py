"""Middleware of the whole site: content security policy by area, and bad input answered politely."""

from collections.abc import Callable
from typing import Any

from csp.constants import SELF
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from datacites.errors import may_be_kept, resume


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """A strict policy for readers; the editor's own, wider one under its address only."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """The policy of the area that the request's path belongs to."""
        parts: PolicyParts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith(reverse("wagtailadmin_home")) and not report_only:
            parts.config = {**settings.EDITOR_CONTENT_SECURITY_POLICY}
        elif getattr(request, "is_preview", False) and not report_only:
            # The editor shows the page in a frame of its own, on this site.
            parts.replace = {"frame-ancestors": [SELF]}
        return parts


class BadInputMiddleware:
    """Refuses what no browser sends: NUL characters and undecodable bytes in the address.

    PostgreSQL refuses NUL and SQLite accepts it; answering here keeps both alike.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse an address that cannot be read; let every other request through."""
        if "\x00" in request.path_info or "�" in request.path_info:
            return self.refuse(request)
        return self.get_response(request)

    def refuse(self, request: HttpRequest) -> HttpResponse:
        """The site's own page for an address that cannot be read."""
        from django.views.defaults import bad_request  # noqa: PLC0415 - needs the loaded registry

        return bad_request(request, BadRequest("unreadable address"))

    def process_exception(self, request: HttpRequest, exception: Exception) -> Any:
        """A NUL character in a form or query is refused by the database, each in its own words."""
        is_refusal = isinstance(exception, ValueError | DataError)
        if is_refusal and "NUL" in str(exception).upper():
            return self.refuse(request)
        return None


class KeepWritingMiddleware:
    """A form of the editor posted by somebody who has been signed out is kept for them.

    Wagtail would send them to the sign-in page and forget what they wrote. Nothing is done with the
    form here: it is shown back, to be sent again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Show the form back, or let the request through."""
        # In this order: to ask who reads makes the answer depend on cookies, whoever reads.
        if may_be_kept(request) and not request.user.is_authenticated:
            return resume(request, status=401)
        return self.get_response(request)
