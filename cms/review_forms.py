"""What a reviewer is asked before a decision; never what a decision does."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

COMMENT_LIMIT = 5000


class DecisionForm(forms.Form):
    """A word to the author, and which version the reviewer has in front of them."""

    comment = forms.CharField(
        label=_("Votre mot à l'auteur"),
        required=False,
        max_length=COMMENT_LIMIT,
        widget=forms.Textarea({"rows": 4}),
    )


class ApprovalForm(DecisionForm):
    """An approval names the version it is about; without one it is no approval."""

    seen = forms.CharField(max_length=60, widget=forms.HiddenInput)


class ReturnForm(DecisionForm):
    """Sending a text back without saying why would leave its author with nothing to do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["comment"].required = True
        self.fields["comment"].error_messages["required"] = _(
            "Dites en une phrase ce que l'auteur peut changer : c'est ce qu'il lira."
        )
