"""Handles: whom they call, what is offered while typing, and what a message does with them."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from wagtail.models import PageViewRestriction

from cms.discussions.handles import directory
from cms.discussions.models import Mention
from cms.models import User
from tests.builders import PASSWORD
from tests.cms.discussions.talking import Talk, seen
from tests.cms.editors import Editors, signed_in

pytestmark = pytest.mark.django_db


def person(first: str, last: str, **fields: object) -> User:
    email = f"p{User.objects.count()}@example.fr"
    return User.objects.create_user(email, PASSWORD, first_name=first, last_name=last, **fields)


def test_people_are_called_by_their_names_and_organizations_by_their_slugs(people: Editors) -> None:
    person("Lœtitia", "d'Étampes-Müller")
    person("", "")
    found = directory(people.alice)
    assert found["loetitia.detampes-muller"].label == "Lœtitia d'Étampes-Müller"
    assert found["root"].people == (people.root.pk,)
    assert found["antony"].people == (people.alice.pk, people.adele.pk)
    assert found["alice.test"].organisation == "Ville d'Antony"
    assert "" not in found
    person("亚" * 150, "亚" * 150)
    assert max(map(len, directory(people.alice))) < 255


def test_an_organization_whose_slug_has_capitals_is_called_in_any_letters(
    talk: Talk, people: Editors
) -> None:
    people.brest.slug = "Brest-Metropole"
    people.brest.save()
    assert directory(people.alice)["brest-metropole"].people == (people.basile.pk,)
    assert offered(signed_in(people.alice), "brest")[0]["handle"] == "brest-metropole"
    for typed in ("@Brest-Metropole", "@brest-metropole"):
        post = talk.open(people.alice, typed).posts.get()
        assert post.mentions.get().user == people.basile
        assert 'class="mention"' in talk.get(people.alice, f"{post.thread.number}/")


def test_homonyms_are_numbered_for_good(people: Editors) -> None:
    first, second, third = (person("Jean", "Dupont") for _ in range(3))
    person("Antony", "")
    assert directory(people.alice)["jean.dupont"].people == (first.pk,)
    assert directory(people.alice)["jean.dupont-2"].people == (second.pk,)
    first.is_active = False
    first.save()
    found = directory(people.alice)
    assert "jean.dupont" not in found
    assert found["jean.dupont-3"].people == (third.pk,)
    assert found["antony"].label == "Ville d'Antony"
    assert found["antony-2"].label == "Antony"


def offered(client: Client, typed: str) -> list[dict[str, str]]:
    response = client.get("/discussion/personnes/", {"q": typed})
    assert response.status_code == 200
    assert "@example" not in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    return response.json()["options"]


def test_names_are_offered_while_typing_to_accounts_only(people: Editors) -> None:
    person("Émile", "Zola")
    client = signed_in(people.alice)
    assert offered(client, "zol") == [
        {"handle": "emile.zola", "name": "Émile Zola", "organisation": ""}
    ]
    assert offered(client, "ÉMI")[0]["handle"] == "emile.zola"
    assert offered(client, "brest") == [
        {"handle": "brest", "name": "Brest métropole", "organisation": ""}
    ]
    assert len(offered(client, "t")) == 5
    for nothing in ("", "zzz", "@", "\u202e", "x" * 5000, "<script>"):
        assert offered(client, nothing) == []
    response = Client().get("/discussion/personnes/", {"q": "a"})
    assert response.status_code == 403
    assert "alice" not in response.content.decode()


def test_an_organization_that_is_closed_is_not_named(people: Editors) -> None:
    PageViewRestriction.objects.create(
        page=people.brest, restriction_type=PageViewRestriction.GROUPS
    ).groups.add(people.brest.group)
    found = directory(people.alice)
    assert "brest" not in found
    assert found["basile.test"].organisation == ""
    assert "brest" in directory(people.basile)


def test_a_message_calls_people_and_organizations_once(talk: Talk, people: Editors) -> None:
    body = "@Basile.Test, @antony, @adele.test, @nobody.here, @alice.test\n> @mona.test"
    post = talk.open(people.alice, body).posts.get()
    called = dict(Mention.objects.filter(post=post).values_list("user__first_name", "handle"))
    assert called == {"Basile": "basile.test", "Adele": "antony"}
    html = talk.get(people.basile, "1/")
    assert html.count('class="mention"') == 2
    assert "@nobody.here" in html


def test_the_author_is_told_who_may_not_read_the_page(talk: Talk, people: Editors) -> None:
    PageViewRestriction.objects.create(
        page=talk.page, restriction_type=PageViewRestriction.GROUPS
    ).groups.add(people.antony.group)
    client = signed_in(people.alice)
    response = client.post(talk.url, {"body": "@basile.test et @adele.test"}, follow=True)
    assert "Basile Test ne peut pas lire cette page : pas prévenu·e." in seen(response)
    assert "Adele Test ne peut pas" not in seen(response)
    assert list(Mention.objects.values_list("user", flat=True)) == [people.adele.pk]


def test_a_message_calls_twenty_accounts_at_most(
    talk: Talk, people: Editors, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(60):
        person("Foule", f"N{number}").groups.add(people.brest.group)
    client = signed_in(people.alice)
    client.get(talk.url)
    storm = " ".join(f"@foule.n{number}" for number in range(60))
    with django_assert_max_num_queries(45):
        response = client.post(talk.url, {"body": f"@brest {storm} " + "@a.b " * 700})
    assert response.status_code == 302
    assert Mention.objects.count() == 20
    assert "20 personnes au plus" in seen(client.get(response.url))


def test_changing_a_message_changes_whom_it_calls(talk: Talk, people: Editors) -> None:
    talk.open(people.alice, "@basile.test")
    talk.post(people.alice, "1/1/modifier/", body="@mona.test")
    assert list(Mention.objects.values_list("user", flat=True)) == [people.mona.pk]
    talk.post(people.alice, "1/1/supprimer/")
    assert not Mention.objects.exists()
