"""What somebody writes in a discussion. Nothing typed is cut or lost: what is too long is said to be."""

import re
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from cms.discussions.body import clean_line, clean_text
from cms.discussions.models import ANCHOR_LIMIT, BODY_LIMIT, QUOTE_LIMIT, REASON_LIMIT, TITLE_LIMIT

TOO_LONG = _("Trop long : %(show_value)s caractères, et %(limit_value)s au plus. Raccourcissez.")
ROOM = 4
"""How many times its limit a text may have before it is not even cleaned."""
_ANCHOR = re.compile(r"[-\w]+")


class PlainText(forms.CharField):
    """Plain text of several lines, or of one."""

    def __init__(self, *, max_length: int, rows: int = 0, **options: Any) -> None:
        self.one_line = not rows
        widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
        options.setdefault("widget", widget)
        super().__init__(max_length=max_length, **options)
        self.error_messages["max_length"] = TOO_LONG

    def to_python(self, value: Any) -> str:
        """Cleaned before it is measured: line ends count for one, invisible signs for nothing."""
        text = str(super().to_python(value) or "")
        if self.max_length and len(text) > ROOM * self.max_length:
            raise forms.ValidationError(
                TOO_LONG,
                code="max_length",
                params={"show_value": len(text), "limit_value": self.max_length},
            )
        return clean_line(text) if self.one_line else clean_text(text)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Browsers cut what is pasted at `maxlength`, without a word."""
        attrs: dict[str, Any] = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class MessageForm(forms.Form):
    """A message."""

    body = PlainText(
        label=_("Votre message"),
        max_length=BODY_LIMIT,
        rows=7,
        help_text=_(
            "Texte simple, 5 000 caractères au plus. @prenom.nom prévient une personne,"
            " @nom-de-l-organisation celles qui écrivent pour elle. Une ligne qui commence par >"
            " est une citation."
        ),
        error_messages={"required": _("Écrivez votre message.")},
    )

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, label_suffix="", **options)
        self.fields["body"].widget.attrs["data-mentions"] = reverse_lazy("cms_discussions:people")


class ThreadForm(MessageForm):
    """The first message of a thread, with what it is about."""

    quote = PlainText(
        label=_("Passage cité (facultatif)"),
        max_length=QUOTE_LIMIT,
        rows=3,
        required=False,
        help_text=_("Copiez ici les mots de la page dont vous parlez, 600 caractères au plus."),
    )
    anchor = forms.Field(required=False, widget=forms.HiddenInput)
    title = PlainText(
        label=_("Titre (facultatif)"),
        max_length=TITLE_LIMIT,
        required=False,
        help_text=_(
            "Il est écrit dans les e-mails qui préviennent ; sans titre, les premiers mots en tiennent"
            " lieu sur le site."
        ),
    )
    field_order = ("quote", "title", "body")

    def clean_anchor(self) -> str:
        """Only what could be one: nobody typed it, so that nobody could correct it."""
        anchor = str(self.cleaned_data["anchor"] or "")
        is_one = len(anchor) <= ANCHOR_LIMIT and _ANCHOR.fullmatch(anchor)
        return anchor if is_one else ""


class WithdrawForm(forms.Form):
    """Why something is withdrawn."""

    reason = PlainText(
        label=_("Motif"),
        max_length=REASON_LIMIT,
        help_text=_("Pour les seuls modérateurs : il reste en interne."),
        error_messages={"required": _("Dites pourquoi, en une phrase.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
