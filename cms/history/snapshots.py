"""A page as it was published: as parts that can be compared, and as a page that can be read again."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from modelcluster.fields import ParentalKey
from modelcluster.models import get_all_child_relations, get_serializable_data_for_fields
from taggit.managers import TaggableManager
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.rich_text import expand_db_html

from cms.differences import Kind, Part, Record
from cms.models.fields import CleanRichTextField
from cms.models.versions import PRIVATE_FIELDS, PublishedVersion
from cms.visibility import visible_to

Content = Mapping[str, Any]
Labels = Mapping[type[models.Model], Mapping[str, str]]

UNSAID = frozenset(
    {
        "page_ptr",
        "id",
        "content_type",
        "locale",
        "sort_order",
        "uuid",
        "show_in_menus",
        "seo_title",
    }
)
"""Columns of a version that say nothing to a reader."""


def parts_of(kind: type[Page], contents: Sequence[Content], user: Any) -> list[list[Part]]:
    """Each of `contents` as parts under the names that editors know, in the order of the model.

    What versions refer to is named as it is called today, in one query for each kind of object; a
    page that `user` may not read now is not named.
    """
    labels = _labels(kind, contents, user)
    return [list(_parts(kind, content, labels)) for content in contents]


def page_as_of(version: PublishedVersion, current: Page) -> Page | None:
    """The page as `version` has it, ready for its template; None when it cannot be put together again.

    What is no part of a version (its place in the tree, its dates) comes from `current`.
    """
    content = {**get_serializable_data_for_fields(current), **version.content}
    page: Page | None = type(current).from_serializable_data(content)
    if page is not None:
        page.pk = current.pk
        page.last_published_at = version.published_at
    return page


# --- Parts


def _fields(kind: type[Page]) -> list[Any]:
    """The columns and relations that readers see, in the order of the model."""
    own = [
        field
        for field in (*kind._meta.concrete_fields, *kind._meta.many_to_many)
        if field.name not in PRIVATE_FIELDS | UNSAID
    ]
    rank = {"title": 0, "summary": 1, "slug": 99}
    return sorted(own, key=lambda field: rank.get(field.name, 2))


def _parts(kind: type[Page], content: Content, labels: Labels) -> Iterable[Part]:
    for field in _fields(kind):
        label = _sentence(field.verbose_name)
        value = content.get(field.name)
        if isinstance(field, TaggableManager):
            continue
        if isinstance(field, models.ManyToManyField):
            names = labels[field.related_model]
            yield Part(field.name, label, Kind.CHOICE, _named(names, value or ()))
        elif isinstance(field, CleanRichTextField):
            yield Part(field.name, label, Kind.PROSE, expand_db_html(value or ""))
        elif isinstance(field, StreamField):
            yield Part(field.name, label, Kind.PROSE, _stream_html(field, value))
        else:
            yield Part(field.name, label, Kind.LINE, _text(field, value, labels))
    for relation in get_all_child_relations(kind):
        rows = content.get(relation.get_accessor_name())
        if rows is not None:
            yield _rows(relation, rows, labels)


def _rows(relation: Any, rows: Iterable[Content], labels: Labels) -> Part:
    """The records of a child relation; where each has one column, a list of labels."""
    model = relation.related_model
    columns = _columns(model)
    name = relation.get_accessor_name()
    label = _sentence(model._meta.verbose_name_plural)
    if len(columns) == 1:
        values = (_text(columns[0], row.get(columns[0].name), labels) for row in rows)
        return Part(name, label, Kind.CHOICE, tuple(value for value in values if value))
    records = []
    for row in rows:
        cells = (
            (_sentence(field.verbose_name), _text(field, row.get(field.name), labels))
            for field in columns
        )
        records.append(Record(tuple((title, text) for title, text in cells if text)))
    return Part(name, label, Kind.ROWS, tuple(records))


def _columns(model: type[models.Model]) -> list[Any]:
    """What a record says: neither whose it is nor its rank."""
    return [
        field
        for field in model._meta.concrete_fields
        if not isinstance(field, ParentalKey) and not field.primary_key and field.name not in UNSAID
    ]


def _text(field: Any, value: Any, labels: Labels) -> str:
    """A column's value as its readers see it."""
    if value is None or value == "":
        return ""
    if isinstance(field, models.ForeignKey):
        return "".join(_named(labels[field.related_model], [value]))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.BooleanField):
        return _("Oui") if value else _("Non")
    return _date(field, str(value))


def _date(field: Any, text: str) -> str:
    """A date as it is read; any other text as it is."""
    read: date | None = None
    if isinstance(field, models.DateTimeField):
        read = parse_datetime(text)
    elif isinstance(field, models.DateField):
        read = parse_date(text)
    return date_format(read, "j F Y") if read else text


def _stream_html(field: StreamField, value: Any) -> str:
    """The blocks of a body as readers see them."""
    raw = json.loads(value) if isinstance(value, str) else value
    return str(field.stream_block.to_python(raw or []))


def _sentence(label: Any) -> str:
    text = str(label)
    return text[:1].upper() + text[1:]


# --- Names of what versions refer to


def _named(names: Mapping[str, str], keys: Iterable[Any]) -> tuple[str, ...]:
    return tuple(names.get(str(key), _("(supprimé ou non public)")) for key in keys)


def _labels(kind: type[Page], contents: Sequence[Content], user: Any) -> Labels:
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    for field in _fields(kind):
        for content in contents:
            _note(field, content.get(field.name), wanted)
    for relation in get_all_child_relations(kind):
        for content in contents:
            for row in content.get(relation.get_accessor_name()) or ():
                for column in _columns(relation.related_model):
                    _note(column, row.get(column.name), wanted)
    labels = {}
    for model, keys in wanted.items():
        rows = model._default_manager.all()
        readable = visible_to(rows, user) if issubclass(model, Page) else rows
        found = readable.in_bulk([key for key in keys if key is not None])
        labels[model] = {str(key): str(value) for key, value in found.items()}
    return labels


def _note(field: Any, value: Any, wanted: dict[type[models.Model], set[Any]]) -> None:
    if isinstance(field, models.ForeignKey):
        wanted[field.related_model].add(value)
    elif isinstance(field, models.ManyToManyField):
        wanted[field.related_model].update(value or ())
