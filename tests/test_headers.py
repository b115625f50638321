"""Headers that every page carries."""

import pytest
from django.test import Client

from tests.builders import make_case, make_site

pytestmark = pytest.mark.django_db


def policy(response) -> dict[str, str]:
    parts = response["Content-Security-Policy"].split(";")
    return {name: rest for name, _, rest in (part.strip().partition(" ") for part in parts)}


def test_readers_pages_allow_nothing_but_this_site(client: Client) -> None:
    make_site()
    directives = policy(client.get("/"))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self'"
    assert directives["style-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"
    assert directives["base-uri"] == "'none'"
    assert "unsafe" not in str(directives)


def test_every_page_says_how_it_may_be_used(client: Client) -> None:
    case = make_case()
    response = client.get(case.get_url())
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert not response.cookies


def test_the_editor_has_a_policy_of_its_own(client: Client) -> None:
    make_site()
    directives = policy(client.get("/gestion/login/"))
    assert directives["default-src"] == "'self'"
    assert "unsafe-eval" not in str(directives)


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/guide/%00/",
        "/territoires/insee:86194%00/",
        "/%FF%FE/",
        "/?q=%00",
        "/retours-experience/?q=%00",
    ],
)
def test_unreadable_addresses_get_a_page_not_a_crash(client: Client, path: str) -> None:
    make_site()
    assert client.get(path).status_code in {200, 400, 404}
