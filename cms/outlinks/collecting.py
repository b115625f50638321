"""Keeps the links of each page in step with what is published."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.signals import post_save
from django.utils.translation import override
from modelcluster.models import get_all_child_relations
from wagtail.models import Page

from cms.models.versions import PublishedVersion
from cms.outlinks.extraction import MAX_WORDS, links_in
from cms.outlinks.models import ExternalLink, PageLink, PageRead, digest_of


def connect() -> None:
    """Connect the receiver."""
    post_save.connect(
        version_was_published, sender=PublishedVersion, dispatch_uid="outlinks_version"
    )


def version_was_published(
    instance: PublishedVersion, created: bool = False, raw: bool = False, **kwargs: Any
) -> None:
    """Runs inside the publication; bounded, whatever the page holds."""
    if created and not raw:
        collect(instance.page, instance.content)


@transaction.atomic
def collect(page: Page, content: Mapping[str, Any]) -> int:
    """Write the links of `page`, whose public content is given; how many there are."""
    found = links_in(content, urlsplit(settings.SITE_URL).hostname or "")
    ExternalLink.objects.bulk_create(
        [
            ExternalLink(
                url=each.url, digest=digest_of(each.url), host=urlsplit(each.url).hostname or ""
            )
            for each in found
        ],
        ignore_conflicts=True,
    )
    links = {
        link.url: link
        for link in ExternalLink.objects.filter(digest__in=[digest_of(each.url) for each in found])
    }
    labels = labels_of(page)
    PageLink.objects.filter(page_id=page.pk).delete()
    PageLink.objects.bulk_create(
        [
            PageLink(
                page_id=page.pk,
                link=links[each.url],
                where=labels.get(each.field, "")[:120],
                words=" ".join(each.words.split())[:MAX_WORDS],
            )
            for each in found
        ],
        ignore_conflicts=True,
    )
    PageRead.objects.bulk_create([PageRead(page_id=page.pk)], ignore_conflicts=True)
    return len(found)


def labels_of(page: Page) -> dict[str, str]:
    """The names that editors know of the fields and child tables of a page's kind."""
    kind = page.specific_class or type(page)
    with override(settings.LANGUAGE_CODE):
        fields = {field.name: str(field.verbose_name) for field in kind._meta.concrete_fields}
        rows = {
            relation.get_accessor_name(): str(relation.related_model._meta.verbose_name_plural)
            for relation in get_all_child_relations(kind)
        }
    return fields | rows


def collect_missing() -> int:
    """Read the last version of live pages that were never read; how many links were found."""
    unread = Page.objects.live().filter(
        ~Exists(PageRead.objects.filter(page=OuterRef("pk"))),
        Exists(PublishedVersion.objects.filter(page=OuterRef("pk"))),
    )
    count = 0
    for page in unread.order_by("pk").iterator(chunk_size=200):
        version = PublishedVersion.objects.filter(page_id=page.pk).order_by("-number").first()
        count += collect(page, version.content) if version else 0
    return count


def forget_unused() -> None:
    """Delete the links that no page holds any longer."""
    ExternalLink.objects.filter(places=None).delete()
