"""What a reader may fill in: the request for an alert, and what to do with alerts one has."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cms.mailing.guard import GuardedForm
from search.models.alerts import Frequency, SavedSearch


class AlertForm(GuardedForm):
    """An address and a frequency."""

    frequency = forms.ChoiceField(
        label=_("Au plus un message"),
        choices=Frequency.choices,
        initial=Frequency.WEEKLY,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez un rythme."),
            "invalid_choice": _("Choisissez un rythme."),
        },
    )


class ManageForm(forms.Form):
    """One thing to do with one alert of a mailbox, or with all of them."""

    action = forms.ChoiceField(choices=[(name, name) for name in ("frequency", "stop", "stop-all")])
    alert = forms.ModelChoiceField(queryset=SavedSearch.objects.none(), required=False)
    frequency = forms.ChoiceField(choices=Frequency.choices, required=False)

    def __init__(self, data: Any, alerts: QuerySet[SavedSearch]) -> None:
        super().__init__(data)
        choice: Any = self.fields["alert"]
        choice.queryset = alerts

    def clean(self) -> dict[str, Any]:
        """What the action needs must be there."""
        cleaned = super().clean() or {}
        action = cleaned.get("action")
        if action != "stop-all" and not cleaned.get("alert"):
            raise forms.ValidationError("no such alert")
        if action == "frequency" and not cleaned.get("frequency"):
            raise forms.ValidationError("no such frequency")
        return cleaned
