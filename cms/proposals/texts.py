"""The texts of a page that anyone may propose to change, in the form in which readers get them.

Running text has addresses where the editor stores references to pages and files: visitors see and
write addresses. Written back, those that lead to a page of the site become references again.
"""

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from wagtail.fields import StreamField
from wagtail.models import Page, Site
from wagtail.rich_text import expand_db_html

from cms.blocks.text import ProseBlock
from cms.differences import Kind, Part
from cms.models import BasePage
from cms.models.fields import CleanRichTextField
from cms.sanitization import clean

Texts = dict[str, str]
"""Texts by name: a field's, or `field:block` for a block of running text in a body."""
LINK = re.compile(r'<a href="([^"]*)">')
DOCUMENT = re.compile(r"/documents/(\d{1,9})/")


def parts_of(kind: type[BasePage], content: Mapping[str, Any]) -> list[Part]:
    """The texts of a page, from what its version or revision holds, in the order of the model."""
    parts = [
        Part(
            name,
            _sentence(kind._meta.get_field(name).verbose_name),
            Kind.LINE,
            content.get(name) or "",
        )
        for name in kind.open_lines
    ]
    for field in kind._meta.concrete_fields:
        if isinstance(field, CleanRichTextField):
            value = expand_db_html(content.get(field.name) or "")
            parts.append(Part(field.name, _sentence(field.verbose_name), Kind.PROSE, value))
        elif isinstance(field, StreamField):
            for rank, block in enumerate(_running(field, content.get(field.name)), start=1):
                label = _("%(field)s, passage %(rank)s") % {
                    "field": _sentence(field.verbose_name),
                    "rank": rank,
                }
                name = f"{field.name}:{block['id']}"
                parts.append(Part(name, label, Kind.PROSE, expand_db_html(block["value"])))
    return parts


def with_texts(parts: list[Part], texts: Mapping[str, str]) -> list[Part]:
    """The same parts saying what `texts` says; those it does not name stay."""
    return [
        Part(part.name, part.label, part.kind, texts.get(part.name, part.value)) for part in parts
    ]


def values(parts: list[Part]) -> Texts:
    """Texts by their name."""
    return {part.name: part.value for part in parts}


def write(page: BasePage, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Put the texts of `after` that differ from `before` into `page`, which is not saved here.

    Raises `HtmlTooLong`.
    """
    for name, value in after.items():
        if before.get(name) == value:
            continue
        field_name, _colon, block_id = name.partition(":")
        field = page._meta.get_field(field_name)
        if isinstance(field, StreamField):
            _write_block(page, field, block_id, clean(stored(value)))
        elif isinstance(field, CleanRichTextField):
            setattr(page, field_name, clean(stored(value)))
        else:
            setattr(page, field_name, value)


def stored(html: str) -> str:
    """Running text in which addresses of this site's pages and files are references again."""
    return LINK.sub(lambda found: _reference(unescape(found[1])) or found[0], html)


def _reference(address: str) -> str:
    """The opening tag of a reference to what an address of this site leads to; "" for any other."""
    own = urlsplit(settings.SITE_URL)
    parts = urlsplit(address)
    if parts.netloc and (parts.scheme, parts.netloc) != (own.scheme, own.netloc):
        return ""
    if parts.query or parts.fragment or not parts.path.startswith("/"):
        return ""
    if document := DOCUMENT.match(parts.path):
        return f'<a linktype="document" id="{document[1]}">'
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        return ""
    path = site.root_page.url_path + unquote(parts.path).lstrip("/")
    page_id = Page.objects.filter(url_path=path).values_list("pk", flat=True).first()
    return f'<a linktype="page" id="{page_id}">' if page_id else ""


def _running(field: StreamField, value: Any) -> Iterator[dict[str, Any]]:
    """The raw blocks of running text of a body."""
    raw = json.loads(value) if isinstance(value, str) else value
    for block in raw or ():
        kind = field.stream_block.child_blocks.get(block.get("type"))
        if isinstance(kind, ProseBlock) and block.get("id"):
            yield block


def _write_block(page: BasePage, field: StreamField, block_id: str, html: str) -> None:
    raw = [
        {**block, "value": html} if block.get("id") == block_id else block
        for block in field.value_from_object(page).get_prep_value()
    ]
    setattr(page, field.name, field.to_python(json.dumps(raw)))


def _sentence(label: Any) -> str:
    text = str(label)
    return text[:1].upper() + text[1:]
