"""How moderators keep the vocabularies, in the editor's menu."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from casestudies.models import (
    Capacity,
    CaseStudyTag,
    Domain,
    Obstacle,
    Referential,
    SharingModel,
    Theme,
    ThemeCorrespondence,
)


class TermViewSet(SnippetViewSet):
    """A vocabulary of identifier, label and description."""

    list_display = ["label", "identifier", "order"]
    search_fields = ["label", "description"]


class DomainViewSet(TermViewSet):
    """Domains of application."""

    model = Domain
    icon = "tag"
    list_display = ["label", "family", "identifier", "order"]


class CapacityViewSet(TermViewSet):
    """Capacities."""

    model = Capacity
    icon = "group"


class ObstacleViewSet(TermViewSet):
    """Obstacles."""

    model = Obstacle
    icon = "warning"


class SharingModelViewSet(TermViewSet):
    """Models of data sharing."""

    model = SharingModel
    icon = "link"


class ReferentialViewSet(SnippetViewSet):
    """Lists of themes, by publisher and edition."""

    model = Referential
    icon = "list-ul"
    list_display = ["title", "publisher", "edition", "is_complete", "is_reference"]
    panels = [
        FieldPanel("title"),
        FieldPanel("slug"),
        FieldRowPanel([FieldPanel("publisher"), FieldPanel("edition"), FieldPanel("respondents")]),
        FieldPanel("source_url"),
        FieldRowPanel([FieldPanel("is_complete"), FieldPanel("is_reference")]),
        FieldPanel("note"),
    ]


class ThemeViewSet(SnippetViewSet):
    """Themes of every referential."""

    model = Theme
    icon = "list-ol"
    list_display = ["label", "referential", "order"]
    list_filter = ["referential"]
    search_fields = ["label"]
    panels = [
        FieldPanel("referential"),
        FieldPanel("label"),
        FieldPanel("identifier"),
        FieldPanel("description"),
        FieldPanel("order"),
    ]


class CorrespondenceViewSet(SnippetViewSet):
    """Weighted correspondences between editions and stable themes."""

    model = ThemeCorrespondence
    icon = "resubmit"
    list_display = ["source", "target", "weight"]
    list_filter = ["source__referential", "target"]
    panels = [FieldPanel("source"), FieldPanel("target"), FieldPanel("weight"), FieldPanel("note")]


class TagViewSet(SnippetViewSet):
    """Free tags, for mending and removing."""

    model = CaseStudyTag
    icon = "tag"
    list_display = ["name", "slug"]
    search_fields = ["name"]
    panels = [FieldPanel("name")]


class VocabularyGroup(SnippetViewSetGroup):
    """The menu entry that holds them all."""

    menu_label = _("Vocabulaires")
    menu_icon = "tag"
    menu_order = 300
    items = (
        ThemeViewSet,
        ReferentialViewSet,
        CorrespondenceViewSet,
        DomainViewSet,
        CapacityViewSet,
        ObstacleViewSet,
        SharingModelViewSet,
        TagViewSet,
    )
