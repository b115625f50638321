"""Addresses of freshness, and the signed ones that mails carry: they say who was asked about what."""

from dataclasses import dataclass
from datetime import date

from django.core import signing
from django.urls import reverse
from wagtail.models import Page

from cms.addresses import absolute
from cms.freshness.models import Verdict
from cms.history.addresses import path_of
from cms.models import User

ANSWER_SALT = "cms.freshness.answer"
STOP_SALT = "cms.freshness.stop"
VALID_SECONDS = 60 * 24 * 3600
MAX_TOKEN = 300


@dataclass(frozen=True)
class Asked:
    """Who was asked about which page and which of its dates."""

    user_id: int
    page_id: int
    due_on: date


class Forged(Exception):
    """The link is not one of ours."""


class Expired(Exception):
    """The link was one of ours."""


def answer_url(asked: Asked, verdict: Verdict) -> str:
    """Where one person answers about one page, with that answer's button first."""
    token = signing.dumps(
        [asked.user_id, asked.page_id, asked.due_on.isoformat()], salt=ANSWER_SALT
    )
    address = reverse("cms_freshness:answer", args=[token])
    return absolute(f"{address}?reponse={verdict.value}")


def read_answer(token: str) -> Asked:
    """What a link of a mail says. Raises `Forged` or `Expired`."""
    try:
        user_id, page_id, due_on = signing.loads(
            token[:MAX_TOKEN], salt=ANSWER_SALT, max_age=VALID_SECONDS
        )
    except signing.SignatureExpired as error:
        raise Expired from error
    except signing.BadSignature as error:
        raise Forged from error
    return Asked(user_id, page_id, date.fromisoformat(due_on))


def stop_url(user: User) -> str:
    """Where mail programs post, and people go, so that one person is asked no more."""
    token = signing.dumps(user.pk, salt=STOP_SALT)
    return absolute(reverse("cms_freshness:reminders", args=[token]))


def read_stop(token: str) -> int:
    """Whose link it is: for good, as mails are kept for years. Raises `Forged`."""
    try:
        return int(signing.loads(token[:MAX_TOKEN], salt=STOP_SALT))
    except signing.BadSignature as error:
        raise Forged from error


def confirm_url(page: Page) -> str:
    """Where people who signed in answer about a page."""
    return reverse("cms_freshness:confirm", args=[path_of(page)])
