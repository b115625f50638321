"""The Django application of proposals."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProposalsConfig(AppConfig):
    """Declares what can happen to a proposal, and follows what happens to pages."""

    name = "cms.proposals"
    label = "proposals"
    verbose_name = _("Propositions")

    def ready(self) -> None:
        """Receivers are connected once, when every model is loaded."""
        from cms.proposals import events, signal_handlers  # noqa: PLC0415 - need the loaded models

        events.connect()
        signal_handlers.connect()
