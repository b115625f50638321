"""What an uploaded file must be before it is kept."""

import warnings
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image as PillowImage

MAX_PIXELS = 40_000_000
TOO_LARGE = _(
    "Image trop grande : la limite est de 40 millions de points (par exemple 8 000 × 5 000)."
)
UNREADABLE = _("Ce fichier n'est pas une image JPEG, PNG ou WebP lisible.")
FORMATS = ("JPEG", "PNG", "WEBP")
ZIPPED = {"odt", "ods", "odp", "docx", "xlsx", "pptx"}
TEXT = {"csv", "json", "geojson", "txt"}
FORBIDDEN_STARTS = (b"<!doctype", b"<html", b"<svg", b"<script", b"<?xml")


def check_image(file: Any) -> None:
    """Raise ValidationError unless `file` is a JPEG, PNG or WebP image of reasonable size.

    Only the header is read before the size is known, so that a small file that unfolds into
    gigabytes is refused without being unfolded.
    """
    try:
        file.seek(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PillowImage.DecompressionBombWarning)
            with PillowImage.open(file, formats=FORMATS) as image:
                width, height = image.size
                frames = getattr(image, "n_frames", 1)
        file.seek(0)
    except PillowImage.DecompressionBombError as error:
        raise ValidationError(TOO_LARGE) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise ValidationError(UNREADABLE) from error
    if width * height * frames > MAX_PIXELS:
        raise ValidationError(TOO_LARGE)


def check_document(file: Any) -> None:
    """Raise ValidationError unless the first bytes of `file` fit its extension."""
    extension = str(file.name).rpartition(".")[2].lower()
    file.seek(0)
    start: bytes = file.read(1024)
    file.seek(0)
    fits = True
    if extension == "pdf":
        fits = b"%PDF-" in start
    elif extension in ZIPPED:
        fits = start.startswith(b"PK\x03\x04")
    elif extension in TEXT:
        fits = b"\x00" not in start and not start.lstrip().lower().startswith(FORBIDDEN_STARTS)
    if not fits:
        raise ValidationError(
            _("Le contenu de ce fichier n'est pas celui d'un fichier .%(extension)s.")
            % {"extension": extension}
        )
