"""What somebody fills in to propose a change, and what those who decide may do."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.differences import Kind, Part
from cms.mailing.guard import GuardedForm, tie_errors
from cms.models import BasePage, PartnerPage
from cms.proposals import markup
from cms.proposals.models import MAX_NAME, MAX_REASON, MAX_REMARK
from cms.proposals.texts import Texts
from cms.sanitization import MAX_LENGTH, HtmlTooLong, clean, clean_for_display

NO_BREAK = "\u00a0\u202f"
MAX_TOTAL = 600_000
"""Characters of all texts received together."""
TOO_LONG = _("Trop long : 200 000 signes au plus. Raccourcissez ce texte.")
RESERVED_WORDS = ("modérat", "moderat", "datacités", "datacites")
REASON_ERRORS = {
    "required": _("Dites en une phrase pourquoi : c’est ce qui est lu d’abord."),
    "max_length": _("Mille signes au plus : l’essentiel suffit."),
}


class ReasonForm(forms.Form):
    """Why; all that an account or the author of a proposal still has to say."""

    reason = forms.CharField(
        label=_("Pourquoi ce changement ?"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "aria-describedby": "reason-help"}),
        error_messages=REASON_ERRORS,
    )

    def __init__(self, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, label_suffix="")
        tie_errors(self)

    @property
    def is_trapped(self) -> bool:
        """Those who are known are not tested."""
        return False


class VisitorForm(GuardedForm):
    """Who proposes, by which mailbox, and why."""

    reason = ReasonForm.base_fields["reason"]
    name = forms.CharField(
        label=_("Votre nom, tel qu’il sera cité"),
        max_length=MAX_NAME,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name", "aria-describedby": "name-help"}),
    )

    field_order = ["reason", "name", "email"]

    def clean_name(self) -> str:
        """One line that is nobody else's: no address, no organization's name, not the moderation's."""
        typed = self.cleaned_data["name"]
        name = " ".join("".join(c if c.isprintable() else " " for c in typed).split())
        if "@" in name or "://" in name:
            raise forms.ValidationError(_("Un nom, sans adresse."))
        key = name.casefold()
        is_taken = any(word in key for word in RESERVED_WORDS)
        if is_taken or PartnerPage.objects.filter(title__iexact=name).exists():
            raise forms.ValidationError(
                _("Ce nom est celui d’une organisation : écrivez le vôtre.")
            )
        return name


@dataclass
class EditedText:
    """One text in the editor: as it was, as it stands there, and what is wrong with it."""

    part: Part
    value: str
    """Received and read, or as it was."""
    plain: str
    """In the field for whoever has no script."""
    error: str = ""

    @property
    def is_prose(self) -> bool:
        """Whether it is running text."""
        return self.part.kind == Kind.PROSE

    @property
    def html(self) -> str:
        """In the editor; cleaned whatever was received."""
        return clean_for_display(self.value) if self.is_prose else ""

    @property
    def field(self) -> str:
        """The name of its field."""
        return f"texte-{self.part.name}"

    @property
    def identifier(self) -> str:
        """Its place in the page."""
        return self.field.replace(":", "-")


@dataclass
class Editor:
    """All texts of a page as somebody edits them."""

    texts: list[EditedText]
    is_too_long: bool = False

    @property
    def errors(self) -> list[EditedText]:
        """Texts that must be corrected."""
        return [text for text in self.texts if text.error]

    @property
    def changed(self) -> Texts:
        """The texts that differ from the page's."""
        return {text.part.name: text.value for text in self.texts if text.value != text.part.value}


def open_editor(parts: Sequence[Part], current: Mapping[str, str]) -> Editor:
    """The texts of a page, saying what `current` says where it does."""
    texts = []
    for part in parts:
        value = current.get(part.name, part.value)
        plain = markup.to_plain(value) if part.kind == Kind.PROSE else value
        texts.append(EditedText(part, value, plain))
    return Editor(texts)


def receive(
    page: BasePage, parts: Sequence[Part], current: Mapping[str, str], posted: Mapping[str, str]
) -> Editor:
    """What was sent of each text, cleaned; a text that cannot be taken keeps what was typed."""
    editor = open_editor(parts, current)
    total = sum(
        len(posted.get(text.field, "")) + len(posted.get(f"html-{text.part.name}", ""))
        for text in editor.texts
    )
    if total > MAX_TOTAL:
        editor.is_too_long = True
        return editor
    for text in editor.texts:
        if text.is_prose:
            _receive_prose(text, posted)
        elif text.field in posted:
            _receive_line(page, text, posted[text.field])
    return editor


def _receive_prose(text: EditedText, posted: Mapping[str, str]) -> None:
    html, plain = posted.get(f"html-{text.part.name}"), posted.get(text.field)
    if html is not None:
        text.value = html
        if len(html) > MAX_LENGTH:
            text.error = str(TOO_LONG)
            return
        text.value = markup.settled(text.part.value, clean(html))
        text.plain = markup.to_plain(text.value)
    elif plain is not None:
        shown, text.plain = text.plain, plain
        try:
            text.value = markup.rewritten(text.value, shown, plain)
        except HtmlTooLong:
            text.error = str(TOO_LONG)


def _receive_line(page: BasePage, text: EditedText, received: str) -> None:
    field = page._meta.get_field(text.part.name)
    limit = field.max_length or MAX_REASON
    keeps_lines = isinstance(field, models.TextField)
    value = _plain(received, keeps_lines=keeps_lines)
    text.value = (
        text.part.value if value == _plain(text.part.value, keeps_lines=keeps_lines) else value
    )
    text.plain = text.value
    if len(text.value) > limit:
        text.error = _("%(limit)s signes au plus ; il y en a %(count)s.") % {
            "limit": limit,
            "count": len(text.value),
        }
    elif not text.value and text.part.name == "title":
        text.error = str(_("Une page garde un titre."))


def _plain(text: str, *, keeps_lines: bool) -> str:
    """A short text without control characters; no-break spaces stay, lines where they may."""
    lines = text.replace("\r\n", "\n").split("\n")
    shown = (
        "".join(c if c.isprintable() or c in NO_BREAK else " " for c in line) for line in lines
    )
    tidy = (re.sub(" +", " ", line).strip(" ") for line in shown)
    return ("\n" if keeps_lines else " ").join(tidy).strip()


class RemarkForm(forms.Form):
    """A word about a proposal or one of its changes."""

    text = forms.CharField(
        max_length=MAX_REMARK,
        error_messages={
            "required": _("Écrivez d’abord votre mot."),
            "max_length": _("Deux mille signes au plus."),
        },
    )
    change = forms.IntegerField(required=False, min_value=1)
    round = forms.IntegerField(min_value=1)


class DecisionForm(forms.Form):
    """What is decided: all, what is chosen, or nothing with a reason."""

    decision = forms.ChoiceField(
        choices=[(name, name) for name in ("take", "take-chosen", "decline")]
    )
    word = forms.CharField(max_length=MAX_REASON, required=False)
    summary = forms.CharField(max_length=200, required=False)
    round = forms.IntegerField(min_value=1)
    accepted = forms.CharField(max_length=64, required=False)

    def clean(self) -> dict[str, Any]:
        """Whoever is refused is told why."""
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "decline" and not cleaned.get("word"):
            self.add_error("word", _("Dites pourquoi : la personne qui a proposé le lira."))
        return cleaned
