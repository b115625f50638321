"""Correspondents of accounts, mailboxes, organizations and of the collective's moderators."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from wagtail import hooks

from cms.following.models import Correspondent
from cms.membership import MODERATORS
from cms.models import PartnerPage, User


def correspondent_of(user: User) -> Correspondent:
    """That of an account; what its owner asked for as a visitor becomes theirs."""
    return Correspondent.objects.select_related("user").get(pk__in=ids_of([user]))


def correspondent_at(address: str, name: str = "") -> Correspondent:
    """That of a mailbox, in lower case; nothing says yet that who asks reads it."""
    account = User.objects.filter(email=address, is_active=True).first()
    if account:
        return correspondent_of(account)
    found, _created = Correspondent.objects.get_or_create(email=address, defaults={"name": name})
    return found


def ids_of(users: Iterable[User]) -> list[int]:
    """Ids of the correspondents of accounts in use, which have one from now on."""
    wanted = {user.pk: user for user in users if user.is_active}
    known = Correspondent.objects.filter(user__in=wanted)
    missing = wanted.keys() - set(known.values_list("user_id", flat=True))
    if missing:
        Correspondent.objects.bulk_create(
            [Correspondent(user_id=pk) for pk in missing], ignore_conflicts=True
        )
    addresses = {user.email.lower(): user.pk for user in wanted.values()}
    visitors = Correspondent.objects.filter(
        user=None, confirmed_at__isnull=False, email__in=addresses
    )
    for visitor in visitors:
        _take_over(visitor, Correspondent.objects.get(user=addresses[visitor.email or ""]))
    return sorted(known.values_list("pk", flat=True))


@transaction.atomic
def _take_over(visitor: Correspondent, account: Correspondent) -> None:
    """What somebody followed and was told as a visitor is their account's; the visitor is no more.

    Hook `correspondent_taken_over`: `fn(visitor, account)`, moves what packages keep of them.
    """
    if not account.follows.exists():
        Correspondent.objects.filter(pk=account.pk).update(rhythm=visitor.rhythm)
    followed = account.follows.values("topic")
    visitor.follows.exclude(topic__in=followed).update(correspondent=account)
    told = account.notifications.values("event")
    visitor.notifications.exclude(event__in=told).update(correspondent=account)
    for hook in hooks.get_hooks("correspondent_taken_over"):
        hook(visitor, account)
    visitor.delete()


def members_of(partner: PartnerPage | None) -> QuerySet[User]:
    """The accounts that write for a partner."""
    if partner is None or partner.group_id is None:
        return User.objects.none()
    return User.objects.filter(is_active=True, groups=partner.group_id)


def moderators() -> QuerySet[User]:
    """The collective's moderators; administrators where there is none."""
    members = User.objects.filter(is_active=True, groups__name=MODERATORS)
    return members if members.exists() else User.objects.filter(is_active=True, is_superuser=True)


def reader(correspondent: Correspondent) -> Any:
    """The account whose rights a correspondent reads with; None for a visitor."""
    return correspondent.user if correspondent.user_id else None
