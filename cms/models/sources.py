"""A source that a text relies on, called in running text by its rank: [3]."""

from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable

from cms.dates import validate_partial_date

only_web = URLValidator(schemes=["http", "https"])


class AbstractSource(Orderable):
    """A published document with its address."""

    publisher = models.CharField(_("éditeur"), max_length=120, blank=True)
    title = models.CharField(_("titre"), max_length=300)
    url = models.URLField(_("adresse"), max_length=500, blank=True, validators=[only_web])
    consulted = models.CharField(
        _("consulté le"),
        max_length=10,
        blank=True,
        validators=[validate_partial_date],
        help_text=_("AAAA, AAAA-MM ou AAAA-MM-JJ."),
    )

    panels = [
        FieldPanel("title"),
        FieldPanel("publisher"),
        FieldPanel("url"),
        FieldPanel("consulted"),
    ]

    class Meta(Orderable.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def host(self) -> str:
        """The site the address points to, without `www.`."""
        return self.url.partition("//")[2].partition("/")[0].removeprefix("www.")
