"""Pages of alerts: asking, confirming, managing and stopping. None needs an account or a script.

Whoever has an alert's link received it in its mailbox: the link lets them see and stop the alerts of
that mailbox, and shows its address only in part. Opening a link never changes anything, because
programs that look for viruses open links too.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from cms.mailing.courier import NOT_TAKEN, Courier, Outcome
from cms.mailing.limits import PER_MAILBOX, PER_READER, reader_of
from search import labels
from search.alerts import following, mail
from search.alerts.forms import AlertForm, ManageForm
from search.labels import Labels
from search.models.alerts import MAX_QUERYSTRING, Frequency, SavedSearch
from search.newest import followed
from search.query import SearchQuery
from search.wording import facets_in_words, in_words


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_alert(request: HttpRequest) -> HttpResponse:
    """Ask to follow the search in the address; a mail goes out, and nothing else happens."""
    closed = labels.closed_labels()
    query = followed(labels.recognized(SearchQuery.from_querydict(request.GET), closed))
    form = AlertForm(request.POST if request.method == "POST" else None)
    status = 200
    if len(query.to_querystring()) > MAX_QUERYSTRING:
        return page(request, "too_long", query, closed, status=400)
    if form.is_bound and form.is_trapped:
        return asked(query)
    if form.is_valid():
        if not PER_READER.allows(reader_of(request)):
            return page(request, "too_many", query, closed, status=429)
        outcome = send_request(query, form.cleaned_data, closed)
        if outcome is Outcome.TAKEN:
            return asked(query)
        form.add_error("email" if outcome is Outcome.REFUSED else None, NOT_TAKEN[outcome])
        status = 200 if outcome is Outcome.REFUSED else 503
    return page(request, "new", query, closed, status=status, form=form)


def send_request(
    query: SearchQuery, given: Mapping[str, Any], closed: Mapping[str, Labels]
) -> Outcome:
    """Send one mail, whatever it says; a mailbox that was sent many gets none and nobody is told."""
    email = given["email"]
    if not PER_MAILBOX.allows(email):
        return Outcome.TAKEN
    request = following.ask(email, query.to_querystring(), given["frequency"], timezone.now())
    courier = Courier()
    try:
        return courier.deliver(mail.reply_to(request, closed))
    finally:
        courier.close()


def asked(query: SearchQuery) -> HttpResponse:
    """The same answer to everybody: whether an address follows a search is its owner's business."""
    querystring = query.to_querystring()
    return redirect(reverse("search:alert_asked") + (f"?{querystring}" if querystring else ""))


@never_cache
@require_safe
def alert_asked(request: HttpRequest) -> HttpResponse:
    """What to do now: open the mail."""
    closed = labels.closed_labels()
    query = followed(labels.recognized(SearchQuery.from_querydict(request.GET), closed))
    return page(request, "asked", query, closed)


def page(
    request: HttpRequest,
    name: str,
    query: SearchQuery,
    closed: Mapping[str, Labels],
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A page about one search."""
    context |= {
        "query": query,
        "facets": facets_in_words(query, closed),
        "results_url": labels.library_url(query),
        "breadcrumbs": [
            {"label": _("Accueil"), "url": "/"},
            {"label": _("Retours d'expérience"), "url": reverse("search:library")},
            {"label": _("Alerte"), "url": None},
        ],
    }
    return render(request, f"search/alerts/{name}.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def alert(request: HttpRequest, token: UUID) -> HttpResponse:
    """Confirm an alert that waits for it; manage those of the mailbox once it is confirmed."""
    found = SavedSearch.objects.standing(timezone.now()).filter(token=token).first()
    if found is None:
        return render(request, "search/alerts/gone.html", status=404)
    if found.confirmed_at is None:
        return to_confirm(request, found)
    if request.method == "POST":
        return manage(request, found)
    closed = labels.closed_labels()
    theirs = [told(other, closed) for other in following.alerts_of(found.email)]
    context = {"alert": found, "alerts": theirs, "frequencies": Frequency.choices}
    return render(request, "search/alerts/manage.html", context)


def to_confirm(request: HttpRequest, found: SavedSearch) -> HttpResponse:
    """A page with one button; only the button confirms."""
    if request.method == "POST":
        following.confirm(found, timezone.now())
        messages.success(request, _("C’est confirmé : vous serez prévenu·e à cette adresse."))
        return redirect("search:alert", token=found.token)
    closed = labels.closed_labels()
    query = mail.query_of(found)
    return page(request, "confirm", query, closed, alert=found)


def told(found: SavedSearch, closed: Mapping[str, Labels]) -> dict[str, Any]:
    """An alert as the page shows it."""
    query = mail.query_of(found)
    return {
        "alert": found,
        "words": in_words(query, closed),
        "url": labels.library_url(query),
    }


def manage(request: HttpRequest, found: SavedSearch) -> HttpResponse:
    """Do what was asked with one alert of the mailbox, or with all."""
    theirs = following.alerts_of(found.email)
    form = ManageForm(request.POST, theirs)
    if not form.is_valid():
        messages.error(request, _("Rien n’a changé : cette alerte était déjà arrêtée."))
        return redirect("search:alert", token=found.token)
    chosen = form.cleaned_data["alert"]
    if form.cleaned_data["action"] == "frequency":
        following.change_frequency(chosen, form.cleaned_data["frequency"])
        messages.success(request, _("Le nouveau rythme est enregistré."))
        return redirect("search:alert", token=found.token)
    stopping_all = form.cleaned_data["action"] == "stop-all"
    following.stop(theirs if stopping_all else theirs.filter(pk=chosen.pk))
    return after_stopping(request, found)


def after_stopping(request: HttpRequest, found: SavedSearch) -> HttpResponse:
    """To the alerts that are left, by a link that still leads there; else a word of farewell."""
    left = following.alerts_of(found.email)
    kept = left.filter(pk=found.pk).first() or left.first()
    if kept is None:
        return render(request, "search/alerts/stopped.html", {"none_left": True})
    messages.success(request, _("L’alerte est arrêtée."))
    return redirect("search:alert", token=kept.token)


# Mail programs post here by themselves (RFC 8058), without any page nor cookie: the token in the
# address, which only the mailbox has, stands for the one against forged requests.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_alert(request: HttpRequest, token: UUID) -> HttpResponse:
    """Stop one alert: by a post at once, by a link after one question. Doing it twice is fine."""
    found = SavedSearch.objects.filter(token=token)
    alert = found.first()
    if alert is None:
        return render(request, "search/alerts/stopped.html", {"already": True})
    if request.method == "POST":
        following.stop(found)
        none_left = not following.alerts_of(alert.email).exists()
        return render(request, "search/alerts/stopped.html", {"none_left": none_left})
    closed = labels.closed_labels()
    return page(request, "stop", mail.query_of(alert), closed, alert=alert)
