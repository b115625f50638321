"""What can be done to several synonyms at once, and the history of what is deleted so."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.log_actions import log
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from search.models import BestBet, SynonymRule


class SwitchRules(SnippetBulkAction):
    """Put rules in service, or out of it."""

    models = [SynonymRule]
    is_active = True
    template_name = "search/admin/switch_rules.html"

    def check_perm(self, snippet: SynonymRule) -> bool:
        """Whoever may change a rule may switch it."""
        return bool(
            self.permission_policy.user_has_permission_for_instance(
                self.request.user, "change", snippet
            )
        )

    @classmethod
    def execute_action(
        cls, objects: Sequence[SynonymRule], user: Any = None, **kwargs: Any
    ) -> tuple[int, int]:
        """Save each that changes, with a line in its history."""
        view = kwargs["self"]
        changed = [rule for rule in objects if rule.is_active is not cls.is_active]
        for rule in changed:
            rule.is_active = cls.is_active
            rule.save()
            log(instance=rule, action="wagtail.edit", user=view.request.user)
        return len(changed), 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        """How many changed."""
        message = ngettext(
            "%(count)d règle a changé.", "%(count)d règles ont changé.", num_parent_objects
        )
        return message % {"count": num_parent_objects}


class PutInService(SwitchRules):
    """From now on searches follow them."""

    display_name = _("Mettre en service")
    action_type = "put_in_service"
    aria_label = _("Mettre en service les synonymes choisis")
    action_priority = 10


class PutOutOfService(SwitchRules):
    """They stay written; searches no longer follow them."""

    display_name = _("Mettre hors service")
    action_type = "put_out_of_service"
    aria_label = _("Mettre hors service les synonymes choisis")
    action_priority = 20
    is_active = False


def log_bulk_deletion(
    request: HttpRequest, action_type: str, objects: Sequence[Any], action_class_instance: Any
) -> None:
    """Wagtail notes a deletion in the history, but not one of several at once."""
    if action_type == "delete" and action_class_instance.model in (SynonymRule, BestBet):
        for deleted in objects:
            log(instance=deleted, action="wagtail.delete", user=request.user)
