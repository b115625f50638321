"""What the wiki registers with Wagtail: glossary, review, dashboard, menus, the editor's look."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from cms import comparison, four_eyes, isolation
from cms.account import ContributionsPanel
from cms.dashboard import dashboard_panels
from cms.documents import only_what_readers_may_have
from cms.models import GlossaryTerm, ReviewTask
from cms.review import ReviewView

comparison.register()

hooks.register("before_publish_page", four_eyes.nobody_publishes_their_own_text)
hooks.register("before_create_page", four_eyes.pages_are_born_drafts)
hooks.register("before_bulk_action", four_eyes.nor_in_bulk)
hooks.register("before_copy_page", four_eyes.copies_are_drafts)
hooks.register("before_move_page", four_eyes.move_only_what_may_move)
hooks.register("before_edit_page", four_eyes.approve_what_was_read)
hooks.register("after_edit_page", four_eyes.say_what_happened)
hooks.register("construct_page_action_menu", four_eyes.offer_what_is_possible)
hooks.register("construct_page_chooser_queryset", four_eyes.choose_public_or_own)


class GlossaryTermViewSet(SnippetViewSet):
    """Terms of the glossary."""

    model = GlossaryTerm
    icon = "openquote"
    menu_label = gettext_lazy("Glossaire")
    add_to_admin_menu = True
    menu_order = 310
    list_display = ["term", "acronym", "definition"]
    search_fields = ["term", "definition"]
    panels = [
        FieldPanel("term"),
        FieldPanel("acronym"),
        FieldPanel("definition"),
        FieldPanel("more"),
        FieldPanel("variants"),
        FieldPanel("source_urls"),
        FieldPanel("related"),
    ]


register_snippet(GlossaryTermViewSet)


@hooks.register("register_admin_urls")
def review_urls() -> list[URLPattern]:
    """The page where a text is read and decided about."""
    return [
        path("relecture/<int:task_state_id>/", ReviewView.as_view(), name="cms_review"),
        path("pages-isolees/", isolation.report, name="cms_isolated"),
    ]


@hooks.register("register_reports_menu_item")
def isolated_pages_item() -> MenuItem:
    """Among the reports, which only those who review see."""
    return MenuItem(
        gettext_lazy("Pages isolées"),
        reverse("cms_isolated"),
        name="isolated-pages",
        icon_name="link",
        order=650,
    )


hooks.register("before_serve_document", only_what_readers_may_have)


@hooks.register("construct_homepage_panels")
def tidy_dashboard(request: HttpRequest, panels: list[Any]) -> None:
    """The dashboard is made by `cms.dashboard`; Wagtail's own panels would say the same twice."""
    panels[:] = dashboard_panels(request)


@hooks.register("construct_homepage_summary_items")
def no_counts(request: HttpRequest, summary_items: list[Any]) -> None:
    """How many images there are in all is nothing one comes for."""
    summary_items[:] = []


@hooks.register("construct_main_menu")
def plain_menu(request: HttpRequest, menu_items: list[Any]) -> None:
    """Authors see what they work with; reports are for those who review, settings for administrators."""
    hidden = {"help"}
    if not request.user.is_superuser:
        hidden.add("settings")
        if not ReviewTask.objects.filter(active=True, groups__user=request.user).exists():
            hidden.add("reports")
    menu_items[:] = [item for item in menu_items if item.name not in hidden]


@hooks.register("insert_global_admin_css")
def editor_css() -> str:
    """The project's few rules, after Wagtail's."""
    return format_html('<link rel="stylesheet" href="{}">', static("cms/admin/gestion.css"))


@hooks.register("register_account_settings_panel")
def contributions_panel(request: HttpRequest, user: Any, profile: Any) -> ContributionsPanel:
    """Whoever writes decides whether a page gathers it."""
    return ContributionsPanel(request, user, profile)
