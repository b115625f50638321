"""The part of a synonym's form that shows what the rule would change."""

from django.forms import Media
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, ObjectList


class PreviewPanel(HelpPanel):
    """A button that asks for the preview of what stands in the form, saved or not."""

    class BoundPanel(HelpPanel.BoundPanel):
        """Brings the script that shows the answer in place; without it, a page of its own opens."""

        @cached_property
        def media(self) -> Media:
            """One script."""
            return super().media + Media(js=["search/admin/rule-preview.js"])


def synonym_edit_handler() -> ObjectList:
    """Both sides, how they relate, then what that changes."""
    return ObjectList(
        [
            FieldRowPanel([FieldPanel("left"), FieldPanel("right")]),
            FieldRowPanel([FieldPanel("is_two_way"), FieldPanel("is_active")]),
            FieldPanel("note"),
            PreviewPanel(
                template="search/admin/rule_preview_panel.html",
                heading=_("Voir ce que la règle change"),
            ),
        ]
    )
