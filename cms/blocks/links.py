"""What can be taken away or looked at elsewhere: files, links, videos."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock

VIDEO_HOSTS = {
    "www.youtube.com": "YouTube",
    "youtube.com": "YouTube",
    "youtu.be": "YouTube",
    "vimeo.com": "Vimeo",
    "www.dailymotion.com": "Dailymotion",
    "tube.numerique.gouv.fr": "PeerTube",
    "peertube.fr": "PeerTube",
    "webtv.ademe.fr": "ADEME",
}


class DocumentBlock(blocks.StructBlock):
    """A working document to take away: specification, contract clause, deliberation…"""

    document = DocumentChooserBlock(label=_("Fichier"))
    title = blocks.CharBlock(max_length=200, label=_("Intitulé"))
    description = blocks.CharBlock(required=False, max_length=300, label=_("À quoi il sert"))

    class Meta:
        icon = "doc-full"
        label = _("Fichier")
        template = "cms/blocks/document.html"


class LinkBlock(blocks.StructBlock):
    """An address with what it leads to."""

    label = blocks.CharBlock(max_length=200, label=_("Intitulé"))
    url = blocks.URLBlock(label=_("Adresse"))
    description = blocks.CharBlock(required=False, max_length=300, label=_("Ce qu'on y trouve"))


class LinksBlock(blocks.StructBlock):
    """A list of addresses worth a visit."""

    title = blocks.CharBlock(max_length=120, label=_("Titre"))
    links = blocks.ListBlock(LinkBlock(), label=_("Liens"))

    class Meta:
        icon = "link"
        label = _("Liste de liens")
        template = "cms/blocks/links.html"


class VideoBlock(blocks.StructBlock):
    """A video on a known platform: a link and its transcript, never a frame.

    Nothing is loaded from the platform, so that no reader is followed by it.
    """

    url = blocks.URLBlock(
        label=_("Adresse de la vidéo"), help_text=", ".join(sorted(set(VIDEO_HOSTS.values())))
    )
    title = blocks.CharBlock(max_length=200, label=_("Titre"))
    transcript = blocks.TextBlock(
        label=_("Ce qui est dit"),
        help_text=_("Transcription ou résumé fidèle, pour qui ne peut pas l'écouter."),
    )

    def clean(self, value: Any) -> Any:
        """Only platforms of the allow-list."""
        cleaned = super().clean(value)
        parts = urlsplit(cleaned.get("url", ""))
        if parts.scheme != "https" or parts.hostname not in VIDEO_HOSTS:
            message = _("Plateforme non admise. Sont admises : %(hosts)s.") % {
                "hosts": ", ".join(sorted(VIDEO_HOSTS))
            }
            raise StructBlockValidationError(block_errors={"url": ValidationError(message)})
        return cleaned

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The video with the name of its platform."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        context["platform"] = VIDEO_HOSTS.get(urlsplit(value.get("url") or "").hostname or "", "")
        return context

    class Meta:
        icon = "media"
        label = _("Vidéo")
        template = "cms/blocks/video.html"
