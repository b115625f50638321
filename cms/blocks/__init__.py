"""Blocks of a free body: few, each with one meaning, none that takes raw HTML."""

from cms.blocks.body import BodyStreamBlock, EvidenceStreamBlock
from cms.blocks.links import DocumentBlock, LinksBlock, VideoBlock
from cms.blocks.media import FigureBlock
from cms.blocks.table import TableBlock
from cms.blocks.text import CalloutBlock, KeyFigureBlock, ProseBlock, QuoteBlock

__all__ = [
    "BodyStreamBlock",
    "CalloutBlock",
    "DocumentBlock",
    "EvidenceStreamBlock",
    "FigureBlock",
    "KeyFigureBlock",
    "LinksBlock",
    "ProseBlock",
    "QuoteBlock",
    "TableBlock",
    "VideoBlock",
]
