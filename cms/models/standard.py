"""A plain page: about, legal notice, accessibility…"""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from cms.blocks import BodyStreamBlock
from cms.models.base import BasePage


class StandardPage(BasePage):
    """A title, a summary and a free body."""

    body = StreamField(BodyStreamBlock(), verbose_name=_("texte"), blank=True)

    parent_page_types: ClassVar[list[str]] = ["cms.HomePage", "cms.StandardPage"]
    subpage_types: ClassVar[list[str]] = ["cms.StandardPage"]
    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("body"),
        FieldPanel("change_summary"),
    ]

    class Meta:
        verbose_name = _("page simple")
        verbose_name_plural = _("pages simples")
