"""Who may take a file: readers only what a page they can open gives them."""

from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest
from wagtail.documents.models import AbstractDocument
from wagtail.models import Page, ReferenceIndex

from cms.visibility import visible_to


def only_what_readers_may_have(document: AbstractDocument, request: HttpRequest) -> None:
    """Raise Http404 unless a page that the reader may open refers to `document`.

    A file is uploaded before its page is published: until then it is the authors' own. Those who
    may enter the editor choose files there and see them all as their collections allow.
    """
    if request.user.is_authenticated and request.user.has_perm("wagtailadmin.access_admin"):
        return
    references = ReferenceIndex.get_references_to(document)
    # Something else than a page may have the number of one.
    pages_alone = references.filter(base_content_type=ContentType.objects.get_for_model(Page))
    referring = pages_alone.values_list("object_id", flat=True)
    pages = Page.objects.filter(pk__in=[int(pk) for pk in referring])
    if not visible_to(pages, request.user).exists():
        raise Http404("no page gives this document")
