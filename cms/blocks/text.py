"""Words: running text, callouts, quotes, key figures."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.rich_text import RichText

from cms.sanitization import HtmlTooLong, clean

PROSE_FEATURES = [
    "h2",
    "h3",
    "bold",
    "italic",
    "ol",
    "ul",
    "link",
    "document-link",
    "blockquote",
    "superscript",
    "subscript",
]
SHORT_FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link"]


class Nature(models.TextChoices):
    """Where a figure comes from; readers are always told."""

    MEASURED = "measured", _("mesuré")
    ESTIMATED = "estimated", _("estimé")
    PROMISED = "promised", _("promis")


class ProseBlock(blocks.RichTextBlock):
    """Running text that passes the HTML door when it is stored."""

    def __init__(self, features: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(features=features or PROSE_FEATURES, **kwargs)

    def clean(self, value: RichText) -> RichText:
        """The cleaned text; beyond the limit, an error that says so."""
        try:
            return super().clean(RichText(clean(value.source)))
        except HtmlTooLong as error:
            raise ValidationError(_("Texte trop long : 200 000 signes au plus.")) from error

    class Meta:
        icon = "pilcrow"
        label = _("Texte")
        template = "cms/blocks/prose.html"


class CalloutBlock(blocks.StructBlock):
    """A boxed aside: a remark, a warning, an exercise."""

    tone = blocks.ChoiceBlock(
        choices=[
            ("info", _("À savoir")),
            ("warning", _("Attention")),
            ("exercise", _("Exercice à faire en équipe")),
        ],
        default="info",
        label=_("Nature"),
    )
    title = blocks.CharBlock(max_length=120, label=_("Titre"))
    text = ProseBlock(features=SHORT_FEATURES, label=_("Texte"))

    class Meta:
        icon = "info-circle"
        label = _("Encadré")
        template = "cms/blocks/callout.html"


class QuoteBlock(blocks.StructBlock):
    """Somebody's words, with who said them and where."""

    text = blocks.TextBlock(max_length=800, label=_("Citation"))
    attribution = blocks.CharBlock(max_length=200, label=_("De qui"))
    source_url = blocks.URLBlock(required=False, label=_("Adresse de la source"))

    class Meta:
        icon = "openquote"
        label = _("Citation")
        template = "cms/blocks/quote.html"


class KeyFigureBlock(blocks.StructBlock):
    """A figure that counts, with its nature and source."""

    value = blocks.CharBlock(max_length=30, label=_("Chiffre et unité"))
    label = blocks.CharBlock(max_length=200, label=_("Ce qu'il mesure"))
    nature = blocks.ChoiceBlock(choices=Nature.choices, default=Nature.MEASURED, label=_("Nature"))
    source_label = blocks.CharBlock(max_length=200, required=False, label=_("Source"))
    source_url = blocks.URLBlock(required=False, label=_("Adresse de la source"))

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The figure with the word for its nature."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        nature = value.get("nature")
        context["nature_label"] = Nature(nature).label if nature in Nature.values else ""
        return context

    class Meta:
        icon = "order"
        label = _("Chiffre clé")
        template = "cms/blocks/key_figure.html"
