"""The frame of the site: its home, its sections, its address, its moderation.

What a person has written on these pages is left alone.
"""

from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from wagtail.models import Page, Site
from wagtail.snippets.models import get_snippet_models

from casestudies.interchange.publication import place, publish
from casestudies.loading.digests import is_loaded, remember
from cms.membership import install_moderation, moderator_rights
from cms.models import GlossaryPage, GuideIndexPage, HomePage, PartnerIndexPage

LOAD_NAME: Final = "site"

HOME: Final = {
    "title": "DataCités",
    "draft_title": "DataCités",
    "headline": "Comment les autres s'y sont pris",
    "summary": (
        "Des collectivités francophones racontent comment elles ont bâti des services sur la donnée urbaine : "
        "ce qui a marché, ce qui n'a pas marché, et à quel prix."
    ),
    "invitation": (
        "Ici écrivent des communes, des intercommunalités, des entreprises et des chercheurs. Chacun raconte ce "
        "qu'il a fait, réussi ou non. Un récit court suffit : il se complète plus tard, à plusieurs."
    ),
}
SECTIONS: Final[tuple[tuple[type[Page], str, str, str], ...]] = (
    (
        GuideIndexPage,
        "guide",
        "Guide",
        "Douze chapitres pour outiller sa collectivité, de la culture de la donnée à l'évaluation, avec des "
        "exercices à faire en équipe et les expériences sur lesquelles chacun s'appuie.",
    ),
    (
        PartnerIndexPage,
        "partenaires",
        "Partenaires",
        "Les organisations dont les expériences sont racontées ici, et celles qui y ont pris part.",
    ),
    (
        GlossaryPage,
        "glossaire",
        "Glossaire",
        "Les mots de la donnée, expliqués simplement : pour que l'élue, l'informaticien et l'agente de terrain "
        "parlent la même langue.",
    ),
)


@transaction.atomic
def install_site() -> HomePage:
    """Create what is missing of the frame; the site's address follows the settings."""
    home = HomePage.objects.first() or create_home()
    follow_address(home)
    existing = set(home.get_children().values_list("slug", flat=True))
    for model, slug, title, summary in SECTIONS:
        if slug not in existing:
            publish_new(
                home,
                model,
                slug=slug,
                title=title,
                draft_title=title,
                summary=summary,
                show_in_menus=True,
            )
    digest = moderation_digest()
    if not is_loaded(LOAD_NAME, digest):
        install_moderation(home)
        remember(LOAD_NAME, digest)
    return home


def moderation_digest() -> str:
    """Changes when moderators are to be given rights on one more vocabulary or tool.

    Between two changes, what an administrator decides of groups and workflow is left alone.
    """
    labels = sorted(model._meta.label for model in get_snippet_models())
    return sha256(" ".join(labels + moderator_rights()).encode()).hexdigest()


def create_home() -> HomePage:
    """The front page, in the place of the one that Wagtail welcomes with."""
    root = Page.get_first_root_node()
    home = publish_new(root, HomePage, slug="accueil", **HOME)
    for welcome in Page.objects.child_of(root).filter(slug="home", numchild=0):
        if welcome.cached_content_type.model_class() is Page:
            Site.objects.filter(root_page=welcome).update(root_page=home)
            welcome.delete()
    return home


def publish_new(parent: Page, model: Any, **values: Any) -> Any:
    """A new page, published."""
    page = model(live=False, **values)
    place(parent, page)
    publish(page)
    return model.objects.get(pk=page.pk)


def follow_address(home: HomePage) -> None:
    """The default site is at the address that the settings give."""
    address = urlsplit(settings.SITE_URL)
    wanted = {
        "hostname": address.hostname or "localhost",
        "port": address.port or (443 if address.scheme == "https" else 80),
        "site_name": settings.SITE_NAME,
        "root_page_id": home.pk,
    }
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    if site.pk is None or any(getattr(site, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(site, name, value)
        site.save()
