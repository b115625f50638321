"""The Django application of links to other sites."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutlinksConfig(AppConfig):
    """Links are taken from each publication."""

    name = "cms.outlinks"
    label = "outlinks"
    verbose_name = _("Liens vers d’autres sites")

    def ready(self) -> None:
        """Receivers are connected once, when every model is loaded."""
        from cms.outlinks import collecting  # noqa: PLC0415 - needs the loaded models

        collecting.connect()
