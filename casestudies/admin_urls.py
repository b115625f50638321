"""Addresses of the editor that stand before Wagtail's own."""

from django.urls import path
from wagtail.admin.auth import require_admin_access

from casestudies.tag_suggestions import suggest_tags

urlpatterns = [
    path("tag-autocomplete/casestudies/casestudytag/", require_admin_access(suggest_tags)),
]
