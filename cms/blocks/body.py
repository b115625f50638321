"""The two bodies that blocks are put into."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks.links import DocumentBlock, LinksBlock, VideoBlock
from cms.blocks.media import FigureBlock
from cms.blocks.table import TableBlock
from cms.blocks.text import CalloutBlock, KeyFigureBlock, ProseBlock, QuoteBlock


class EvidenceStreamBlock(blocks.StreamBlock):
    """What supports a text: figures, tables, documents, quotes."""

    figure = FigureBlock(group=_("Montrer"))
    table = TableBlock(group=_("Montrer"))
    key_figure = KeyFigureBlock(group=_("Montrer"))
    quote = QuoteBlock(group=_("Dire"))
    callout = CalloutBlock(group=_("Dire"))
    document = DocumentBlock(group=_("Donner"))
    links = LinksBlock(group=_("Donner"))
    video = VideoBlock(group=_("Donner"))


class BodyStreamBlock(EvidenceStreamBlock):
    """A free body: text, and all that supports it."""

    text = ProseBlock(group=_("Dire"))
