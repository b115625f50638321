"""The Django application of discussions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiscussionsConfig(AppConfig):
    """New threads and messages are events; an account that is deleted leaves no name behind."""

    name = "cms.discussions"
    label = "discussions"
    verbose_name = _("Discussions")

    def ready(self) -> None:
        """Kinds and receivers are connected once, when every model is loaded."""
        from cms.discussions import events, leaving  # noqa: PLC0415 - need the loaded models

        events.connect()
        leaving.connect()
