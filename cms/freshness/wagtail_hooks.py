"""What freshness registers with Wagtail: the desk's panel, the account's, and what is read with a page."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page

from cms.dashboard import Desk
from cms.freshness.answers import PublicAnswer, confirmations_of
from cms.freshness.desk import FreshnessPanel
from cms.freshness.models import Verdict
from cms.freshness.stopping import RemindersPanel
from cms.history.notes import Note


@hooks.register("read_with_page")
def state_of_page() -> str:
    """Every page shows its state."""
    return "freshness"


@hooks.register("dashboard_panel")
def freshness_panel(desk: Desk) -> FreshnessPanel | None:
    """Shown while something is to be confirmed."""
    panel = FreshnessPanel(desk)
    return panel if panel.states else None


@hooks.register("register_account_settings_panel")
def reminders_panel(request: HttpRequest, user: Any, profile: Any) -> RemindersPanel:
    """Whoever writes decides whether they are asked by mail."""
    return RemindersPanel(request, user, profile)


@hooks.register("history_notes")
def confirmations(page: Page, since: datetime) -> list[Note]:
    """Who said of a page that it is still exact, or to be reviewed, between its versions."""
    return [
        Note(answer.at, _said(answer)) for answer in confirmations_of(page) if answer.at >= since
    ]


def _said(answer: PublicAnswer) -> str:
    who = ", ".join(filter(None, [answer.name, answer.organisation]))
    is_exact = answer.verdict is Verdict.EXACT
    if not who:
        return _("confirmée") if is_exact else _("signalée à revoir")
    said = _("confirmée par %s") if is_exact else _("signalée à revoir par %s")
    return said % who
