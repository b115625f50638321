"""The form that images are uploaded by."""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from cms.uploads import UNREADABLE


class SoundImageField(WagtailImageField):
    """Says that a file is no picture where Wagtail's own field lets the library's error through."""

    def check_image_pixel_size(self, f: Any) -> None:
        """Raise ValidationError for a picture that cannot be opened or is too large."""
        try:
            super().check_image_pixel_size(f)
        except (OSError, SyntaxError, ValueError) as error:
            raise ValidationError(UNREADABLE) from error


class ImageForm(BaseImageForm):
    """Wagtail's form with a field that refuses what is no sound picture."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("file"):
            self.fields["file"] = SoundImageField(
                label=field.label, required=field.required, widget=field.widget
            )
