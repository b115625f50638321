"""Suggestions for scripts, as JSON: the page itself never needs them.

JSON rather than a fragment of HTML: the list's roles and identifiers belong to the script that keeps
them in step with the keyboard, and text that is put in place by `textContent` cannot become markup.
"""

from dataclasses import asdict

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from search.suggestions import EVERYTHING, suggestions

CACHE_CONTROL = "public, max-age=60"
"""Every reader gets the same answer, made of what anyone may read."""


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """Suggestions for `q`, by kind, with the sentence that tells how many there are."""
    groups = suggestions(request.GET.get("q", ""), request.GET.get("pour", EVERYTHING))
    total = sum(len(group.options) for group in groups)
    counted = ngettext("%(total)s suggestion", "%(total)s suggestions", total) % {"total": total}
    answer = {
        "label": _("Suggestions"),
        "status": counted if total else _("Aucune suggestion"),
        "groups": [asdict(group) for group in groups],
    }
    response = JsonResponse(answer)
    response["Cache-Control"] = CACHE_CONTROL
    response["X-Robots-Tag"] = "noindex"
    return response
