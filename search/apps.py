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
        from casestudies.related import register_provider  # noqa: PLC0415 - needs the loaded models
        from search import checks, related, signal_handlers  # noqa: PLC0415 - needs the loaded models

        checks.register()
        register_provider(related.related_ids)
        signal_handlers.connect()
