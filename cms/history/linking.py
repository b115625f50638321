"""What links to a page: links in texts, chosen pages, and mentions that rooms above know of."""

from wagtail import hooks
from wagtail.models import Page, ReferenceIndex


def linking_ids(page: Page) -> set[int]:
    """Ids of the pages that link to `page`, lean on it or mention it; readers may not open them all.

    Wagtail keeps the links of what is published. Mentions are told by rooms through the
    `page_mentions` hook: a callable from the page to ids of pages.
    """
    references = ReferenceIndex.get_references_to(page).filter(
        base_content_type__app_label="wagtailcore", base_content_type__model="page"
    )
    found = {int(key) for key in references.values_list("object_id", flat=True).distinct()}
    for hook in hooks.get_hooks("page_mentions"):
        found.update(hook(page))
    return found
