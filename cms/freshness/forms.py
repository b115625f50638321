"""What is posted about a page's freshness."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cms.freshness.deadlines import MAX_MONTHS, months_later
from cms.freshness.models import MAX_NOTE, Verdict


class AnswerForm(forms.Form):
    """One of two buttons, and a word if one wishes."""

    reponse = forms.ChoiceField(choices=Verdict.choices)
    vu = forms.DateField(required=False, widget=forms.HiddenInput)
    """The date that was asked about when the form was shown."""
    note = forms.CharField(
        label=_lazy("Un mot pour vos collègues (facultatif)"),
        required=False,
        max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 3, "aria-describedby": "note-help"}),
        error_messages={"max_length": _lazy("Raccourcissez ce mot : 300 signes au plus.")},
    )

    def __init__(self, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, label_suffix="")
        if self.is_bound and self.errors.get("note"):
            self.fields["note"].widget.attrs |= {
                "aria-invalid": "true",
                "aria-describedby": "note-error note-help",
            }

    def clean_note(self) -> str:
        """On one line, as lists show it."""
        return " ".join(str(self.cleaned_data["note"]).split())


class DateForm(forms.Form):
    """Another date by which to confirm."""

    date = forms.DateField(
        label=_lazy("À confirmer avant le"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _lazy("Choisissez une date."),
            "invalid": _lazy("Écrivez la date comme ceci : 31/12/2027."),
        },
    )

    def __init__(self, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, label_suffix="")
        today = timezone.localdate()
        self.first, self.last = today + timedelta(days=1), months_later(today, MAX_MONTHS)
        attrs = self.fields["date"].widget.attrs
        attrs |= {"min": self.first.isoformat(), "max": self.last.isoformat()}
        attrs["aria-describedby"] = "date-help"
        if self.is_bound and self.errors:
            attrs |= {"aria-invalid": "true", "aria-describedby": "date-error date-help"}

    def clean_date(self) -> Any:
        """Neither today nor too far away."""
        chosen = self.cleaned_data["date"]
        if not self.first <= chosen <= self.last:
            raise forms.ValidationError(
                _("Choisissez une date entre le %(first)s et le %(last)s.")
                % {
                    "first": date_format(self.first, "j F Y"),
                    "last": date_format(self.last, "j F Y"),
                }
            )
        return chosen
