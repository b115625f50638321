"""What can be followed. The wiki knows pages and partners; rooms above add theirs through hooks.

`follow_topic`: `fn() -> TopicKind`. `page_topics`: `fn(page) -> Iterable[str]`, the keys of all that
somebody may follow and that `page` is about.
"""

from collections.abc import Callable, Iterable
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
    """A kind of topic: how the value in its key leads to one that `user` may know of."""

    prefix: str
    find: Callable[[str, Any], Topic | None]
    for_accounts: bool = False
    """Whether only those who have an account may follow it."""


def page_topic() -> TopicKind:
    """A page, and all that is said of it."""

    def find(value: str, user: Any) -> Topic | None:
        page = _page(visible_to(Page.objects.all(), user), value)
        return page and Topic(f"page:{page.pk}", page.title, page.get_url() or "/", _("Page"))

    return TopicKind("page", find)


def partner_topic() -> TopicKind:
    """All that an organization publishes."""

    def find(value: str, user: Any) -> Topic | None:
        page = _page(visible_to(PartnerPage.objects.all(), user), value)
        return page and Topic(
            f"partner:{page.pk}", page.title, page.get_url() or "/", _("Organisation")
        )

    return TopicKind("partner", find)


def find_topic(key: str, user: Any) -> Topic | None:
    """The topic of that key, if it exists and `user` may know of it and follow it."""
    prefix, _colon, value = key.partition(":")
    kind = topic_kinds().get(prefix)
    if kind is None or (kind.for_accounts and not getattr(user, "is_authenticated", False)):
        return None
    return kind.find(value, user)


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


def _page(pages: Any, value: str) -> Any:
    return pages.filter(pk=int(value)).first() if value.isdecimal() and len(value) < 12 else None
