"""Words and headers of a mail. Sends nothing."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

SUBJECT_LIMIT = 150
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
"""Says that a program wrote, so that no other answers."""


def compose(
    to: str,
    templates: str,
    context: dict[str, Any],
    *,
    with_html: bool = False,
    stop_url: str = "",
    message_id: str = "",
) -> EmailMultiAlternatives:
    """A mail made of `<templates>_subject.txt`, `<templates>.txt` and, if asked, `<templates>.html`.

    Its subject is one line whatever it names. With `stop_url`, mail programs offer to stop in one
    click (RFC 8058).
    """
    context = {**context, "site": settings.SITE_NAME}
    headers = dict(AUTOMATIC)
    if stop_url:
        headers["List-Unsubscribe"] = f"<{stop_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if message_id:
        headers["Message-ID"] = message_id
    mail = EmailMultiAlternatives(
        subject=one_line(render_to_string(f"{templates}_subject.txt", context)),
        body=render_to_string(f"{templates}.txt", context).strip() + "\n",
        to=[to],
        headers=headers,
    )
    if with_html:
        mail.attach_alternative(render_to_string(f"{templates}.html", context), "text/html")
    return mail


def one_line(text: str) -> str:
    """`text` without line breaks or control characters, of a length a mail list can show."""
    bare = "".join(c if c.isprintable() else " " for c in text)
    line = " ".join(bare.split())
    return line if len(line) <= SUBJECT_LIMIT else line[: SUBJECT_LIMIT - 1] + "…"
