"""The Django application of the search room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Connects the receivers and the system checks."""

    name = "search"
    verbose_name = _("Recherche")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Receivers are connected once, when every model is loaded."""
        from search import checks, signal_handlers  # noqa: PLC0415 - needs the loaded models

        checks.register()
        signal_handlers.connect()
