"""What somebody may fill in about what they follow."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.following.models import Follow, FollowQuerySet
from cms.following.rhythm import Rhythm
from cms.mailing.guard import GuardedForm

BY_MAIL = [choice for choice in Rhythm.choices if choice[0] != Rhythm.NONE]
RHYTHM_ERRORS = {
    "required": _("Choisissez un rythme."),
    "invalid_choice": _("Choisissez un rythme."),
}


class VisitorForm(GuardedForm):
    """An address and how soon it is written to."""

    rhythm = forms.ChoiceField(
        label=_("Un message"),
        choices=BY_MAIL,
        initial=Rhythm.WEEKLY,
        widget=forms.RadioSelect,
        error_messages=RHYTHM_ERRORS,
    )


class AccountForm(forms.Form):
    """How soon somebody with an account is written to about one topic."""

    rhythm = forms.ChoiceField(
        label=_("Par e-mail"),
        choices=[("", _("À mon rythme habituel")), *Rhythm.choices],
        required=False,
        widget=forms.RadioSelect,
        error_messages=RHYTHM_ERRORS,
    )


class ManageForm(forms.Form):
    """One thing to do with what a correspondent follows."""

    action = forms.ChoiceField(
        choices=[(name, name) for name in ("general", "rhythm", "stop", "stop-all", "seen")]
    )
    follow = forms.ModelChoiceField(queryset=Follow.objects.none(), required=False)
    rhythm = forms.ChoiceField(choices=[("", ""), *Rhythm.choices], required=False)

    def __init__(self, data: Any, follows: FollowQuerySet) -> None:
        super().__init__(data)
        choice: Any = self.fields["follow"]
        choice.queryset = follows

    def clean(self) -> dict[str, Any]:
        """What the action needs must be there."""
        cleaned = super().clean() or {}
        action = cleaned.get("action")
        if action in {"rhythm", "stop"} and not cleaned.get("follow"):
            raise forms.ValidationError("no such follow")
        if action == "general" and not cleaned.get("rhythm"):
            raise forms.ValidationError("no such rhythm")
        return cleaned
