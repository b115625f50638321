"""Nobody publishes their own text, nor one they have not read: the rule at each of the editor's doors.

The review's task holds the rule for approvals; here are the other ways of making something public,
and the editor's answers when a rule holds something back.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision
from wagtail.permissions import policy_registry
from wagtail.query import PageQuerySet

from cms.dashboard import organisations_of
from cms.models import PartnerPage, ReviewTask
from cms.models.workflow import writers_by_page, writers_since_publication


def stands_with_a_partner(page: Page) -> bool:
    """Whether `page` is a partner or one of its pages."""
    return PartnerPage.objects.ancestor_of(page, inclusive=True).exists()


def nobody_publishes_their_own_text(request: HttpRequest, page: Page) -> HttpResponse | None:
    """On a partner's pages, publishing is somebody else's act, as approving is in the review.

    Administrators are let through: somebody has to be able to act in an emergency, and the public
    version says who did.
    """
    user = request.user
    if user.is_superuser or not stands_with_a_partner(page):
        return None
    # The editor's form carries the text along: whoever posts it has just written it.
    has_just_written = request.method == "POST" and "title" in request.POST
    if has_just_written or user.pk in writers_since_publication(page):
        messages.error(
            request,
            _(
                "Personne ne publie son propre texte. Soumettez-le à la relecture : il est enregistré, rien n'est perdu."
            ),
        )
        return redirect("wagtailadmin_pages:edit", page.pk)
    return None


def pages_are_born_drafts(request: HttpRequest, parent: Page, page_class: type[Page]) -> None:
    """A page created and published at once would be live before anybody else had read it.

    Wagtail writes the row live before it asks whether to publish: the request is turned into one
    that saves a draft, so that the page never shows.
    """
    if request.method != "POST" or request.user.is_superuser:
        return
    with_a_partner = issubclass(page_class, PartnerPage) or stands_with_a_partner(parent)
    if with_a_partner and "action-publish" in request.POST:
        posted = request.POST.copy()
        del posted["action-publish"]
        request.POST = posted  # type: ignore[assignment]  # Django lets a request's form be replaced
        messages.error(
            request,
            _(
                "Enregistré comme brouillon : personne ne publie son propre texte. Envoyez-le en relecture."
            ),
        )


def nor_in_bulk(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """Publishing a selection, with what lies below it, is publishing."""
    if action_type != "publish" or request.user.is_superuser:
        return None
    below = Q(pk__in=[])
    for page in objects:
        if isinstance(page, Page):
            below |= Q(path__startswith=page.path)
    pages = list(Page.objects.filter(below))
    writers = writers_by_page(pages)
    with_partners = organisations_of(pages)
    own = [
        page for page in pages if page.pk in with_partners and request.user.pk in writers[page.pk]
    ]
    if not own:
        return None
    messages.error(
        request,
        _("Rien n'a été publié : vous avez écrit « %(title)s », quelqu'un d'autre doit le publier.")
        % {"title": own[0].draft_title},
    )
    return redirect("wagtailadmin_explore", own[0].get_parent().pk)


def copies_are_drafts(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A copy published at once would be a text that nobody has reviewed; so would an alias."""
    if request.method != "POST" or request.user.is_superuser:
        return None
    if not (request.POST.get("publish_copies") or request.POST.get("alias")):
        return None
    messages.error(
        request,
        _("Une copie naît brouillon : décochez la publication, puis envoyez-la en relecture."),
    )
    return redirect("wagtailadmin_pages:copy", page.pk)


def move_only_what_may_move(request: HttpRequest, page: Page, destination: Page) -> None:
    """The page that confirms a move would show the title of any page, even of others' drafts."""
    if not page.permissions_for_user(request.user).can_move_to(destination):
        raise PermissionDenied


def is_outdated(request: HttpRequest, latest: Revision | None) -> bool:
    """Whether the posted form was opened on another version than `latest`, or names none."""
    if latest is None:
        return False
    if overwritten := request.POST.get("overwrite_revision_id"):
        return overwritten != str(latest.pk)
    return (
        request.POST.get("loaded_revision_id") != str(latest.pk)
        or request.POST.get("loaded_revision_created_at") != latest.created_at.isoformat()
    )


def approve_what_was_read(request: HttpRequest, page: Page) -> HttpResponse | None:
    """An approval posted from the editor counts for the version that the editor had opened."""
    if request.method != "POST":
        return None
    latest = page.get_latest_revision()
    outdated = is_outdated(request, latest)
    approving = (
        request.POST.get("action-workflow-action")
        and request.POST.get("workflow-action-name") == "approve"
    )
    if approving and outdated:
        messages.error(
            request,
            _(
                "Pas approuvé : le texte a changé depuis que vous l'avez ouvert. Voici la version du moment."
            ),
        )
        return redirect("wagtailadmin_pages:edit", page.pk)
    if (
        outdated
        and latest
        and "loaded_revision_id" in request.POST
        and latest.user_id != request.user.pk
    ):
        request.overtaken = latest  # type: ignore[attr-defined]  # read again once the page is saved
    if approving:
        request.approving = page.current_workflow_task_state  # type: ignore[attr-defined]  # idem
    return None


def say_what_happened(request: HttpRequest, page: Page) -> None:
    """Two people wrote at once: both texts are kept, and the second to save is told where."""
    overtaken = getattr(request, "overtaken", None)
    if overtaken is not None:
        compare = reverse(
            "wagtailadmin_pages:revisions_compare", args=[page.pk, overtaken.pk, "latest"]
        )
        messages.warning(
            request,
            format_html(
                _(
                    "{who} a enregistré une autre version pendant que vous écriviez. Les deux sont gardées : "
                    '<a href="{url}">voir ce qui les sépare</a>.'
                ),
                who=overtaken.user or _("Quelqu'un"),
                url=compare,
            ),
        )
    state = getattr(request, "approving", None)
    if state is not None:
        state.refresh_from_db()
        if state.status == state.STATUS_IN_PROGRESS:
            messages.warning(
                request,
                _(
                    "Enregistré, mais pas approuvé : vous avez changé le texte, l'approbation revient à quelqu'un d'autre."
                ),
            )


def offer_what_is_possible(
    menu_items: list[Any], request: HttpRequest, context: dict[str, Any]
) -> None:
    """On a partner's pages the editor offers the review, not a publication it would refuse."""
    page = context.get("page") or context.get("parent_page")
    if request.user.is_superuser or page is None or not stands_with_a_partner(page):
        return
    menu_items[:] = [item for item in menu_items if item.name != "action-publish"]


def choose_public_or_own(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """Who links to a page chooses among public ones and their own: others' drafts stay theirs."""
    user = request.user
    if user.is_superuser or ReviewTask.objects.filter(active=True, groups__user=user).exists():
        return pages
    policy = policy_registry.get_by_type(Page)
    own = policy.instances_user_has_any_permission_for(user, ["add", "change"])
    return pages.filter(Q(live=True) | Q(pk__in=own.values("pk")))
