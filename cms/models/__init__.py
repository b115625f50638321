"""The models of the wiki, one concept a module."""

from cms.models.base import BasePage
from cms.models.glossary import GlossaryPage, GlossaryTerm
from cms.models.guide import ChapterReference, ChapterSource, GuideChapterPage, GuideIndexPage
from cms.models.home import HomePage
from cms.models.media import CustomDocument, CustomImage, CustomRendition
from cms.models.partners import PartnerIndexPage, PartnerKind, PartnerPage
from cms.models.sources import AbstractSource
from cms.models.standard import StandardPage
from cms.models.users import User
from cms.models.versions import PublishedVersion
from cms.models.workflow import ReviewTask

__all__ = [
    "AbstractSource",
    "BasePage",
    "ChapterReference",
    "ChapterSource",
    "CustomDocument",
    "CustomImage",
    "CustomRendition",
    "GlossaryPage",
    "GlossaryTerm",
    "GuideChapterPage",
    "GuideIndexPage",
    "HomePage",
    "PartnerIndexPage",
    "PartnerKind",
    "PartnerPage",
    "PublishedVersion",
    "ReviewTask",
    "StandardPage",
    "User",
]
