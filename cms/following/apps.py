"""The Django application of following."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowingConfig(AppConfig):
    """Publications are events."""

    name = "cms.following"
    label = "following"
    verbose_name = _("Suivi")

    def ready(self) -> None:
        """Receivers are connected once, when every model is loaded."""
        from cms.following import publications  # noqa: PLC0415 - needs the loaded models

        publications.connect()
