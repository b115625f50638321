"""How the team keeps synonyms and chosen answers, in the editor's menu."""

from typing import Any

from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList, PageChooserPanel
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.snippets.views.snippets import CreateView, SnippetViewSet, SnippetViewSetGroup

from search.best_bets import readable_ids
from search.curation.panels import synonym_edit_handler
from search.curation.synonym_views import (
    PreviewRuleView,
    RulesTextView,
    SynonymCreateView,
    SynonymDeleteView,
    SynonymEditView,
    SynonymIndexView,
)
from search.models import BestBet, SynonymRule
from search.models.best_bets import MAX_QUERY
from search.query import clean_text

MENU_HOOK = "register_search_menu_item"
"""Other modules of the search room add their items to the menu through it."""


def ways(rule: SynonymRule) -> str:
    """In words: a cross would look like a fault."""
    return gettext("les deux") if rule.is_two_way else gettext("un seul")


class SynonymViewSet(SnippetViewSet):
    """Synonyms: the usual pages, a preview, and all rules as text."""

    model = SynonymRule
    icon = "resubmit"
    menu_label = _("Synonymes")
    menu_name = "synonymes"
    menu_order = 200
    list_display = [
        "__str__",
        Column("ways", label=_("Sens"), accessor=ways, sort_key="is_two_way"),
        BooleanColumn("is_active", label=_("En service"), sort_key="is_active"),
        "note",
        DateColumn("updated_at", label=_("Modifié"), sort_key="updated_at"),
    ]
    list_filter = ["is_active", "is_two_way"]
    list_export = ["left", "right", "is_two_way", "is_active", "note", "updated_at"]
    export_filename = "synonymes"
    list_per_page = 50
    search_fields = ["left", "right", "note"]
    copy_view_enabled = False
    index_view_class = SynonymIndexView
    add_view_class = SynonymCreateView
    edit_view_class = SynonymEditView
    delete_view_class = SynonymDeleteView
    delete_template_name = "search/admin/delete_synonym.html"
    edit_handler = synonym_edit_handler()

    @cached_property
    def preview_rule_view(self) -> Any:
        """What the rule in the form would change."""
        return self.construct_view(PreviewRuleView)

    @cached_property
    def text_view(self) -> Any:
        """All rules as text."""
        return self.construct_view(RulesTextView)

    def get_urlpatterns(self) -> list[URLPattern]:
        """Wagtail's own, then ours."""
        return [
            *super().get_urlpatterns(),
            path("apercu/", self.preview_rule_view, name="preview_new"),
            path("apercu/<int:pk>/", self.preview_rule_view, name="preview_kept"),
            path("texte/", self.text_view, name="text"),
        ]


class ReadableColumn(Column):
    """Says when the page of an answer can no longer be shown."""

    cell_template_name = "search/admin/readable_cell.html"

    def get_cell_context_data(self, instance: BestBet, parent_context: Any) -> dict[str, Any]:
        """One query for the whole list."""
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        table = parent_context["table"]
        if not hasattr(table, "readable_page_ids"):
            table.readable_page_ids = readable_ids(bet.page_id for bet in table.data)
        context["is_readable"] = instance.page_id in table.readable_page_ids
        return context


class QueriesColumn(Column):
    """The queries of an answer, in one cell."""

    def get_value(self, instance: BestBet) -> str:
        """Its lines, one after another."""
        return ", ".join(instance.lines)


class BestBetCreateView(CreateView):
    """The form of a new answer; the report of searches leads here with its words."""

    def get_initial(self) -> dict[str, Any]:
        """The query that the address names."""
        query = clean_text(self.request.GET.get("queries", ""))[:MAX_QUERY]
        return {**super().get_initial(), "queries": query}


class BestBetViewSet(SnippetViewSet):
    """Chosen answers."""

    model = BestBet
    icon = "pick"
    menu_label = _("Réponses choisies")
    menu_name = "reponses-choisies"
    menu_order = 300
    list_display = [
        "page",
        QueriesColumn("queries", label=_("Recherches")),
        ReadableColumn("readable", label=_("Visible"), accessor="page_id"),
        "order",
        DateColumn("updated_at", label=_("Modifié"), sort_key="updated_at"),
    ]
    search_fields = ["queries", "reason", "page__title"]
    copy_view_enabled = False
    add_view_class = BestBetCreateView
    edit_handler = ObjectList(
        [
            FieldPanel("queries"),
            PageChooserPanel("page"),
            FieldPanel("reason"),
            FieldRowPanel([FieldPanel("order")]),
        ]
    )

    def get_queryset(self, request: Any) -> Any:
        """With their pages."""
        return BestBet.objects.select_related("page")


class SearchGroup(SnippetViewSetGroup):
    """The menu entry that holds them, and what other modules add through `MENU_HOOK`."""

    menu_label = _("Recherche")
    menu_name = "recherche"
    menu_icon = "search"
    menu_order = 320
    submenu_hook = MENU_HOOK
    items = (SynonymViewSet, BestBetViewSet)
