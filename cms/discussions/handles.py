"""Handles by which a message calls people (`@prenom.nom`) and organizations (`@grand-poitiers`)."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from django.utils.text import slugify
from wagtail.coreutils import string_to_ascii

from cms.models import PartnerPage, User
from cms.visibility import visible_to

OFFERED = 8
LONGEST = 100
"""Of each name in a handle: some scripts take many letters in ours."""


@dataclass(frozen=True)
class Handle:
    """Somebody who can be called: a person, or all who write for an organization."""

    name: str
    label: str
    organisation: str
    """Whom a person writes for; nothing for an organization."""
    people: tuple[int, ...]

    def begins_with(self, typed: str) -> bool:
        """Whether the handle, or a word of the name, begins so."""
        words = chain([self.name], folded(self.label).split("-"))
        return any(word.startswith(typed) for word in words)


def directory(reader: Any) -> dict[str, Handle]:
    """Everybody whom `reader` may call, by handle; three queries.

    Of several people with one name, the first account has the bare handle; the others are numbered in
    the order of their accounts, those that are no longer in use included.
    """
    partners = list(
        visible_to(PartnerPage.objects.order_by("slug"), reader).values_list(
            "slug", "title", "group_id"
        )
    )
    members = _members({group_id for _slug, _title, group_id in partners if group_id})
    organisations: dict[int, list[str]] = defaultdict(list)
    found: dict[str, Handle] = {}
    for slug, title, group_id in partners:
        # A message calls in any letters, and is read in lower-case ones.
        name = slug.lower()
        if name not in found:
            found[name] = Handle(name, title, "", tuple(members[group_id]))
        for pk in members[group_id]:
            organisations[pk].append(title)
    taken = set(found)
    people = User.objects.order_by("pk").values_list("pk", "first_name", "last_name", "is_active")
    for pk, first, last, is_active in people:
        bare = ".".join(filter(None, (folded(first)[:LONGEST], folded(last)[:LONGEST])))
        if not bare:
            continue
        numbered = (f"{bare}-{rank}" for rank in count(2))
        name = next(each for each in chain([bare], numbered) if each not in taken)
        taken.add(name)
        if is_active:
            label = f"{first} {last}".strip()
            found[name] = Handle(name, label, ", ".join(organisations[pk]), (pk,))
    return found


def offered(reader: Any, typed: str) -> list[Handle]:
    """The first of those whose handle or name begins with what was typed."""
    wanted = typed.lower() if "." in typed else folded(typed)
    if not wanted:
        return []
    matching = (each for each in directory(reader).values() if each.begins_with(wanted))
    return sorted(matching, key=lambda each: each.label)[:OFFERED]


def folded(text: str) -> str:
    """`text` in plain lower-case letters, words joined by hyphens."""
    return slugify(string_to_ascii(text))


def _members(groups: set[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = User.groups.through.objects.filter(group__in=groups, user__is_active=True)
    for group_id, user_id in rows.order_by("user_id").values_list("group_id", "user_id"):
        found[group_id].append(user_id)
    return found
