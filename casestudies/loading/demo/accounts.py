"""Accounts of every role, whose password anyone may read: for a demonstration only."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from casestudies.loading.publishing import Outcome
from cms.membership import MODERATORS
from cms.models import PartnerPage, User

PASSWORD: Final = "demonstration-2026"  # noqa: S105 - printed for whoever runs the demonstration


@dataclass(frozen=True)
class Account:
    """Somebody who takes part in the demonstration."""

    email: str
    first_name: str
    last_name: str
    role: str
    partners: tuple[str, ...] = ()
    is_moderator: bool = False
    is_administrator: bool = False


ACCOUNTS: Final = (
    Account(
        "administratrice@demo.datacites.fr",
        "Hélène",
        "Caron",
        "administratrice",
        is_administrator=True,
    ),
    Account("moderatrice@demo.datacites.fr", "Nadia", "Benali", "modératrice", is_moderator=True),
    Account("moderateur2@demo.datacites.fr", "Julien", "Morel", "modérateur", is_moderator=True),
    Account(
        "auteure.poitiers@demo.datacites.fr",
        "Camille",
        "Rousseau",
        "autrice, Grand Poitiers",
        ("grand-poitiers",),
    ),
    Account(
        "collegue.poitiers@demo.datacites.fr",
        "Thomas",
        "Girard",
        "auteur, Grand Poitiers",
        ("grand-poitiers",),
    ),
    Account(
        "auteur.rennes@demo.datacites.fr",
        "Yann",
        "Le Goff",
        "auteur, Rennes Métropole",
        ("rennes-metropole",),
    ),
    Account(
        "auteure.larochelle@demo.datacites.fr",
        "Amina",
        "Lefèvre",
        "autrice, ville et agglomération de La Rochelle",
        ("ville-de-la-rochelle", "agglomeration-de-la-rochelle"),
    ),
)


def load_accounts(_files: list[Path]) -> list[Outcome]:
    """Create the accounts that are missing and give each its groups."""
    # One hash for all: hashing is slow on purpose, and this password is no secret.
    password = make_password(PASSWORD)
    moderators = Group.objects.get(name=MODERATORS)
    groups = dict(PartnerPage.objects.exclude(group=None).values_list("slug", "group_id"))
    outcomes = []
    for account in ACCOUNTS:
        user, created = User.objects.get_or_create(
            email=account.email,
            defaults={
                "first_name": account.first_name,
                "last_name": account.last_name,
                "password": password,
                "is_staff": account.is_administrator,
                "is_superuser": account.is_administrator,
            },
        )
        user.groups.add(*(groups[slug] for slug in account.partners if slug in groups))
        if account.is_moderator:
            user.groups.add(moderators)
        outcomes.append(Outcome.CREATED if created else Outcome.KEPT)
    return outcomes
