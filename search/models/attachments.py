"""The text of attached documents, extracted once per file, and why some cannot be read."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Problem(models.TextChoices):
    """Why the text of a file is not searched, or not all of it; shown to the team."""

    CUT = "coupe", _("Seul le début du texte est cherché : le fichier est très long.")
    EMPTY = "vide", _("Aucun texte dans le fichier : sans doute une numérisation.")
    ENCRYPTED = "chiffre", _("Le fichier est protégé par un mot de passe.")
    TOO_HEAVY = "lourd", _("Le fichier est trop lourd ou trop long à lire.")
    UNREADABLE = "illisible", _("Le fichier est abîmé, ou n’est pas du format qu’il annonce.")
    UNSUPPORTED = "format", _("Le texte de ce format n’est pas cherché.")
    MISSING = "absent", _("Le fichier n’est plus là.")


class AttachmentText(models.Model):
    """What a document says, or why that could not be read."""

    document = models.OneToOneField(
        settings.WAGTAILDOCS_DOCUMENT_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        primary_key=True,
    )
    file_state = models.CharField(max_length=300)
    """Which file was read, by which edition of the reader: anything else is read anew."""
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    """Of the content: the same file attached twice is read once."""
    text = models.TextField(blank=True)
    problem = models.CharField(max_length=12, choices=Problem.choices, blank=True)
    read_at = models.DateTimeField(auto_now=True)

    # A row of the engine's, not a use of the document: it must neither let readers have the file
    # (cms.documents asks who refers to it) nor count where authors see how it is used.
    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return f"{self.document_id}: {self.get_problem_display() or len(self.text)}"
