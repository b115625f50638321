"""Correspondents of accounts, mailboxes, organizations and of the collective's moderators."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from cms.following.models import Correspondent
from cms.membership import MODERATORS
from cms.models import PartnerPage, User


def correspondent_of(user: User) -> Correspondent:
    """That of an account; what its owner asked for as a visitor becomes theirs."""
    found = Correspondent.objects.filter(user=user).first()
    if found:
        return found
    with transaction.atomic():
        taken_over = Correspondent.objects.filter(
            email=user.email.lower(), user=None, confirmed_at__isnull=False
        ).update(user=user, email=None, name="")
        if not taken_over:
            Correspondent.objects.get_or_create(user=user)
    return Correspondent.objects.select_related("user").get(user=user)


def correspondent_at(address: str, name: str = "") -> Correspondent:
    """That of a mailbox, in lower case; nothing says yet that who asks reads it."""
    account = User.objects.filter(email=address, is_active=True).first()
    if account:
        return correspondent_of(account)
    found, _created = Correspondent.objects.get_or_create(email=address, defaults={"name": name})
    return found


def ids_of(users: Iterable[User] | QuerySet[User]) -> list[int]:
    """Ids of the correspondents of accounts, which have one from now on."""
    wanted = {user.pk for user in users if user.is_active}
    known = dict(Correspondent.objects.filter(user__in=wanted).values_list("user_id", "pk"))
    missing = wanted - known.keys()
    if missing:
        Correspondent.objects.bulk_create(
            [Correspondent(user_id=pk) for pk in missing], ignore_conflicts=True
        )
        known = dict(Correspondent.objects.filter(user__in=wanted).values_list("user_id", "pk"))
    return sorted(known.values())


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
