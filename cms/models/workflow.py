"""Moderation: a review in which nobody approves their own text, nor a text they have not seen."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.models import AbstractGroupApprovalTask, Page, Revision, TaskState

from cms.review_forms import ApprovalForm, DecisionForm, ReturnForm


def writers_since_publication(page: Page) -> set[int]:
    """Ids of the people who wrote any revision of `page` since it was last published."""
    return writers_by_page([page])[page.pk]


def writers_by_page(pages: Iterable[Page]) -> dict[int, set[int]]:
    """For each of `pages`, who wrote it since it was last published; in a few queries.

    Hook `text_writers`: `fn(page_ids) -> Iterable[(page id, user id)]`, others whose words it holds.
    """
    known = {str(page.pk): page for page in pages}
    writers: dict[int, set[int]] = {page.pk: set() for page in known.values()}
    published = dict(
        Revision.objects.filter(
            pk__in=[page.live_revision_id for page in known.values() if page.live_revision_id]
        ).values_list("pk", "created_at")
    )
    rows = Revision.page_revisions.filter(object_id__in=list(known)).exclude(user=None)
    for object_id, user_id, created_at in rows.values_list("object_id", "user_id", "created_at"):
        page = known[object_id]
        since = published.get(page.live_revision_id)
        if since is None or created_at > since:
            writers[page.pk].add(user_id)
    for hook in hooks.get_hooks("text_writers"):
        for page_id, user_id in hook(list(writers)):
            writers[page_id].add(user_id)
    return writers


def version_token(revision: Revision | None) -> str:
    """What tells a version from every other; saving again over a revision changes it too."""
    if revision is None:
        return ""
    created = revision.created_at
    return f"{revision.pk}.{int(created.timestamp())}.{created.microsecond:06d}"


class ReviewTask(AbstractGroupApprovalTask):
    """Reviewers approve or send back what others wrote; four eyes on every publication.

    Someone who wrote any part of what is under review may send it back or hand it over, but the
    approval is somebody else's. The rule holds for administrators too. An approval is bound to the
    version its reviewer has read: had the text changed meanwhile, nothing is approved.
    """

    class Meta:
        verbose_name = _("relecture")
        verbose_name_plural = _("relectures")

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, str, bool]]:
        """What `user` may do with `obj` now."""
        actions = super().get_actions(obj, user)
        if actions and user.pk in writers_since_publication(obj):
            actions = [action for action in actions if action[0] != "approve"]
        labels = {
            ("reject", True): _("Renvoyer à l'auteur avec un mot"),
            ("approve", False): _("Approuver et publier"),
            ("approve", True): _("Approuver avec un mot"),
        }
        return [(name, labels.get((name, form), label), form) for name, label, form in actions]

    def get_form_for_action(self, action: str) -> type[DecisionForm]:
        """An approval names its version; sending back asks for a word."""
        forms: dict[str, type[DecisionForm]] = {"approve": ApprovalForm, "reject": ReturnForm}
        return forms.get(action, DecisionForm)

    def get_template_for_action(self, action: str) -> str:
        """The editor's window for a word; it carries the version along."""
        return "cms/admin/review_modal.html"

    def on_action(
        self,
        task_state: TaskState,
        user: Any,
        action_name: str,
        comment: str = "",
        seen: str | None = None,
        **kwargs: Any,
    ) -> str | None:
        """Do it, or return the address of a page that says why it was not done.

        The page and its last revision are locked first, so that what is compared is what will be
        published. `seen` is None only where the caller has already compared versions (the editor).
        """
        with transaction.atomic():
            state = TaskState.objects.select_for_update().get(pk=task_state.pk)
            page = Page.objects.select_for_update().get(pk=state.workflow_state.object_id)
            latest = Revision.objects.select_for_update().filter(pk=page.latest_revision_id).first()
            refusal = self.refusal(
                state, page, user=user, action=action_name, seen=seen, latest=latest
            )
            if refusal:
                return f"{reverse('cms_review', args=[state.pk])}?refus={refusal}"
            if action_name == "approve" and latest and state.revision_id != latest.pk:
                # Somebody other than the reviewer mended the text meanwhile and the reviewer has
                # read that: the public version names who approved the revision that is published.
                state.revision = latest
                state.save(update_fields=["revision"])
            super().on_action(state.specific, user, action_name, comment=comment)
        return None

    @staticmethod
    def refusal(
        state: TaskState,
        page: Page,
        *,
        user: Any,
        action: str,
        seen: str | None,
        latest: Revision | None,
    ) -> str:
        """Why `user` may not decide so, as the review's page knows it; empty if they may."""
        if state.status != TaskState.STATUS_IN_PROGRESS:
            return "fini"
        if action != "approve":
            return ""
        if user is None or user.pk in writers_since_publication(page):
            return "propre"
        if seen is not None and seen != version_token(latest):
            return "perime"
        return ""

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> Any:
        """The reviews in progress that await `user`: not those of their own submissions."""
        states = super().get_task_states_user_can_moderate(user, **kwargs)
        return states.exclude(workflow_state__requested_by=user)

    @classmethod
    def get_description(cls) -> str:
        """Shown where a workflow is put together."""
        return str(
            _("Les membres des groupes choisis relisent ; personne n'approuve son propre texte.")
        )
