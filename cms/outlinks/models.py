"""Addresses on other sites, what became of them, and the pages that lead there.

None of these rows is a use of a page that Wagtail would have to count.
"""

from datetime import datetime
from hashlib import sha256

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class Reason(models.TextChoices):
    """How a look at an address ended."""

    ANSWERED = "reponse", _("a répondu")
    UNKNOWN_HOST = "nom", _("ce nom de site n’existe pas")
    UNREACHABLE = "injoignable", _("le site ne répond pas")
    SLOW = "lent", _("le site met trop de temps à répondre")
    TLS = "tls", _("la connexion chiffrée échoue")
    GARBLED = "illisible", _("la réponse est illisible")
    REDIRECTS = "renvois", _("le site renvoie d’adresse en adresse sans fin")
    INVALID = "adresse", _("l’adresse est mal formée")
    NOT_PUBLIC = "interne", _("l’adresse n’est pas sur l’Internet public")
    UNUSUAL = "port", _("l’adresse a un port inhabituel, qui n’est pas regardé")
    KEPT_OUT = "robots", _("le site demande aux programmes de ne pas regarder")


class LinkQuerySet(models.QuerySet["ExternalLink"]):
    """Links by what is to be done about them."""

    def used(self) -> "LinkQuerySet":
        """Those that a published page holds."""
        return self.filter(
            models.Exists(PageLink.objects.filter(link=models.OuterRef("pk"), page__live=True))
        )

    def due(self, now: datetime) -> "LinkQuerySet":
        """Those that are to be looked at."""
        return self.used().filter(next_check_at__lte=now)


class ExternalLink(models.Model):
    """One address, however many pages hold it."""

    url = models.TextField(_("adresse"))
    digest = models.CharField(max_length=64, unique=True)
    """Of the address, which may be longer than an index takes."""
    host = models.CharField(max_length=255, db_index=True)
    last_checked_at = models.DateTimeField(null=True)
    next_check_at = models.DateTimeField(default=timezone.now, db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    """What the server answered last, if it did."""
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    """In a row."""
    broken_since = models.DateTimeField(null=True, db_index=True)
    """Since when it is reported; None while it may be a passing failure."""

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("lien vers un autre site")
        verbose_name_plural = _("liens vers d’autres sites")

    def __str__(self) -> str:
        return self.url[:200]


class PageLink(models.Model):
    """A page holds a link, somewhere."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    link = models.ForeignKey(ExternalLink, on_delete=models.CASCADE, related_name="places")
    where = models.CharField(max_length=120)
    """The part of the page, as its editor knows it."""
    words = models.CharField(max_length=200, blank=True)
    """The words that lead there, where they are known."""

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("lien d’une page")
        verbose_name_plural = _("liens des pages")
        constraints = [
            models.UniqueConstraint(fields=["page", "link"], name="one_place_per_page_and_link")
        ]

    def __str__(self) -> str:
        return f"link {self.link_id} on page {self.page_id}"


class PageRead(models.Model):
    """A page was read for links, whether it holds any or none."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, primary_key=True, related_name="+")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("page dont les liens sont relevés")
        verbose_name_plural = _("pages dont les liens sont relevés")

    def __str__(self) -> str:
        return f"links of page {self.page_id}"


def digest_of(url: str) -> str:
    """What tells one address from every other."""
    return sha256(url.encode()).hexdigest()
