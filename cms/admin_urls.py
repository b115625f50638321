"""Addresses of the editor that stand before Wagtail's own, to close what those leave open.

They bear no names: Wagtail's keep resolving to the same addresses.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import path
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.reports.page_types_usage import PageTypesUsageReportView
from wagtail.models import Page
from wagtail.permissions import policy_registry


def for_moderators(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """`view`, closed to those who may not publish anywhere."""

    def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        policy = policy_registry.get_by_type(Page)
        if not policy.user_has_permission(request.user, "publish"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    guarded: Callable[..., HttpResponseBase] = require_admin_access(closed)
    return guarded


# The report names the page of each type that was edited last: somebody's draft, often.
urlpatterns = [
    path("reports/page-types-usage/", for_moderators(PageTypesUsageReportView.as_view())),
    path(
        "reports/page-types-usage/results/",
        for_moderators(PageTypesUsageReportView.as_view(results_only=True)),
    ),
]
