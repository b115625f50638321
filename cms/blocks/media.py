"""Pictures."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.images.blocks import ImageChooserBlock


class FigureBlock(blocks.StructBlock):
    """A picture with its description, caption and credit."""

    image = ImageChooserBlock(label=_("Image"))
    description = blocks.CharBlock(
        required=False,
        max_length=250,
        label=_("Description pour qui ne voit pas l'image"),
        help_text=_("Ce que l'image apprend. À laisser vide seulement si elle est décorative."),
    )
    decorative = blocks.BooleanBlock(required=False, label=_("Image décorative, sans information"))
    caption = blocks.CharBlock(required=False, max_length=300, label=_("Légende"))
    credit = blocks.CharBlock(required=False, max_length=200, label=_("Crédit"))

    def clean(self, value: Any) -> Any:
        """A picture is either described or said to be decorative."""
        cleaned = super().clean(value)
        if not cleaned.get("description") and not cleaned.get("decorative"):
            message = _("Décrivez l'image, ou cochez « décorative » si elle n'apprend rien.")
            raise StructBlockValidationError(block_errors={"description": ValidationError(message)})
        return cleaned

    class Meta:
        icon = "image"
        label = _("Figure")
        template = "cms/blocks/figure.html"
