"""Existing tags, suggested as one types, whatever the case and accents."""

from django.http import HttpRequest, JsonResponse

from casestudies.models import CaseStudyTag
from casestudies.reference.names import name_key

LIMIT = 10


def suggest_tags(request: HttpRequest) -> JsonResponse:
    """Names of the tags of which a word starts with `term`."""
    key = name_key(request.GET.get("term", "")[:100])
    if not key:
        return JsonResponse([], safe=False)
    starting = CaseStudyTag.objects.filter(key__startswith=key)
    inside = CaseStudyTag.objects.filter(key__contains=f" {key}")
    names = (starting | inside).order_by("name").values_list("name", flat=True)
    return JsonResponse(list(names[:LIMIT]), safe=False)
