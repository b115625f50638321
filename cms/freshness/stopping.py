"""Ceasing to be asked by mail, and being asked again: by a link of the mail, or in one's account."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from wagtail.admin.views.account import BaseSettingsPanel, notifications_tab

from cms.freshness.links import Forged, read_stop
from cms.freshness.models import NoReminder
from cms.models import User


# Mail programs post here by themselves (RFC 8058), without any page nor cookie: the token in the
# address, which only the mailbox has, stands for the one against forged requests.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: HttpRequest, token: str) -> HttpResponse:
    """Stop by a post at once, by a link after one question; take it back by another button."""
    try:
        user = User.objects.filter(pk=read_stop(token)).first()
    except Forged:
        user = None
    if user is None:
        return render(request, "cms/freshness/dead_end.html", {"reason": "forged"}, status=404)
    if request.method == "POST":
        want_reminders(user, request.POST.get("rappels") == "oui")
    context = {"stopped": NoReminder.objects.filter(user=user).exists()}
    return render(request, "cms/freshness/reminders.html", context)


def want_reminders(user: User, wanted: bool) -> None:
    """Ask `user` by mail from now on, or no more. Doing it twice is fine."""
    if wanted:
        NoReminder.objects.filter(user=user).delete()
    else:
        NoReminder.objects.get_or_create(user=user)


class RemindersForm(forms.ModelForm[User]):
    """Whether one is asked by mail."""

    reminders = forms.BooleanField(
        label=_("Demandez-moi par e-mail si mes pages sont toujours exactes"), required=False
    )

    class Meta:
        model = User
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["reminders"] = not NoReminder.objects.filter(user=self.instance).exists()

    def save(self, commit: bool = True) -> User:
        """Nothing of the account itself changes."""
        want_reminders(self.instance, self.cleaned_data["reminders"])
        return self.instance


class RemindersPanel(BaseSettingsPanel):
    """Requests to confirm pages, on the account's page."""

    name = "reminders"
    title: Any = _("Pages à confirmer")
    tab = notifications_tab
    order = 300
    form_class = RemindersForm
    form_object = "user"
