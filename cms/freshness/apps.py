"""The Django application of freshness."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FreshnessConfig(AppConfig):
    """A publication makes a page fresh."""

    name = "cms.freshness"
    label = "freshness"
    verbose_name = _("Fraîcheur des pages")

    def ready(self) -> None:
        """Receivers are connected once, when every model is loaded."""
        from cms.freshness import publications  # noqa: PLC0415 - needs the loaded models

        publications.connect()
