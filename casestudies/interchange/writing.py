"""Write valid cases as published pages, all or nothing, leaving alone those that have not changed.

It trusts `validation` for the content, and answers for what is already in the tree.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from wagtail.models import Page

from casestudies.interchange.assembling import create_tags, fill
from casestudies.interchange.export import cases_by_key
from casestudies.interchange.form import comparable
from casestudies.interchange.lookups import Lookups, batches
from casestudies.interchange.problems import ImportRefused, Problem
from casestudies.interchange.publication import place, publish
from casestudies.interchange.validation import Validation, ValidCase
from casestudies.models import CaseStudyPage
from cms.models import PartnerIndexPage, PartnerPage

Progress = Callable[[], None]


class Action(Enum):
    """What is to be done with a case."""

    CREATE = "create"
    UPDATE = "update"
    KEEP = "keep"


@dataclass(frozen=True)
class Step:
    """One case and what is to be done with it."""

    case: ValidCase
    action: Action
    page_id: int | None = None


@dataclass
class Plan:
    """Everything an import would do, and what stands in its way."""

    known: Lookups
    steps: list[Step] = field(default_factory=list)
    new_partners: list[str] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def count(self, action: Action) -> int:
        """How many cases get this."""
        return sum(step.action is action for step in self.steps)


def prepare(validation: Validation) -> Plan:
    """Compare the valid cases with the tree; nothing is written."""
    plan = Plan(validation.known, new_partners=validation.new_partners)
    if validation.new_partners and not PartnerIndexPage.objects.exists():
        origin = validation.cases[0].record if validation.cases else None
        message = _("l'annuaire des partenaires n'existe pas (commande load_reference)")
        plan.errors.append(
            Problem(
                origin.origin if origin else "",
                origin.line if origin else 1,
                "organisation",
                message,
            )
        )
    found = existing_pages(validation.cases, validation.known)
    published = cases_by_key(page.pk for page in found.values() if is_case(page))
    for case in validation.cases:
        plan.steps.append(step_for(case, found.get(case.key), published, plan))
    check_numbers(plan)
    return plan


def existing_pages(cases: Sequence[ValidCase], known: Lookups) -> dict[tuple[str, str], Page]:
    """The pages that stand at the address of each case."""
    parents = {partner.path: slug for slug, partner in known.partners.items()}
    wanted = {case.key for case in cases}
    found: dict[tuple[str, str], Page] = {}
    for slugs in batches({slug for _organisation, slug in wanted}):
        for page in Page.objects.filter(slug__in=slugs).select_related("content_type", "locked_by"):
            key = (parents.get(page.path[: -Page.steplen], ""), page.slug)
            if key in wanted:
                found[key] = page
    return found


def is_case(page: Page) -> bool:
    """Whether a page, read as a plain page, is a case."""
    return page.cached_content_type.model_class() is CaseStudyPage


def step_for(
    case: ValidCase, page: Page | None, published: dict[int, dict[str, Any]], plan: Plan
) -> Step:
    """What is to be done with `case`; what forbids it is added to the plan."""
    if page is None:
        return Step(case, Action.CREATE)
    if not is_case(page):
        message = _("cette adresse est celle d'une page d'une autre nature, « %s »")
        plan.errors.append(case.record.problem("slug", message % page.title))
    elif page.live and comparable(published[page.pk]) == comparable(case.data):
        return Step(case, Action.KEEP, page.pk)
    elif page.has_unpublished_changes or not page.live:
        message = _("« %s » porte un travail non publié : publiez-le ou abandonnez-le d'abord")
        plan.errors.append(case.record.problem("slug", message % page.draft_title))
    elif page.locked:
        message = _("« %s » est verrouillée : déverrouillez-la d'abord")
        plan.errors.append(case.record.problem("slug", message % page.title))
    return Step(case, Action.UPDATE, page.pk)


def check_numbers(plan: Plan) -> None:
    """A permanent number is kept by who has it; what was asked for and not given is said."""
    numbers = [step.case.data["number"] for step in plan.steps if step.case.data["number"]]
    owners: dict[int, int] = {}
    for batch in batches(numbers):
        taken = CaseStudyPage.objects.filter(number__in=batch).values_list("number", "pk")
        owners.update(dict(taken))
    pages = [step.page_id for step in plan.steps if step.page_id]
    own: dict[int, int | None] = {}
    for keys in batches(pages):
        own.update(dict(CaseStudyPage.objects.filter(pk__in=keys).values_list("pk", "number")))
    for step in plan.steps:
        number = step.case.data["number"]
        current = own.get(step.page_id or 0)
        if not number or number == current:
            continue
        if current:
            message = _("%(number)s ignoré : le cas garde son numéro permanent, %(current)s")
            warning = message % {"number": number, "current": current}
        elif owners.get(number):
            warning = _("%s est déjà celui d'un autre cas : un autre numéro sera attribué") % number
            step.case.data["number"] = None
        else:
            continue
        plan.warnings.append(step.case.record.problem("number", warning))


@transaction.atomic
def write(
    plan: Plan, *, user: Any = None, change_summary: str = "", progress: Progress | None = None
) -> None:
    """Do what the plan says, in one transaction; raises ImportRefused if anything stands in the way."""
    if plan.errors:
        raise ImportRefused(plan.errors)
    partners = plan.known.partners | create_partners(plan.new_partners, user)
    tags = create_tags(step.case.data for step in plan.steps if step.action is not Action.KEEP)
    # Given numbers first, so that none of them is attributed to a case that has none.
    ordered = sorted(plan.steps, key=lambda step: step.case.data["number"] is None)
    for step in ordered:
        if step.action is not Action.KEEP:
            try:
                write_case(
                    step,
                    known=plan.known,
                    partners=partners,
                    tags=tags,
                    user=user,
                    change_summary=change_summary,
                )
            except ValidationError as error:
                raise ImportRefused(refusals(step, error)) from error
        if progress:
            progress()


def write_case(
    step: Step,
    *,
    known: Lookups,
    partners: dict[str, PartnerPage],
    tags: dict[str, Any],
    user: Any,
    change_summary: str,
) -> None:
    """Create or update one case and publish it, as an author and a moderator would."""
    data = step.case.data
    if step.page_id is None:
        page = CaseStudyPage(live=False, owner=user, title=data["title"], slug=data["slug"])
        page.number = data["number"]
        page.first_published_at = moment(data["published_at"])
        # Added bare: what follows is written once, when the page is published.
        place(partners[data["organisation"]], page)
    else:
        page = CaseStudyPage.objects.get(pk=step.page_id)
        if page.number is None and data["number"]:
            page.number = data["number"]
            CaseStudyPage.objects.filter(pk=page.pk).update(number=page.number)
    fill(page, data, known, partners, tags)
    page.change_summary = change_summary
    publish(page, user)
    if data["updated_at"]:
        Page.objects.filter(pk=page.pk).update(last_published_at=moment(data["updated_at"]))


def moment(text: str | None) -> Any:
    """A moment of the format as the database takes it."""
    return parse_datetime(text) if text else None


def refusals(step: Step, error: ValidationError) -> list[Problem]:
    """What a model refused, at the line of its case."""
    if not hasattr(error, "error_dict"):
        return [step.case.record.problem("", message) for message in error.messages]
    return [
        step.case.record.problem(name, message)
        for name, messages in error.message_dict.items()
        for message in messages
    ]


def create_partners(slugs: Sequence[str], user: Any) -> dict[str, PartnerPage]:
    """Published pages for organizations of which only the identifier is known."""
    if not slugs:
        return {}
    directory = PartnerIndexPage.objects.get()
    created = {}
    for slug in slugs:
        title = slug.replace("-", " ")
        page = PartnerPage(title=title[:1].upper() + title[1:], slug=slug, live=False, owner=user)
        place(directory, page)
        publish(page, user)
        created[slug] = PartnerPage.objects.get(pk=page.pk)
    return created
