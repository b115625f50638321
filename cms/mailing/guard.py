"""Forms that anyone may send, without an account: an address, and two traps that no reader meets."""

import time
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

SALT = "cms.mailing.guard"
SECONDS_TO_FILL_IN = 3
"""Nobody types an address faster; programs do."""
SECONDS_TO_KEEP = 24 * 3600


def clean_address(address: str) -> str:
    """One spelling for each mailbox; quoted local parts are refused, they may hold anything.

    Raises `ValidationError`.
    """
    email = address.lower()
    if '"' in email or not email.isprintable():
        raise forms.ValidationError(
            _("Cette adresse n’est pas complète. Exemple : camille@ville.fr")
        )
    return email


class GuardedForm(forms.Form):
    """What a visitor sends with their address. `posted` is what the form shows again."""

    email = forms.EmailField(
        label=_("Votre adresse e-mail"),
        max_length=254,
        error_messages={
            "required": _("Écrivez l’adresse à laquelle vous prévenir."),
            "invalid": _("Cette adresse n’est pas complète. Exemple : camille@ville.fr"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "aria-describedby": "email-help"}),
    )
    website = forms.CharField(
        label=_("Ne remplissez pas ce champ"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    """A trap: readers do not see it."""
    opened = forms.CharField(required=False, widget=forms.HiddenInput)
    """When the form was shown, signed."""

    def __init__(self, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        self.posted: Any = data.copy() if data else None
        super().__init__(
            self.posted, initial={"opened": opened_now(), **(initial or {})}, label_suffix=""
        )
        tie_errors(self)

    def clean_email(self) -> str:
        """One spelling for each mailbox."""
        return clean_address(str(self.cleaned_data["email"]))

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


def tie_errors(form: forms.BaseForm) -> None:
    """Say with each field that is to be corrected what its error is; templates give it that id."""
    for name, field in form.fields.items():
        described = field.widget.attrs.get("aria-describedby")
        if described and form.is_bound and form.errors.get(name):
            field.widget.attrs |= {
                "aria-invalid": "true",
                "aria-describedby": f"{name}-error {described}",
            }


def opened_now() -> str:
    """The present moment, signed."""
    return signing.TimestampSigner(salt=SALT).sign(str(int(time.time())))
