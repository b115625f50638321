"""What tests of the team's pages share: addresses, a form as a browser sends it, a page as it reads."""

import re
from html import unescape

from django.http import HttpResponse
from django.test import Client

from cms.models import User

RULES = "wagtailsnippets_search_synonymrule"
BETS = "wagtailsnippets_search_bestbet"
HOSTILE = "<script>alert(1)</script>"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def fields(left: str, right: str, **more: str) -> dict[str, str]:
    """The form of a rule as a browser sends it."""
    return {"left": left, "right": right, "note": "", "is_two_way": "on", "is_active": "on"} | more


def text_of(response: HttpResponse) -> str:
    """What a page says, without markup."""
    html = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
