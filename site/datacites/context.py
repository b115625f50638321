"""What the frame of every page needs: menus and the addresses that lower rooms may link to."""

import re
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cms.typography import typeset

CASE_PATH = re.compile(r"/partenaires/[^/]+/[^/]+/")


def frame(request: HttpRequest) -> dict[str, Any]:
    """Menus, site name and the library's address, without any query."""
    links = addresses()
    library = links["library_url"]
    root = settings.SITE_URL.rstrip("/")
    return {
        **links,
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "main_menu": [
            {"label": label, "url": url, "current": is_current(url, request.path, library)}
            for label, url in main_menu(library, get_language() or "")
        ],
        "footer_menu": footer(library, get_language() or ""),
        "sitemap_url": root + links["sitemap_url"],
        "canonical_url": root + request.path,
        "demonstration": settings.DEMONSTRATION,
    }


@cache
def addresses() -> dict[str, str]:
    """Where lower rooms may lead to; no address depends on the language."""
    names = ("library", "everything", "alike", "suggestions")
    return {f"{name}_url": reverse(f"search:{name}") for name in names} | {
        "sitemap_url": reverse("sitemap")
    }


@lru_cache(maxsize=8)
def main_menu(library: str, _language: str) -> list[tuple[str, str]]:
    """The entries of the main menu: label and address."""
    entries = [
        (_("Guide"), "/guide/"),
        (_("Retours d'expérience"), library),
        (_("Territoires"), reverse("casestudies:territories")),
        (_("Thèmes"), reverse("casestudies:themes")),
        (_("Partenaires"), "/partenaires/"),
        (_("Glossaire"), "/glossaire/"),
    ]
    return [(typeset(label), url) for label, url in entries]


def is_current(url: str, path: str, library: str) -> bool:
    """Whether `path` belongs to a menu entry; a case belongs to the library, wherever it stands."""
    if CASE_PATH.match(path):
        return url == library
    return path.startswith(url)


@lru_cache(maxsize=8)
def footer(library: str, _language: str) -> list[dict[str, Any]]:
    """The columns of links at the foot of every page."""
    columns: list[dict[str, Any]] = [
        {
            "title": _("Lire"),
            "links": [
                {"label": _("Le guide"), "url": "/guide/"},
                {"label": _("Les retours d'expérience"), "url": library},
                {"label": _("Modifications récentes"), "url": reverse("cms_history:recent")},
                {"label": _("Le glossaire"), "url": "/glossaire/"},
            ],
        },
        {
            "title": _("Prendre part"),
            "links": [
                {"label": _("Raconter une expérience"), "url": "/raconter/"},
                {"label": _("Les partenaires"), "url": "/partenaires/"},
                {"label": _("Espace des auteurs"), "url": reverse("wagtailadmin_home")},
            ],
        },
        {
            "title": _("À propos"),
            "links": [
                {"label": _("Le programme DataCités"), "url": "/a-propos/"},
                {"label": _("Licences et crédits"), "url": "/licences/"},
                {"label": _("Mentions légales"), "url": "/mentions-legales/"},
                {"label": _("Données personnelles"), "url": "/donnees-personnelles/"},
                {"label": _("Accessibilité : partiellement conforme"), "url": "/accessibilite/"},
            ],
        },
    ]
    return [
        {
            "title": typeset(column["title"]),
            "links": [link | {"label": typeset(link["label"])} for link in column["links"]],
        }
        for column in columns
    ]
