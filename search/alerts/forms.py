"""What a reader may fill in: the request for an alert, and what to do with alerts one has."""

import time
from typing import Any

from django import forms
from django.core import signing
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from search.models.alerts import Frequency, SavedSearch

SALT = "search.alerts.form"
SECONDS_TO_FILL_IN = 3
"""Nobody types an address faster; programs do."""
SECONDS_TO_KEEP = 24 * 3600


class AlertForm(forms.Form):
    """An address and a frequency, with two traps for programs that no reader meets."""

    email = forms.EmailField(
        label=_("Votre adresse e-mail"),
        max_length=254,
        error_messages={
            "required": _("Écrivez l’adresse à laquelle vous prévenir."),
            "invalid": _("Cette adresse n’est pas complète. Exemple : camille@ville.fr"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "aria-describedby": "email-help"}),
    )
    frequency = forms.ChoiceField(
        label=_("Au plus un message"),
        choices=Frequency.choices,
        initial=Frequency.WEEKLY,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez : chaque jour ou chaque semaine."),
            "invalid_choice": _("Choisissez : chaque jour ou chaque semaine."),
        },
    )
    website = forms.CharField(
        label=_("Ne remplissez pas ce champ"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    """A trap: readers do not see it."""
    opened = forms.CharField(required=False, widget=forms.HiddenInput)
    """When the form was shown, signed."""

    def __init__(self, data: Any = None) -> None:
        self.posted: Any = data.copy() if data else None
        super().__init__(self.posted, initial={"opened": opened_now()}, label_suffix="")
        if self.is_bound and self.errors.get("email"):
            self.fields["email"].widget.attrs |= {
                "aria-invalid": "true",
                "aria-describedby": "email-error email-help",
            }

    def clean_email(self) -> str:
        """One spelling for each mailbox; quoted local parts are refused, they may hold anything."""
        email = str(self.cleaned_data["email"]).lower()
        if '"' in email or not email.isprintable():
            raise forms.ValidationError(self.fields["email"].error_messages["invalid"])
        return email

    def clean(self) -> dict[str, Any]:
        """Refuse what was filled in too fast, or was left open too long; a second click is enough."""
        cleaned = super().clean() or {}
        if self.errors:
            # It must be corrected first anyway: one thing to do at a time.
            return cleaned
        try:
            opened = signing.TimestampSigner(salt=SALT).unsign(
                cleaned.get("opened", ""), max_age=SECONDS_TO_KEEP
            )
        except signing.BadSignature:
            self.posted["opened"] = opened_now()
            raise forms.ValidationError(
                _("Ce formulaire est resté ouvert trop longtemps. Envoyez-le de nouveau."),
                code="expired",
            ) from None
        if time.time() - int(opened) < SECONDS_TO_FILL_IN:
            raise forms.ValidationError(
                _(
                    "Ce formulaire est parti très vite, comme l’aurait envoyé un robot. Renvoyez-le."
                ),
                code="hasty",
            )
        return cleaned

    @property
    def is_trapped(self) -> bool:
        """Whether a program filled in what no reader sees."""
        return bool(self.data.get("website"))


def opened_now() -> str:
    """The present moment, signed."""
    return signing.TimestampSigner(salt=SALT).sign(str(int(time.time())))


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
