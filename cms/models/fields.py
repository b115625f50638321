"""Model fields of contributed text."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField

from cms.sanitization import HtmlTooLong, clean

FEATURES = [
    "h3",
    "h4",
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


class CleanRichTextField(RichTextField):
    """Rich text that passes the HTML door when it is validated and whenever its row is written."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("features", FEATURES)
        super().__init__(*args, **kwargs)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """The cleaned value; a text beyond the limit is an error that says so."""
        try:
            return super().clean(clean(value or ""), model_instance)
        except HtmlTooLong as error:
            raise ValidationError(
                _("Texte trop long : 200 000 signes au plus, mise en forme comprise.")
            ) from error

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Whatever wrote the attribute, only clean HTML reaches the database."""
        value = clean(getattr(model_instance, self.attname) or "")
        setattr(model_instance, self.attname, value)
        return value
