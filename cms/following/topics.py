"""What can be followed. The wiki knows pages and partners; rooms above add theirs through hooks.

`follow_topic`: `fn() -> TopicKind`. `page_topics`: `fn(page) -> Iterable[str]`, the keys of all that
somebody may follow and that `page` is about.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page

from cms.models import PartnerPage
from cms.models.versions import organisation_of
from cms.visibility import visible_to


@dataclass(frozen=True)
class Topic:
    """Something that can be followed, as its followers know it."""

    key: str
    label: str
    url: str
    nature: str
    """ "Page", "Thème": what it is."""


@dataclass(frozen=True)
class TopicKind:
    """A kind of topic."""

    prefix: str
    find: Callable[[Collection[str], Any], dict[str, Topic]]
    """How the values in keys lead to those that `user` may know of; costs the same for one or many."""
    for_accounts: bool = False
    """Whether only those who have an account may follow it."""


def page_topic() -> TopicKind:
    """A page, and all that is said of it."""

    def find(values: Collection[str], user: Any) -> dict[str, Topic]:
        return _pages(visible_to(Page.objects.all(), user), values, "page", _("Page"))

    return TopicKind("page", find)


def partner_topic() -> TopicKind:
    """All that an organization publishes."""

    def find(values: Collection[str], user: Any) -> dict[str, Topic]:
        partners = visible_to(PartnerPage.objects.all(), user)
        return _pages(partners, values, "partner", _("Organisation"))

    return TopicKind("partner", find)


def find_topic(key: str, user: Any) -> Topic | None:
    """The topic of that key, if it exists and `user` may know of it and follow it."""
    return find_topics([key], user).get(key)


def find_topics(keys: Iterable[str], user: Any) -> dict[str, Topic]:
    """Those of many keys; what it costs depends on how many kinds there are among them only."""
    values: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        prefix, _colon, value = key.partition(":")
        values[prefix].add(value)
    has_account = getattr(user, "is_authenticated", False)
    return {
        f"{prefix}:{value}": topic
        for prefix, kind in topic_kinds().items()
        if prefix in values and (has_account or not kind.for_accounts)
        for value, topic in kind.find(values[prefix], user).items()
    }


def topic_kinds() -> dict[str, TopicKind]:
    """Every kind of topic, by the prefix of its keys."""
    offered = [page_topic(), partner_topic(), *(hook() for hook in hooks.get_hooks("follow_topic"))]
    return {kind.prefix: kind for kind in offered}


def topics_of(page: Page) -> list[str]:
    """The keys of all that may be followed and that `page` is about."""
    specific = page.specific
    partner = organisation_of(page)
    own = [f"page:{page.pk}", *([f"partner:{partner.pk}"] if partner else [])]
    more: Iterable[str] = (key for hook in hooks.get_hooks("page_topics") for key in hook(specific))
    return [*own, *more]


def numbers_of(values: Collection[str]) -> dict[str, int]:
    """The numbers of rows that `values` name; what cannot be one names nothing."""
    return {value: int(value) for value in values if value.isdecimal() and len(value) < 12}


def _pages(pages: Any, values: Collection[str], prefix: str, nature: str) -> dict[str, Topic]:
    numbers = numbers_of(values)
    found = pages.in_bulk(set(numbers.values()))
    return {
        value: Topic(f"{prefix}:{pk}", found[pk].title, found[pk].get_url() or "/", nature)
        for value, pk in numbers.items()
        if pk in found
    }
