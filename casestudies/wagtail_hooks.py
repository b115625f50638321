"""What the domain registers with the wiki: vocabularies, home sections, references, chooser."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from casestudies import home_sections
from casestudies.change_filters import by_territory, by_theme
from casestudies.completeness import Completeness
from casestudies.draft_completeness import completeness_of_draft
from casestudies.follow_topics import territory_topic, theme_topic, topics_of_case
from casestudies.models import CaseStudyPage
from casestudies.references import (
    case_reference,
    mentions,
    named_in_words,
    participations,
)
from casestudies.short_form import TellView, writable_partners
from casestudies.snippets import VocabularyGroup
from casestudies.territory_chooser import territory_chooser
from cms.dashboard import DashboardAction

register_snippet(VocabularyGroup)

hooks.register("prose_reference", case_reference)
hooks.register("partner_participation", participations)
hooks.register("page_mentions", mentions)
hooks.register("named_in_words", named_in_words)
hooks.register("recent_changes_filter", by_theme)
hooks.register("recent_changes_filter", by_territory)
hooks.register("follow_topic", theme_topic)
hooks.register("follow_topic", territory_topic)
hooks.register("page_topics", topics_of_case)
for section in (
    home_sections.MapSection,
    home_sections.EntriesSection,
    home_sections.LessonsSection,
    home_sections.DomainsSection,
    home_sections.LatestSection,
):
    hooks.register("home_section", section)


@hooks.register("register_admin_viewset")
def register_territory_chooser() -> object:
    """Territories are chosen by their name, among all those of France."""
    return territory_chooser


class TellMenuItem(MenuItem):
    """The short form, for those who may write somewhere."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether there is an organization to write for."""
        return bool(writable_partners(request.user).exists())


@hooks.register("register_admin_urls")
def short_form_url() -> list[URLPattern]:
    """The address of the short form."""
    return [path("raconter/", TellView.as_view(), name="casestudies_tell")]


@hooks.register("register_admin_menu_item")
def tell_menu_item() -> MenuItem:
    """First in the menu: it is what authors come for."""
    return TellMenuItem(
        _("Raconter"), reverse("casestudies_tell"), name="tell", icon_name="edit", order=50
    )


@hooks.register("dashboard_action")
def tell_action(request: HttpRequest) -> DashboardAction | None:
    """The dashboard's primary button."""
    if not writable_partners(request.user).exists():
        return None
    return DashboardAction(_("Raconter une expérience"), reverse("casestudies_tell"))


@hooks.register("draft_completeness")
def measure_draft(page: Page, content: dict[str, Any]) -> Completeness | None:
    """How complete the last saved version of a case is."""
    if page.cached_content_type.model_class() is not CaseStudyPage:
        return None
    return completeness_of_draft(content)
