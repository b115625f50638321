"""Hostile words in every field, too much of them, and forms from elsewhere."""

import time
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from cms.discussions.models import Post, Thread
from cms.models import User
from tests.cms.discussions.talking import Talk
from tests.cms.discussions.test_body import Tags
from tests.cms.discussions.vectors import VECTORS
from tests.cms.editors import Editors, signed_in

pytestmark = pytest.mark.django_db


def acting(html: str) -> list[str]:
    """What would run, load or lead elsewhere in a page of the site."""
    found = []
    for tag, attrs in Tags(html).met:
        bad = [
            name
            for name, value in attrs.items()
            if name.startswith(("on", "hx-")) or name in {"style", "srcdoc"}
            or (name in {"href", "src", "action", "data", "xlink:href"}
                and str(value).strip().lower().startswith(("javascript:", "data:", "vbscript:", "//")))
        ]  # fmt: skip
        src = str(attrs.get("src") or "")
        if bad or (tag == "script" and not src.startswith("/static/")):
            found.append(f"{tag} {attrs}")
        if tag in {"iframe", "object", "embed", "base", "style", "math", "animate", "template"}:
            found.append(tag)
    return found


def test_no_vector_acts_wherever_it_is_written(talk: Talk, people: Editors) -> None:
    client = signed_in(people.alice)
    for number, vector in enumerate(VECTORS, 1):
        cache.clear()
        name = {"first_name": vector[:150], "last_name": vector[:150]}
        User.objects.filter(pk=people.alice.pk).update(**name)
        # The number tells apart those that are the same once they are cleaned.
        body = f"{vector}\n> {vector}\n@basile.test @{vector} {number}"
        given = {"body": body, "title": vector[:120], "quote": vector, "anchor": vector}
        assert client.post(talk.url, given).status_code == 302, vector
        for rest in ("", "1/modifier/", "1/supprimer/"):
            html = client.get(f"{talk.url}{number}/{rest}").content.decode()
            assert not acting(html), vector
    assert Thread.objects.count() == len(VECTORS)
    for page in (1, 2):
        assert not acting(talk.get(people.mona, f"?page={page}"))
    assert signed_in(people.mona).get("/discussion/personnes/?q=a")["Content-Type"] == (
        "application/json"
    )


def test_what_is_typed_is_escaped_when_it_is_shown_again(talk: Talk, people: Editors) -> None:
    for vector in VECTORS:
        given = {"body": vector + "x" * 5001, "title": vector + "x" * 200, "quote": vector * 100}
        assert not acting(talk.post(people.alice, "", 200, **given).content.decode()), vector
        response = signed_in(people.alice).get(talk.url, {"citer": vector, "ancre": vector})
        if response.status_code == 200:
            assert not acting(response.content.decode()), vector


def test_a_message_of_a_megabyte_is_refused_soon_and_shown_again(
    talk: Talk, people: Editors
) -> None:
    for sign in ("x", "@a ", "https://a.example/)", "\n>", "\u202e"):
        began = time.perf_counter()
        body = (sign * 1_000_000)[:1_000_000]
        html = talk.post(
            people.alice, "", 200, body=body, title=body[:99_999], quote=body[:99_999]
        ).content.decode()
        assert time.perf_counter() - began < 5
        assert "Rien n’est parti" in html
    assert not Post.objects.exists()


def test_signs_that_reverse_text_reach_neither_names_nor_titles(
    talk: Talk, people: Editors
) -> None:
    User.objects.filter(pk=people.alice.pk).update(
        first_name="Ali\u202ece\n", last_name="T\u2066est"
    )
    thread = talk.open(people.alice, "a\u202eb", title="c\u202ed\ne", quote="f\u2067g")
    post = thread.posts.get()
    assert (thread.title, thread.quote, post.body) == ("cd e", "fg", "ab")
    assert post.author_name == "Alice Test"


@pytest.mark.parametrize("body", ["\x00", "a\x00b", "\ud800", "\u0000" * 100])
def test_unreadable_text_gets_a_page(talk: Talk, people: Editors, body: str) -> None:
    client = signed_in(people.alice)
    data: Any = {"body": body.encode("utf-8", "surrogatepass")}
    assert client.post(talk.url, data).status_code in {200, 302, 400}


def test_forms_from_elsewhere_are_refused(talk: Talk, people: Editors) -> None:
    talk.open(people.alice)
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.alice)
    for rest in ("", "1/", "1/1/modifier/", "1/1/supprimer/", "1/etat/", "1/retirer/"):
        response = client.post(talk.url + rest, {"body": "x", "action": "resolve"})
        assert response.status_code == 403
    assert Post.objects.get().body == "Une question."


def test_opening_an_address_changes_nothing(talk: Talk, people: Editors) -> None:
    talk.open(people.alice)
    before = list(Thread.objects.values()), list(Post.objects.values())
    for rest in ("", "1/", "1/1/modifier/", "1/1/supprimer/", "1/1/retirer/", "1/retirer/"):
        signed_in(people.root).get(talk.url + rest, {"action": "lock", "rendre": "1", "body": "x"})
        signed_in(people.alice).head(talk.url + rest)
    assert (list(Thread.objects.values()), list(Post.objects.values())) == before


@pytest.mark.parametrize(
    "rest", ["0/", "9999999/", "-1/", "1/0/modifier/", "1/999999/retirer/", "x/"]
)
def test_numbers_that_lead_nowhere_are_not_found(talk: Talk, people: Editors, rest: str) -> None:
    talk.open(people.alice)
    talk.get(people.mona, rest, 404)
