"""What the search room registers with Wagtail: the team's menu, its pages, what is done in bulk."""

from django.db.models import QuerySet
from django.templatetags.static import static
from django.urls import URLPattern
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from search.alerts.hooks import alerts_section
from search.curation.bulk_actions import PutInService, PutOutOfService, log_bulk_deletion
from search.curation.snippets import MENU_HOOK, SearchGroup
from search.report import hooks as report

register_snippet(SearchGroup)

for action in (PutInService, PutOutOfService):
    hooks.register("register_bulk_action", action)
hooks.register("after_bulk_action", log_bulk_deletion)
hooks.register("following_section", alerts_section)


@hooks.register("register_admin_urls")
def report_urls() -> list[URLPattern]:
    """What readers search, and the state of the index."""
    return report.urls()


@hooks.register("register_permissions")
def report_permissions() -> QuerySet:
    """The rights of these pages, for the form of a group."""
    return report.permissions()


@hooks.register("moderator_rights")
def report_rights() -> tuple[str, ...]:
    """What moderators may do on these pages."""
    return report.RIGHTS


@hooks.register(MENU_HOOK)
def report_item() -> MenuItem:
    """What readers search, in the menu."""
    return report.menu_items()[0]


@hooks.register(MENU_HOOK)
def index_item() -> MenuItem:
    """The state of the index, in the menu."""
    return report.menu_items()[1]


@hooks.register("insert_global_admin_css")
def curation_css() -> str:
    """The rules of the search room's own pages in the editor."""
    return format_html('<link rel="stylesheet" href="{}">', static("search/admin/curation.css"))
