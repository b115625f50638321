"""The page where a reviewer reads what changes and decides, about the version they have read."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.models import Page, Revision, TaskState

from cms.models.versions import organisation_of
from cms.models.workflow import ReviewTask, version_token, writers_since_publication
from cms.review_forms import ApprovalForm, ReturnForm

REFUSALS = {
    "propre": gettext_lazy(
        "Pas approuvé : vous avez écrit une partie de ce texte, l'approbation revient à quelqu'un d'autre."
    ),
    "perime": gettext_lazy(
        "Pas approuvé : le texte a changé depuis que vous l'avez ouvert. Voici la version du moment ; "
        "votre mot est gardé."
    ),
    "fini": gettext_lazy("Cette relecture est déjà terminée : quelqu'un a décidé entre-temps."),
}


@dataclass
class Reading:
    """A text under review, as it stands now."""

    state: TaskState
    page: Page
    revision: Revision
    text: Any
    is_own: bool


def read(request: HttpRequest, task_state_id: int) -> Reading:
    """The text that `task_state_id` is about. Raises Http404 or PermissionDenied."""
    state = get_object_or_404(
        TaskState.objects.select_related("workflow_state__requested_by", "task"), pk=task_state_id
    )
    task = state.task.specific
    page = state.workflow_state.content_object
    if not isinstance(task, ReviewTask) or not isinstance(page, Page):
        raise Http404
    if not task.get_actions(page, request.user):
        raise PermissionDenied
    revision = page.get_latest_revision()
    return Reading(
        state=state,
        page=page,
        revision=revision,
        text=revision.as_object(),
        is_own=request.user.pk in writers_since_publication(page),
    )


def changes(reading: Reading, request: HttpRequest) -> list[Any]:
    """What differs, field by field, from what readers see now; from a blank page if nothing is public."""
    model = type(reading.text)
    before = reading.page.specific if reading.page.live else model()
    panel = model.get_edit_handler().get_bound_panel(
        instance=reading.text, request=request, form=None
    )
    compared = [compare(before, reading.text) for compare in panel.get_comparison()]
    return [comparison for comparison in compared if comparison.has_changed()]


class ReviewView(View):
    """Read, then approve or send back. A decision about a version that has changed is not taken."""

    template_name = "cms/admin/review.html"

    def get(self, request: HttpRequest, task_state_id: int) -> HttpResponse:
        """What changes, and the decision; or why it is too late."""
        reading = read(request, task_state_id)
        refusal = REFUSALS.get(request.GET.get("refus", ""))
        if reading.state.status != TaskState.STATUS_IN_PROGRESS:
            messages.warning(request, refusal or REFUSALS["fini"])
            return redirect("wagtailadmin_home")
        if refusal:
            messages.error(request, refusal)
        return self.show(request, reading, ReturnForm())

    def post(self, request: HttpRequest, task_state_id: int) -> HttpResponse:
        """Decide, unless the text has changed or is one's own."""
        reading = read(request, task_state_id)
        decision = request.POST.get("decision")
        if decision not in {"approve", "reject"}:
            return self.show(
                request, reading, ReturnForm(initial={"comment": request.POST.get("comment", "")})
            )
        form = (ApprovalForm if decision == "approve" else ReturnForm)(request.POST)
        if not form.is_valid():
            return self.show(request, reading, form)
        task = reading.state.task.specific
        elsewhere = task.on_action(reading.state, request.user, decision, **form.cleaned_data)
        if elsewhere and elsewhere.endswith("=perime"):
            messages.error(request, REFUSALS["perime"])
            fresh = read(request, task_state_id)
            return self.show(request, fresh, ReturnForm(initial=form.cleaned_data), status=409)
        if elsewhere:
            return redirect(elsewhere)
        title = reading.text.get_admin_display_title()
        done = (
            _("« %(title)s » est en ligne. Son auteur est prévenu.")
            if decision == "approve"
            else _("« %(title)s » est renvoyé, avec votre mot.")
        )
        messages.success(request, done % {"title": title})
        return redirect("wagtailadmin_home")

    def show(
        self,
        request: HttpRequest,
        reading: Reading,
        form: ReturnForm | ApprovalForm,
        status: int = 200,
    ) -> HttpResponse:
        """The page itself."""
        title = _("Relire")
        # Asked for by one of the two buttons only: marking the field as required would say otherwise.
        form.fields["comment"].required = False
        return TemplateResponse(
            request,
            self.template_name,
            {
                "reading": reading,
                "changes": changes(reading, request),
                "organisation": organisation_of(reading.page),
                "comment": form["comment"],
                "seen": version_token(reading.revision),
                "page_title": title,
                "header_title": title,
                "breadcrumbs_items": [
                    {"url": reverse("wagtailadmin_home"), "label": _("Mon espace")},
                    {"url": "", "label": title, "sublabel": reading.text.get_admin_display_title()},
                ],
                "preview_url": reverse(
                    "wagtailadmin_pages:revisions_view", args=[reading.page.pk, reading.revision.pk]
                ),
                "edit_url": reverse("wagtailadmin_pages:edit", args=[reading.page.pk]),
                "history_page_url": reverse("wagtailadmin_pages:history", args=[reading.page.pk]),
            },
            status=status,
        )
