"""Publish a page if what it says has changed; a person's unpublished work is never touched."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, TypeVar

from django.db import models, transaction
from wagtail.fields import StreamField
from wagtail.models import Page

from casestudies.interchange.publication import place, publish

SomePage = TypeVar("SomePage", bound=Page)
Children = dict[str, Sequence[Any]]
"""Unsaved rows, each with a place among the others, by the name of their relation."""


class Outcome(Enum):
    """What became of a page."""

    CREATED = "created"
    UPDATED = "updated"
    KEPT = "kept"
    SKIPPED = "skipped"
    """It has changed, but somebody is at work on it."""


@transaction.atomic
def put_page(
    parent: Page,
    model: type[SomePage],
    slug: str,
    values: dict[str, Any],
    children: Children | None = None,
    *,
    change_summary: str = "",
) -> tuple[SomePage, Outcome]:
    """The page of that address below `parent`, saying what `values` and `children` say.

    `children` are unsaved rows by the name of their relation.
    """
    children = children or {}
    page = model.objects.child_of(parent).filter(slug=slug).first()
    if page is None:
        page = model(slug=slug, live=False, **values)
        place(parent, page)
        give(page, {}, children)
        page.change_summary = change_summary
        outcome = Outcome.CREATED
    elif same(page, values, children):
        return page, Outcome.KEPT
    elif page.has_unpublished_changes or not page.live or page.locked:
        return page, Outcome.SKIPPED
    else:
        give(page, values, children)
        page.change_summary = ""
        outcome = Outcome.UPDATED
    publish(page)
    return page, outcome


def give(page: Page, values: dict[str, Any], children: Children) -> None:
    """Set columns and rows."""
    for name, value in values.items():
        setattr(page, name, value)
    for relation, rows in children.items():
        for rank, row in enumerate(rows):
            row.sort_order = rank
        setattr(page, relation, list(rows))


def same(page: Page, values: dict[str, Any], children: Children) -> bool:
    """Whether the page already says all of it."""
    if any(
        stored(page, name, getattr(page, name)) != stored(page, name, value)
        for name, value in values.items()
    ):
        return False
    return all(
        [told(row) for row in getattr(page, relation).all()] == [told(row) for row in rows]
        for relation, rows in children.items()
    )


def stored(page: Page, name: str, value: Any) -> Any:
    """A value as its column keeps it."""
    field = page._meta.get_field(name)
    if isinstance(field, StreamField):
        return field.to_python(value).get_prep_value()
    return value


def told(row: models.Model) -> dict[str, Any]:
    """What a child row says, its place and parent apart."""
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and field.name not in {"sort_order", "chapter", "page_ptr"}
    }
