"""The Django application of the wiki room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    """Connects the receivers that keep groups, versions and caches in step."""

    name = "cms"
    verbose_name = _("Wiki")

    def ready(self) -> None:
        """Receivers are connected once, when every model is loaded."""
        from cms import notifications, signal_handlers  # noqa: PLC0415 - need the loaded models

        signal_handlers.connect()
        notifications.connect()
