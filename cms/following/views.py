"""Following something, and the page of all that one follows. None needs a script.

Visitors without an account have a link that only their mailbox received; opening a link never
changes anything, because programs that look for viruses open links too.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from wagtail import hooks

from cms.addresses import absolute
from cms.following import changing
from cms.following.addresses import follow_url, private_url
from cms.following.forms import AccountForm, ManageForm, VisitorForm
from cms.following.models import TO_CONFIRM_WITHIN, Correspondent, Follow, Notification
from cms.following.people import correspondent_at, correspondent_of, reader
from cms.following.rhythm import Rhythm
from cms.following.telling import Teller
from cms.following.topics import Topic, find_topic, find_topics
from cms.mailing.courier import NOT_TAKEN, Courier, Outcome
from cms.mailing.limits import PER_MAILBOX, PER_READER, reader_of
from cms.mailing.message import compose
from cms.models import User
from cms.pagination import numbered

PER_PAGE = 30


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Begin to follow what the address names, or no longer."""
    topic = find_topic(request.GET.get("sujet", "")[:120], request.user)
    if topic is None:
        raise Http404
    if isinstance(request.user, User):
        return _follow_with_account(request, topic, correspondent_of(request.user))
    form = VisitorForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_trapped:
        return redirect("cms_following:asked")
    if form.is_valid():
        if not PER_READER.allows(reader_of(request)):
            return _page(request, "too_many", topic=topic, status=429)
        outcome = _ask_to_confirm(topic, form.cleaned_data)
        if outcome is Outcome.TAKEN:
            return redirect("cms_following:asked")
        form.add_error("email" if outcome is Outcome.REFUSED else None, NOT_TAKEN[outcome])
    return _page(request, "follow", topic=topic, form=form, login_url=_login_url(topic))


def _login_url(topic: Topic) -> str:
    return f"{reverse('wagtailadmin_login')}?next={follow_url(topic.key)}"


def _follow_with_account(
    request: HttpRequest, topic: Topic, correspondent: Correspondent
) -> HttpResponse:
    """One click, and no mail to confirm."""
    current = correspondent.follows.standing().filter(topic=topic.key).first()
    if request.method == "POST" and request.POST.get("stop"):
        changing.stop(correspondent.follows.filter(topic=topic.key))
        messages.success(request, _("Vous ne suivez plus « %(label)s ».") % {"label": topic.label})
        return redirect(topic.url)
    form = AccountForm(
        request.POST if request.method == "POST" else None,
        initial={"rhythm": current.rhythm if current else ""},
    )
    if form.is_valid():
        try:
            changing.follow_now(
                correspondent, topic.key, form.cleaned_data["rhythm"], timezone.now()
            )
        except changing.TooMany:
            messages.error(
                request, _("Vous suivez déjà 500 sujets : arrêtez-en un pour en suivre un autre.")
            )
            return redirect("cms_following:mine")
        messages.success(request, _("Vous suivez « %(label)s ».") % {"label": topic.label})
        return redirect(topic.url)
    return _page(
        request,
        "follow_account",
        topic=topic,
        form=form,
        current=current,
        general=Rhythm(correspondent.rhythm).label,
    )


def _ask_to_confirm(topic: Topic, given: dict[str, Any]) -> Outcome:
    """Send one mail, whatever it says; a mailbox that was sent many gets none and nobody is told."""
    email = given["email"]
    if not PER_MAILBOX.allows(email):
        return Outcome.TAKEN
    correspondent = correspondent_at(email)
    try:
        asked = changing.ask(correspondent, topic.key, given["rhythm"], timezone.now())
    except changing.TooMany:
        return Outcome.TAKEN
    context = {
        "topic": topic,
        "is_standing": asked.confirmed_at is not None,
        "confirm_url": absolute(reverse("cms_following:confirm", args=[asked.token])),
        "private_url": private_url(correspondent),
    }
    courier = Courier()
    try:
        return courier.deliver(
            compose(correspondent.address, "cms/following/mail/confirm", context)
        )
    finally:
        courier.close()


@never_cache
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """The same answer to everybody: whether an address follows something is its owner's business."""
    return _page(request, "asked")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: UUID) -> HttpResponse:
    """A page with one button; only the button confirms."""
    found = Follow.objects.select_related("correspondent__user").filter(token=token).first()
    now = timezone.now()
    is_expired = found and not found.confirmed_at and found.created_at <= now - TO_CONFIRM_WITHIN
    topic = find_topic(found.topic, reader(found.correspondent)) if found else None
    if found is None or is_expired or topic is None:
        return _page(request, "gone", status=404)
    if request.method == "POST" or found.confirmed_at:
        if not found.confirmed_at:
            changing.confirm(found, now)
            messages.success(request, _("C’est confirmé : vous suivez « %s ».") % topic.label)
        return redirect(private_url(found.correspondent))
    return _page(request, "confirm", topic=topic, correspondent=found.correspondent)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """What somebody with an account follows, and what happened to it."""
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path(), reverse("wagtailadmin_login"))
    return _list(request, correspondent_of(request.user))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def private(request: HttpRequest, token: UUID) -> HttpResponse:
    """The same for a visitor, by a link that their mailbox alone received."""
    found = Correspondent.objects.select_related("user").filter(token=token).first()
    if found is None or not found.is_confirmed:
        return _page(request, "gone", status=404)
    if found.user_id:
        return redirect("cms_following:mine")
    return _list(request, found)


def _list(request: HttpRequest, correspondent: Correspondent) -> HttpResponse:
    follows = correspondent.follows.standing().order_by("created_at", "pk")
    if request.method == "POST":
        return _manage(request, correspondent, ManageForm(request.POST, follows))
    user = reader(correspondent)
    notifications = (
        Notification.objects.filter(correspondent=correspondent)
        .select_related("event")
        .order_by("-event_id")
    )
    shown = Paginator(notifications, PER_PAGE).get_page(request.GET.get("page"))
    listed = list(shown)
    for each in listed:
        each.correspondent = correspondent
    topics = find_topics((each.topic for each in follows), user)
    followed = [(each, topics.get(each.topic)) for each in follows]
    return _page(
        request,
        "list",
        correspondent=correspondent,
        items=Teller(listed).items(correspondent, listed),
        has_unseen=any(each.seen_at is None for each in listed),
        pages=numbered(shown.number, shown.paginator.num_pages, lambda page: f"?page={page}"),
        follows=[(each, topic) for each, topic in followed if topic],
        lost=[each for each, topic in followed if topic is None],
        rhythms=Rhythm.choices,
        sections=[
            section
            for hook in hooks.get_hooks("following_section")
            if (section := hook(request, correspondent))
        ],
    )


def _manage(request: HttpRequest, correspondent: Correspondent, form: ManageForm) -> HttpResponse:
    """Do what was asked with one follow, or with all."""
    if not form.is_valid():
        messages.error(request, _("Rien n’a changé : ce suivi était déjà arrêté."))
        return redirect(request.path)
    action, chosen = form.cleaned_data["action"], form.cleaned_data["follow"]
    if action == "seen":
        correspondent.notifications.filter(seen_at=None).update(seen_at=timezone.now())
    elif action == "general":
        changing.change_general_rhythm(correspondent, form.cleaned_data["rhythm"])
        messages.success(request, _("Le nouveau rythme est enregistré."))
    elif action == "rhythm":
        changing.change_rhythm(chosen, form.cleaned_data["rhythm"])
        messages.success(request, _("Le nouveau rythme est enregistré."))
    elif action == "stop":
        changing.stop(correspondent.follows.filter(pk=chosen.pk))
        messages.success(request, _("Vous ne suivez plus ce sujet."))
    else:
        changing.stop_all(correspondent)
        messages.success(request, _("Plus aucun e-mail ne vous sera envoyé."))
    return redirect(request.path)


# Mail programs post here by themselves (RFC 8058), without any page nor cookie: the token in the
# address, which only the mailbox has, stands for the one against forged requests.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: UUID) -> HttpResponse:
    """Stop all mails: by a post at once, by a link after one question. Doing it twice is fine."""
    found = Correspondent.objects.select_related("user").filter(token=token).first()
    if found is not None and request.method == "POST":
        changing.stop_all(found)
    if found is None or request.method == "POST" or found.rhythm == Rhythm.NONE:
        return _page(request, "stopped", correspondent=found)
    return _page(request, "stop", correspondent=found)


def _page(request: HttpRequest, name: str, status: int = 200, **context: Any) -> HttpResponse:
    context["breadcrumbs"] = [
        {"label": _("Accueil"), "url": "/"},
        {"label": _("Suivi"), "url": None},
    ]
    return render(request, f"cms/following/{name}.html", context, status=status)
