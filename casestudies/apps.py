"""The Django application of the domain room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseStudiesConfig(AppConfig):
    """Connects the receivers that number cases."""

    name = "casestudies"
    verbose_name = _("Retours d'expérience")

    def ready(self) -> None:
        """Receivers are connected once, when every model is loaded."""
        from casestudies import signal_handlers  # noqa: PLC0415 - needs the loaded models

        signal_handlers.connect()
