"""What people set for themselves, in their account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.account import BaseSettingsPanel

from cms.models import User


class ContributionsForm(forms.ModelForm[User]):
    """Whether a page gathers what they wrote."""

    class Meta:
        model = User
        fields = ["is_listed"]


class ContributionsPanel(BaseSettingsPanel):
    """Public contributions, on the account's page."""

    name = "contributions"
    title: Any = _("Contributions publiques")
    order = 250
    form_class = ContributionsForm
    form_object = "user"
