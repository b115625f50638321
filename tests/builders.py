"""Builders of a small world: a site, partners with members, cases. Used by tests of every room."""

from itertools import count
from typing import Any

from wagtail.models import Page, Site

from casestudies.enums import Step
from casestudies.models import CaseStudyPage, CaseTerritory, Domain, Referential, Territory, Theme
from casestudies.reference.names import name_key
from cms.membership import install_moderation
from cms.models import GlossaryPage, GuideIndexPage, HomePage, PartnerIndexPage, PartnerPage, User

PASSWORD = "un-mot-de-passe-long"
numbers = count(1)


def make_site() -> HomePage:
    """The tree of the site with its fixed pages, and moderation."""
    root = Page.get_first_root_node()
    Page.objects.filter(depth=2).delete()
    root.refresh_from_db()
    home = root.add_child(instance=HomePage(title="DataCités", slug="accueil", summary="Un résumé"))
    Site.objects.all().delete()
    Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    home.add_child(instance=GuideIndexPage(title="Le guide", slug="guide"))
    home.add_child(instance=PartnerIndexPage(title="Partenaires", slug="partenaires"))
    home.add_child(instance=GlossaryPage(title="Glossaire", slug="glossaire"))
    install_moderation(home)
    return home


def partners_root() -> PartnerIndexPage:
    """The directory, creating the site when there is none."""
    existing = PartnerIndexPage.objects.first()
    if existing is None:
        make_site()
        existing = PartnerIndexPage.objects.get()
    return existing


def make_partner(title: str = "", **fields: Any) -> PartnerPage:
    """A partner with its group and collection."""
    title = title or f"Ville {next(numbers)}"
    fields.setdefault("slug", name_key(title).replace(" ", "-"))
    partner = partners_root().add_child(instance=PartnerPage(title=title, **fields))
    partner.refresh_from_db()
    return partner


def make_user(email: str = "", partner: PartnerPage | None = None, **fields: Any) -> User:
    """An account, member of `partner` when one is given."""
    user = User.objects.create_user(
        email or f"personne{next(numbers)}@example.org",
        PASSWORD,
        first_name="Camille",
        last_name="Martin",
        **fields,
    )
    if partner is not None:
        user.groups.add(partner.group)
    return user


def make_moderator(email: str = "") -> User:
    """A member of the collective's moderators."""
    from django.contrib.auth.models import Group

    from cms.membership import MODERATORS

    partners_root()
    user = make_user(email)
    user.groups.add(Group.objects.get(name=MODERATORS))
    return user


def make_theme(label: str = "Stratégie", identifier: str = "strategie-gouvernance") -> Theme:
    """One of the stable themes."""
    referential, _ = Referential.objects.get_or_create(
        slug="datacites",
        defaults={"title": "Thèmes DataCités", "publisher": "DataCités", "is_reference": True},
    )
    return Theme.objects.get_or_create(
        referential=referential, identifier=identifier, defaults={"label": label}
    )[0]


def make_domain(
    identifier: str = "energie", label: str = "Énergie", family: str = "reseaux"
) -> Domain:
    """A domain."""
    defaults = {"label": label, "short_label": label, "family": family}
    return Domain.objects.get_or_create(identifier=identifier, defaults=defaults)[0]


def make_territory(code: str, name: str, kind: str = "commune", **fields: Any) -> Territory:
    """A territory; containers are given as territories."""
    defaults = {"name": name, "kind": kind, "search_key": name_key(name), **fields}
    return Territory.objects.get_or_create(code=code, defaults=defaults)[0]


def make_poitiers() -> Territory:
    """Poitiers with all that contains it."""
    region = make_territory("reg:75", "Nouvelle-Aquitaine", "region", population=6_000_000)
    vienne = make_territory("dep:86", "Vienne", "departement", region=region, population=440_000)
    epci = make_territory(
        "siren:200069854",
        "CU du Grand Poitiers",
        "epci",
        nature="CU",
        departement=vienne,
        region=region,
        population=197_408,
    )
    return make_territory(
        "insee:86194",
        "Poitiers",
        epci=epci,
        departement=vienne,
        region=region,
        population=89_916,
        latitude="46.58261",
        longitude="0.34348",
    )


def make_case(
    partner: PartnerPage | None = None, title: str = "", publish: bool = True, **fields: Any
) -> CaseStudyPage:
    """A case of `partner`; `themes`, `domains` and `territories` are lists of objects."""
    partner = partner or make_partner()
    rank = next(numbers)
    themes = fields.pop("themes", None) or [make_theme()]
    domains = fields.pop("domains", [])
    territories = fields.pop("territories", [])
    user = fields.pop("user", None)
    defaults = {
        "title": title or f"Expérience {rank}",
        "slug": f"experience-{rank}",
        "summary": "Ce qui a été fait, en deux phrases.",
        "approach": "<p>Nous avons posé des capteurs.</p>",
        "step": Step.SERVICE,
        "live": False,
    }
    case = CaseStudyPage(**{**defaults, **fields})
    partner.add_child(instance=case)
    case.themes.set(themes)
    case.domains.set(domains)
    case.case_territories.set([CaseTerritory(territory=territory) for territory in territories])
    case.save()
    revision = case.save_revision(user=user)
    if publish:
        revision.publish(user=user, skip_permission_checks=True)
    case.refresh_from_db()
    return CaseStudyPage.objects.get(pk=case.pk)
