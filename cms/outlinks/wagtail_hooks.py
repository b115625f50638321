"""What broken links register with Wagtail: the report, its way in, the desk's panel."""

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.dashboard import Desk
from cms.outlinks.reporting import LinksPanel, report


@hooks.register("register_admin_urls")
def report_urls() -> list[URLPattern]:
    """Below the editor's address; Wagtail asks for the right to enter it."""
    return [path("liens/", report, name="cms_broken_links")]


@hooks.register("register_admin_menu_item")
def report_item() -> MenuItem:
    """In the menu of everyone who writes."""
    return MenuItem(
        _("Liens à réparer"),
        reverse("cms_broken_links"),
        name="broken-links",
        icon_name="link",
        order=450,
    )


@hooks.register("dashboard_panel")
def links_panel(desk: Desk) -> LinksPanel | None:
    """Shown while a link is broken."""
    panel = LinksPanel(desk)
    return panel if panel.places else None
