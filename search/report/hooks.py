"""What the report gives to the editor: addresses, entries of the menu, rights. Registers nothing."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from search.report import index_views, views

RIGHTS = ("search.view_searchcount", "search.view_indexjob", "search.add_indexjob")
"""What moderators need here; the last one rebuilds, compares and tries again."""


class PermittedMenuItem(MenuItem):
    """An entry for those who have one right."""

    def __init__(self, *args: object, permission: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.permission = permission

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this person has the right."""
        return bool(request.user.has_perm(self.permission))


def urls() -> list[URLPattern]:
    """Below the editor's address."""
    return [
        path("recherche/rapport/", views.report, name="search_report"),
        path("recherche/rapport/export.csv", views.export_report, name="search_report_export"),
        path("recherche/index/", index_views.status, name="search_index"),
        path("recherche/index/reconstruire/", index_views.rebuild, name="search_index_rebuild"),
        path("recherche/index/comparer/", index_views.compare, name="search_index_compare"),
        path("recherche/index/reprendre/", index_views.retry, name="search_index_retry"),
        path("recherche/index/reindexer/", index_views.mend, name="search_index_mend"),
    ]


def menu_items() -> list[MenuItem]:
    """The two entries."""
    return [
        PermittedMenuItem(
            _("Ce que cherchent les lecteurs"),
            reverse("search_report"),
            name="search-report",
            icon_name="glasses",
            order=100,
            permission=views.MAY_VIEW,
        ),
        PermittedMenuItem(
            _("État de l’index"),
            reverse("search_index"),
            name="search-index",
            icon_name="list-ul",
            order=900,
            permission=index_views.MAY_VIEW,
        ),
    ]


def permissions() -> QuerySet[Permission]:
    """The rights of these pages, so that a group's form offers them."""
    names = [right.partition(".")[2] for right in RIGHTS]
    return Permission.objects.filter(content_type__app_label="search", codename__in=names)
