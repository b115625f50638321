"""Tables with a caption and headers, in plain text: no cell carries markup or classes."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock


class TableBlock(blocks.StructBlock):
    """A table whose caption says what it shows."""

    caption = blocks.CharBlock(
        max_length=200, label=_("Légende"), help_text=_("Ce que montre le tableau.")
    )
    row_headers = blocks.BooleanBlock(
        required=False, default=True, label=_("La première colonne nomme les lignes")
    )
    table = TypedTableBlock(
        [("text", blocks.CharBlock(required=False, max_length=500, label=_("Texte")))],
        label=_("Tableau"),
    )
    note = blocks.CharBlock(required=False, max_length=400, label=_("Note"))

    class Meta:
        icon = "table"
        label = _("Tableau")
        template = "cms/blocks/table.html"


def table_value(
    caption: str, headers: list[str], rows: list[list[str]], note: str = ""
) -> dict[str, Any]:
    """The stored form of a table, for loaders that write one from plain rows."""
    return {
        "caption": caption,
        "row_headers": True,
        "table": {
            "columns": [{"type": "text", "heading": header} for header in headers],
            "rows": [{"values": row} for row in rows],
            "caption": "",
        },
        "note": note,
    }
