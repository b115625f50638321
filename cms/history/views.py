"""Pages about a page: its versions, one of them, what changed between two, how to cite it, what links to it."""

from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseGone
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import Page

from cms.addresses import absolute
from cms.citation import FORMATS, Citation, key_of, sentence
from cms.history import addresses
from cms.history.comparing import compared
from cms.history.linking import linking_ids
from cms.history.notes import told
from cms.history.readable import readable_page, versions_of
from cms.history.snapshots import page_as_of
from cms.membership import is_moderator
from cms.models import BasePage, PartnerPage, User
from cms.models.base import with_cards
from cms.models.versions import PublishedVersion, VersionQuerySet
from cms.visibility import visible_to

PER_PAGE = 50
MAX_LINKS = 200


@require_safe
def versions(request: HttpRequest, path: str) -> HttpResponse:
    """All versions of a page, the latest first; two of them can be chosen and compared."""
    page = readable_page(request, path)
    chosen = [number for name in ("de", "a") if (number := _number(request.GET.get(name)))]
    if len(chosen) == 2:
        return redirect(addresses.comparison_url(page, *sorted(chosen)))
    found = versions_of(page).defer("content").select_related("author", "approved_by")
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    numbers = [version.number for version in shown]
    context = _frame(page, request, _("Historique")) | {
        "versions": shown,
        "told": told(page, list(shown), shown.number == 1),
        "latest": numbers[0] if numbers and shown.number == 1 else None,
        "preceding": dict(pairwise(numbers)),
        "contributors": contributors_of(versions_of(page))[:PER_PAGE],
        "can_hide": is_moderator(request.user),
    }
    return render(request, "cms/history/versions.html", context)


@require_safe
def version(request: HttpRequest, path: str, number: str) -> HttpResponse:
    """The page as that version had it, under a line that says so."""
    page = readable_page(request, path)
    found = _version(page, number)
    if found.is_hidden:
        return _withdrawn(request, page)
    shown = page_as_of(found, page)
    latest = versions_of(page).values_list("number", flat=True).first()
    if not isinstance(shown, BasePage):
        raise Http404
    # Its parts come with it, as those of a draft that is being previewed do.
    request.is_preview = True  # type: ignore[attr-defined]
    context = shown.get_context(request)
    context |= {
        "shown_version": found,
        "is_latest": found.number == latest,
        "version": found,
        "breadcrumbs": _crumbs(page, request, _("Version %(number)s") % {"number": found.number}),
    }
    return render(request, shown.get_template(request), context)


@require_safe
def comparison(request: HttpRequest, path: str, before: str, after: str) -> HttpResponse:
    """What changed from one version to another, in one column or in two."""
    page = readable_page(request, path)
    numbers = int(before), int(after)
    found = {
        version.number: version
        for version in versions_of(page)
        .filter(number__in=numbers)
        .select_related("author", "approved_by")
    }
    missing = set(numbers) - found.keys()
    if missing == {numbers[0]} and page.published_versions.filter(number__in=missing).exists():
        # What came before was not public: what came is all that can be read.
        return redirect(addresses.version_url(page, numbers[1]))
    if missing or numbers[0] == numbers[1]:
        raise Http404
    old, new = found[numbers[0]], found[numbers[1]]
    if old.is_hidden or new.is_hidden:
        return _withdrawn(request, page)
    context = _frame(page, request, _("Comparaison")) | {
        "before": old,
        "after": new,
        "comparison": compared(page, old, new, request.user),
        "side_by_side": request.GET.get("vue") == "colonnes",
    }
    return render(request, "cms/history/comparison.html", context)


@require_POST
def hide(request: HttpRequest, path: str, number: str) -> HttpResponse:
    """Withdraw what a version says, or bring it back; for moderators, with a reason that stays inside."""
    moderator = request.user
    if not isinstance(moderator, User) or not is_moderator(moderator):
        raise PermissionDenied
    page = readable_page(request, path)
    found = _version(page, number)
    reason = " ".join(request.POST.get("motif", "").split())[:300]
    if request.POST.get("rendre"):
        found.hidden_at, found.hidden_by, found.hidden_reason = None, None, ""
        messages.success(request, _("La version est de nouveau lisible."))
    elif not reason:
        messages.error(request, _("Dites pourquoi la version est retirée."))
        return redirect(addresses.history_url(page))
    else:
        found.hidden_at, found.hidden_by, found.hidden_reason = timezone.now(), moderator, reason
        messages.success(request, _("La version est retirée : il en reste la date, pas le texte."))
    found.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
    return redirect(addresses.history_url(page))


@require_safe
def citation(request: HttpRequest, path: str) -> HttpResponse:
    """How to cite a page, in words and in files."""
    page = readable_page(request, path)
    cited = _cited(page, request.GET.get("version"))
    context = _frame(page, request, _("Citer cette page")) | {
        "cited": cited,
        "sentence": sentence(cited),
        "formats": [(format_, format_.write(cited)) for format_ in FORMATS.values()],
    }
    return render(request, "cms/history/citation.html", context)


@require_safe
def citation_file(request: HttpRequest, path: str, format_name: str) -> HttpResponse:
    """A citation as a file that reference managers read."""
    format_ = FORMATS.get(format_name)
    if format_ is None:
        raise Http404
    cited = _cited(readable_page(request, path), request.GET.get("version"))
    response = HttpResponse(format_.write(cited), content_type=format_.content_type)
    name = f"{cited.key}.{format_.suffix}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def links(request: HttpRequest, path: str) -> HttpResponse:
    """The pages that link to this one, or lean on it, and that the reader may open."""
    page = readable_page(request, path)
    linking = with_cards(
        visible_to(Page.objects.filter(pk__in=linking_ids(page)).exclude(pk=page.pk), request.user)
        .order_by("title")
        .specific()[:MAX_LINKS]
    )
    context = _frame(page, request, _("Pages liées")) | {"linking": linking}
    return render(request, "cms/history/links.html", context)


@require_safe
def contributor(request: HttpRequest, pk: int) -> HttpResponse:
    """What someone who wished to be listed has written, and with whom."""
    person = get_object_or_404(User, pk=pk, is_listed=True, is_active=True)
    readable = visible_to(Page.objects.all(), request.user).values("pk")
    written = (
        PublishedVersion.objects.listed()
        .filter(author=person, page__in=readable)
        .select_related("page")
        .order_by("-published_at")
    )
    shown = Paginator(written, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "person": person,
        "name": person.public_name,
        "versions": shown,
        "page_total": written.values("page").distinct().count(),
        "breadcrumbs": [
            {"label": _("Accueil"), "url": "/"},
            {"label": _("Modifications"), "url": addresses.recent_url()},
            {"label": person.public_name, "url": None},
        ],
    }
    return render(request, "cms/history/contributor.html", context)


@require_safe
def partner(request: HttpRequest, path: str) -> HttpResponse:
    """What an organization has published, and who wrote it."""
    page = readable_page(request, path)
    if not isinstance(page, PartnerPage):
        raise Http404
    readable = visible_to(Page.objects.all(), request.user).values("pk")
    published = PublishedVersion.objects.listed().filter(organisation=page, page__in=readable)
    shown = Paginator(
        published.select_related("page", "author").order_by("-published_at", "-pk"), PER_PAGE
    ).get_page(request.GET.get("page"))
    context = _frame(page, request, _("Contributions")) | {
        "versions": shown,
        "page_total": published.values("page").distinct().count(),
        "contributors": contributors_of(published)[:PER_PAGE],
    }
    return render(request, "cms/history/partner.html", context)


def contributors_of(versions: VersionQuerySet) -> Any:
    """Who wrote `versions`, and how often; those who wrote most come first."""
    return (
        versions.order_by()
        .exclude(author_name="")
        .values("author", "author_name", "organisation_name", "author__is_listed")
        .annotate(total=Count("pk"), last=Max("published_at"))
        .order_by("-total", "author_name")
    )


# --- Parts


def _frame(page: BasePage, request: HttpRequest, title: str) -> dict[str, Any]:
    return {"about": page, "title": title, "breadcrumbs": _crumbs(page, request, title)}


def _crumbs(page: BasePage, request: HttpRequest, title: str) -> list[dict[str, str | None]]:
    above = page.breadcrumbs(request)[:-1] or [{"label": str(_("Accueil")), "url": "/"}]
    own = [{"label": page.title, "url": page.get_url(request)}] if page.depth > 2 else []
    return [*above, *own, {"label": title, "url": None}]


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) <= 6 else 0


def _version(page: BasePage, number: str) -> PublishedVersion:
    return get_object_or_404(versions_of(page), number=int(number))


def _withdrawn(request: HttpRequest, page: BasePage) -> HttpResponse:
    context = _frame(page, request, _("Version retirée"))
    body = render(request, "cms/history/withdrawn.html", context).content
    return HttpResponseGone(body)


def _cited(page: BasePage, number: str | None) -> Citation:
    """The version asked, or the last one; a page that was never published has none to cite."""
    shown = versions_of(page).filter(hidden_at=None).defer("content")
    found = shown.filter(number=_number(number)).first() if number else shown.first()
    if found is None:
        raise Http404
    return Citation(
        key=key_of(page.slug, found.number),
        title=found.title,
        author=found.organisation_name or "DataCités",
        published=timezone.localdate(found.published_at),
        version=found.number,
        url=absolute(addresses.version_url(page, found.number)),
        licence=page.get_licence_display(),
        reference=page.reference,
        accessed=timezone.localdate(),
    )
