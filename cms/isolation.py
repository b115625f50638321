"""Pages that no other page leads to, and what pages lead to that is not there: for those who tidy up.

Wagtail keeps the links of what is published. Rooms above tell of what is named in words ("REX-99")
through a hook, `named_in_words`: `fn() -> Iterable[Named]`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.fields import StreamField
from wagtail.models import Page, ReferenceIndex, get_default_page_content_type

from cms.dashboard import organisations_of
from cms.membership import is_moderator
from cms.models import BasePage
from cms.models.fields import CleanRichTextField

MAX_LISTED = 300
MENU_DEPTH = 3
"""Pages right below the front page are in the menus: nobody needs to be led there."""
LINK = re.compile(r'linktype=\\?"page\\?" id=\\?"(\d{1,12})')
"""A link to a page as the editor stores it, in HTML or in JSON."""


@dataclass(frozen=True)
class Named:
    """Something that the words of published pages name."""

    label: str
    target: int | None
    """The page of that name, if there is one."""
    sources: frozenset[int]


@dataclass(frozen=True)
class Wanted:
    """Something that published pages lead to and that readers do not find there."""

    label: str
    pages: list[Page]
    """Where it is wanted."""


@dataclass(frozen=True)
class Isolation:
    """Both lists, by title."""

    orphans: list[Page]
    wanted: list[Wanted]


def isolation() -> Isolation:
    """What is published now, looked at as a whole; in a number of queries that does not grow."""
    live = {page.pk: page for page in Page.objects.live().filter(depth__gt=1).order_by("title")}
    sources = _linked(live.keys())
    for key, pages in _in_texts(live.keys()).items():
        sources[key] |= pages
    named: list[Named] = [each for hook in hooks.get_hooks("named_in_words") for each in hook()]
    led_to = {key for key, pages in sources.items() if pages - {key}}
    led_to |= {each.target for each in named if each.target and each.sources - {each.target}}
    orphans = [
        page
        for page in live.values()
        if page.pk not in led_to and page.depth > MENU_DEPTH and not page.numchild
    ]
    titles = dict(
        Page.objects.filter(pk__in=sources.keys() - live.keys()).values_list("pk", "draft_title")
    )
    wanted = [
        Wanted(_missing(titles.get(key)), [live[pk] for pk in sorted(pages)])
        for key, pages in sources.items()
        if key not in live
    ]
    wanted += [
        Wanted(each.label, [live[pk] for pk in sorted(each.sources) if pk in live])
        for each in named
        if each.target not in live
    ]
    return Isolation(orphans, sorted(wanted, key=lambda each: each.label))


def _linked(live: Iterable[int]) -> dict[int, set[int]]:
    """For each page that is linked to, the live pages that do."""
    known = set(live)
    page_type = get_default_page_content_type()
    rows = ReferenceIndex.objects.filter(base_content_type=page_type, to_content_type=page_type)
    found: dict[int, set[int]] = defaultdict(set)
    for source, target in rows.values_list("object_id", "to_object_id"):
        if int(source) in known:
            found[int(target)].add(int(source))
    return found


def _in_texts(live: Iterable[int]) -> dict[int, set[int]]:
    """The same for links in running text: Wagtail forgets those whose page was deleted."""
    known = set(live)
    found: dict[int, set[int]] = defaultdict(set)
    for kind in BasePage.__subclasses__():
        names = [
            field.name
            for field in kind._meta.concrete_fields
            if isinstance(field, CleanRichTextField | StreamField)
        ]
        # As text: not every database looks inside JSON.
        texts = {f"text_{name}": Cast(name, TextField()) for name in names}
        with_links = Q()
        for name in texts:
            with_links |= Q(**{f"{name}__contains": "linktype"})
        if not texts:
            continue
        rows = kind._default_manager.annotate(**texts).filter(with_links).values_list("pk", *texts)
        for pk, *values in rows.iterator():
            for target in LINK.findall("".join(values)) if pk in known else ():
                found[int(target)].add(pk)
    return found


def _missing(title: str | None) -> str:
    if title is None:
        return _("Une page supprimée")
    return _("« %s », qui n’est pas publiée") % title


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """Both lists, for moderators."""
    if not is_moderator(request.user):
        raise PermissionDenied
    found = isolation()
    organisations = organisations_of(found.orphans[:MAX_LISTED])
    title = _("Pages isolées et pages manquantes")
    context = {
        "orphans": [(page, organisations.get(page.pk, "")) for page in found.orphans[:MAX_LISTED]],
        "orphan_total": len(found.orphans),
        "wanted": found.wanted[:MAX_LISTED],
        "page_title": title,
        "header_title": title,
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Mon espace")},
            {"url": "", "label": title},
        ],
    }
    return TemplateResponse(request, "cms/admin/isolated.html", context)
