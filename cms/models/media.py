"""Images and documents. File names are unguessable, because renditions are public."""

import secrets
from pathlib import PurePosixPath

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from cms.uploads import check_document, check_image


def unguessable(folder: str, filename: str) -> str:
    """`folder/<128 random bits>.<extension>`: the given name is kept as the title only."""
    suffix = PurePosixPath(filename).suffix.lower()[:10]
    return f"{folder}/{secrets.token_hex(16)}{suffix}"


class CustomImage(AbstractImage):
    """An image with its credit; a description is asked for where it is used."""

    credit = models.CharField(
        _("crédit"),
        max_length=200,
        blank=True,
        help_text=_("Qui a fait l'image, et sous quelle licence."),
    )

    admin_form_fields = (*Image.admin_form_fields, "credit")

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")

    def clean(self) -> None:
        """Refuse what is not a sound picture."""
        super().clean()
        if self.file and not getattr(self.file, "_committed", True):
            check_image(self.file)

    def get_upload_to(self, filename: str) -> str:
        """Originals never keep the name they came with."""
        return unguessable("original_images", filename)


class CustomRendition(AbstractRendition):
    """A resized copy of an image."""

    image = models.ForeignKey(CustomImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)


def document_path(document: "CustomDocument", filename: str) -> str:
    """Where a document is stored; it is served by a view that checks rights, under its own name."""
    return unguessable("documents", filename)


class CustomDocument(AbstractDocument):
    """A file to take away."""

    file = models.FileField(_("fichier"), upload_to=document_path)

    admin_form_fields = Document.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def clean(self) -> None:
        """Refuse a file whose content is not what its name says."""
        super().clean()
        if self.file and not getattr(self.file, "_committed", True):
            check_document(self.file)
