"""How a reviewer reads a change: paragraphs, lists and addresses kept apart, nothing said of nothing."""

import re
from typing import Any

from django.db import models
from wagtail.admin.compare import (
    FieldComparison,
    RichTextFieldComparison,
    diff_text,
    register_comparison_class,
)

from cms.models.fields import CleanRichTextField
from cms.sanitization import plain_text

BLOCK_ENDS = re.compile(r"</(?:p|h[2-4]|li|blockquote)>|<br\s*/?>", re.I)
ITEM = re.compile(r"<li[^>]*>", re.I)
ADDRESS = re.compile(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', re.I | re.S)


def readable(html: Any) -> str:
    """Rich text as lines of plain text, with bullets and the addresses of its links."""
    marked = ADDRESS.sub(r"\2 (\1)", str(html or ""))
    marked = ITEM.sub("• ", marked)
    lines = (plain_text(line) for line in BLOCK_ENDS.split(marked))
    return "\n".join(line for line in lines if line)


class ReadableComparison(RichTextFieldComparison):
    """Rich text, line by line."""

    def htmldiff(self) -> Any:
        """What was removed and added, as Wagtail marks it."""
        return diff_text(readable(self.val_a), readable(self.val_b)).to_html()


class ValueComparison(FieldComparison):
    """A value that may be missing: nothing is said of what is not there."""

    def htmldiff(self) -> Any:
        """The old and the new value; "" stands for none."""
        before, after = ("" if value is None else str(value) for value in (self.val_a, self.val_b))
        return diff_text(before, after).to_html()


def register() -> None:
    """Take the place of Wagtail's comparisons of these fields."""
    register_comparison_class(CleanRichTextField, comparison_class=ReadableComparison)
    register_comparison_class(models.DecimalField, comparison_class=ValueComparison)
