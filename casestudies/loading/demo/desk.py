"""Texts under way, so that the dashboards of the demonstration have something to show.

They are fictional, say so in their title, and are never published.
"""

from pathlib import Path
from typing import Any

from wagtail.models import Page

from casestudies.loading.demo.files import read_objects
from casestudies.loading.publishing import Outcome
from casestudies.models import CaseStudyPage, CaseTerritory, Territory, Theme
from cms.models import PartnerPage, User


def load_desk(files: list[Path]) -> list[Outcome]:
    """Create each text once, whatever became of it since."""
    outcomes = []
    for entry in read_objects(files):
        parent = PartnerPage.objects.get(slug=entry["organisation"])
        if Page.objects.child_of(parent).filter(slug=entry["slug"]).exists():
            outcomes.append(Outcome.KEPT)
            continue
        page = write_draft(parent, entry)
        if entry["stage"] != "draft":
            submit(page, entry)
        outcomes.append(Outcome.CREATED)
    return outcomes


def write_draft(parent: PartnerPage, entry: dict[str, Any]) -> CaseStudyPage:
    """A case that its author has begun."""
    author = User.objects.get(email=entry["author"])
    page = CaseStudyPage(
        title=entry["title"],
        slug=entry["slug"],
        summary=entry["summary"],
        approach=entry["approach"],
        lessons=entry["lessons"],
        change_summary=entry["change_summary"],
        started=entry["started"],
        owner=author,
        live=False,
        has_unpublished_changes=True,
    )
    page.themes = list(Theme.objects.reference().filter(identifier__in=entry["themes"]))
    territory = Territory.objects.filter(code=entry["territory"]).first()
    if territory:
        page.case_territories = [CaseTerritory(territory=territory, sort_order=0)]
    parent.add_child(instance=page)
    page.save_revision(user=author)
    return page


def submit(page: CaseStudyPage, entry: dict[str, Any]) -> None:
    """Ask for a review and, if the story goes on, send the text back with the reviewer's words."""
    author = User.objects.get(email=entry["author"])
    state = page.get_workflow().start(page, author)
    if entry["stage"] == "sent-back":
        reviewer = User.objects.get(email=entry["reviewer"])
        task_state = state.current_task_state
        task_state.task.specific.on_action(task_state, reviewer, "reject", comment=entry["comment"])
