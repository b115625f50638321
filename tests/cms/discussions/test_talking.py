"""Threads and messages: opened, answered, quoted, changed, deleted, and where they stand."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from wagtail.models import PageViewRestriction

from casestudies.models import CaseStudyPage
from cms.discussions import views, writing
from cms.discussions.addresses import post_url
from cms.discussions.models import Post, Thread
from cms.discussions.recent import recent_for
from cms.discussions.views import PER_AUTHOR
from tests.cms.discussions.talking import Talk, seen
from tests.cms.editors import Editors, signed_in

pytestmark = pytest.mark.django_db


# --- Who reads


def test_a_visitor_is_told_what_it_is_and_nothing_of_what_is_said(
    talk: Talk, people: Editors
) -> None:
    thread = talk.open(people.alice, "Un mot secret.", title="Un titre secret")
    for rest in ("", "1/", "1/1/modifier/", "1/retirer/", "99/", "?citer=mot"):
        html = talk.get(None, rest)
        assert "secret" not in html
        assert "Se connecter pour lire et écrire" in html
        assert f'href="{talk.page.get_url()}proposer/"' in html
        assert "noindex" in html
    assert f"next=%2F{talk.url[1:].replace('/', '%2F')}" in talk.get(None).replace(
        "next=/", "next=%2F"
    )
    before = Client().get(talk.url).content.decode()
    thread.delete()
    assert Client().get(talk.url).content.decode() == before


def test_visitors_write_nothing(talk: Talk, people: Editors) -> None:
    talk.open(people.alice)
    for rest in ("", "1/", "1/1/modifier/", "1/1/supprimer/", "1/retirer/", "1/etat/"):
        talk.post(None, rest, status=200, body="Bonjour", action="resolve", reason="x")
    assert Post.objects.count() == 1
    assert not Thread.objects.filter(resolved_at__isnull=False).exists()


def test_every_account_that_may_read_the_page_reads_and_answers(
    talk: Talk, people: Editors
) -> None:
    thread = talk.open(people.alice, "Combien de capteurs ?")
    assert "Combien de capteurs" in talk.get(people.basile)
    talk.reply(people.basile, thread, "Quatorze.")
    html = talk.get(people.mona, "1/")
    assert "Quatorze." in html
    assert "Basile Test" in html
    assert "Brest métropole" in html
    assert "@example.fr" not in html


def test_a_page_that_is_closed_moved_or_gone_takes_its_discussion_along(
    talk: Talk, people: Editors
) -> None:
    talk.open(people.alice, "Entre nous.")
    restriction = PageViewRestriction.objects.create(
        page=talk.page, restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.add(people.antony.group)
    for user in (None, people.basile):
        for rest in ("", "1/", "1/1/retirer/"):
            talk.get(user, rest, 404)
            talk.post(user, rest, 404, body="x") if rest != "1/etat/" else None
    assert "Entre nous." in talk.get(people.adele, "1/")
    restriction.delete()
    talk.page.move(people.brest, pos="last-child")
    moved = Talk(CaseStudyPage.objects.get(pk=talk.page.pk))
    assert moved.url != talk.url
    assert "Entre nous." in moved.get(people.basile, "1/")
    moved.page.unpublish()
    moved.get(people.alice, "1/", 404)
    moved.page.delete()
    assert not Thread.objects.exists()


def test_nothing_of_it_is_in_public_pages_feeds_or_search(talk: Talk, people: Editors) -> None:
    talk.open(people.alice, "Un zébulon.", title="Le zébulon", quote="zébulon")
    url = talk.page.get_url()
    for user in (None, people.basile):
        client = signed_in(user) if user else Client()
        for address in (url, f"{url}historique/", "/modifications/", "/flux/modifications/", "/",
                        "/sitemap.xml", "/retours-experience/?q=zébulon", "/recherche/?q=zébulon"):  # fmt: skip
            text = client.get(address).content.decode()
            assert "un zébulon" not in text.lower()
            assert "le zébulon" not in text.lower()


# --- The way in


def test_the_page_leads_there_for_those_who_have_an_account_only(
    talk: Talk, people: Editors
) -> None:
    talk.open(people.alice)
    talk.open(people.adele, "Autre chose.")
    url = talk.page.get_url()
    html = Client().get(url).content.decode()
    assert "discussion/" not in html
    assert "passage.js" not in html
    html = signed_in(people.basile).get(url).content.decode()
    assert f'href="{talk.url}"' in html
    assert "Discussion (2<" in html
    assert "passage.js" in html
    assert "passage.js" not in talk.get(people.basile)
    talk.post(people.alice, "1/etat/", action="resolve")
    assert "Discussion (1<" in signed_in(people.basile).get(url).content.decode()


def test_a_passage_is_carried_into_the_form(talk: Talk, people: Editors) -> None:
    html = talk.get(people.alice, "?citer=Un%20r%C3%A9cit%20%3Cb%3E&ancre=recit")
    assert "Un récit &lt;b&gt;" in html
    assert 'value="recit"' in html
    thread = talk.open(people.alice, quote="Un récit.", anchor="recit")
    html = talk.get(people.alice, "1/")
    assert "Un récit." in html
    assert f'href="{talk.page.get_url()}#recit"' in html
    assert talk.open(people.alice, "Bis", anchor='x" onclick="').anchor == ""
    assert thread.title == ""
    assert "Une question." in talk.get(people.alice)


# --- Writing


def test_what_is_refused_is_shown_again_with_what_was_typed(talk: Talk, people: Editors) -> None:
    response = talk.post(
        people.alice, status=200, body=" \u200b ", title="Un titre", quote="q" * 601
    )
    html = response.content.decode()
    for expected in (
        "Écrivez votre message.",
        "601 caractères",
        "Un titre",
        "q" * 601,
        'role="alert"',
    ):
        assert expected in html
    thread = talk.open(people.alice)
    html = talk.post(people.alice, "1/", status=200, body="é" * 5001).content.decode()
    assert "é" * 5001 in html
    assert 'aria-invalid="true"' in html
    assert thread.posts.count() == 1


def test_line_ends_count_for_one(talk: Talk, people: Editors) -> None:
    body = "\r\n".join(["a"] * 2500)
    assert talk.open(people.alice, body).posts.get().body == "\n".join(["a"] * 2500)


def test_a_message_sent_twice_is_one_message(talk: Talk, people: Editors) -> None:
    first, again = talk.open(people.alice), talk.open(people.alice)
    assert first == again
    assert talk.reply(people.adele, first) == talk.reply(people.adele, first)
    assert Post.objects.count() == 2
    Post.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    assert talk.reply(people.adele, first).number == 3


def test_an_account_writes_thirty_messages_an_hour(talk: Talk, people: Editors) -> None:
    thread = talk.open(people.alice)
    for _ in range(PER_AUTHOR.most - 1):
        PER_AUTHOR.allows(str(people.alice.pk))
    html = talk.post(people.alice, "1/", status=429, body="Encore un mot").content.decode()
    assert "Encore un mot" in html
    assert "beaucoup écrit" in html
    assert talk.reply(people.adele, thread).number == 2


def test_a_message_written_by_somebody_signed_out_meanwhile_is_kept(
    talk: Talk, people: Editors
) -> None:
    talk.open(people.alice)
    for rest in ("", "1/"):
        response = Client().post(
            talk.url + rest, {"body": "Un long message"}, headers={"Origin": "http://testserver"}
        )
        assert response.status_code == 401
        assert "Un long message" in response.content.decode()
    elsewhere = Client().post(talk.url, {"body": "x"}, headers={"Origin": "http://evil.example"})
    assert b"Rien n" not in elsewhere.content


def test_what_is_sent_to_something_that_is_gone_is_shown_back(talk: Talk, people: Editors) -> None:
    thread = talk.open(people.alice)
    talk.reply(people.adele, thread)
    talk.post(people.adele, "1/2/supprimer/")
    words = "Un <long> message"
    response = talk.post(people.adele, "1/2/modifier/", 404, body=words)
    assert "Un &lt;long&gt; message" in response.content.decode()
    talk.post(people.alice, "1/1/supprimer/")
    html = talk.post(people.basile, "1/", 404, body=words).content.decode()
    assert "Un &lt;long&gt; message" in html
    assert "Copiez-le pour le garder" in html
    assert "Compter les vélos" in html
    for rest in ("99/", "1/1/modifier/", "1/1/retirer/"):
        assert "Mes mots" in seen(talk.post(people.mona, rest, 404, body="Mes mots"))
    assert "Copiez-le" not in talk.get(people.basile, "1/", 404)
    assert "Copiez-le" not in seen(talk.post(people.basile, "1/", 404))
    assert thread.posts.filter(deleted_at=None).count() == 0


def test_what_is_sent_to_a_page_that_is_gone_is_shown_back_without_naming_the_page(
    talk: Talk, people: Editors
) -> None:
    talk.open(people.alice)
    talk.page.unpublish()
    for rest in ("", "1/"):
        response = talk.post(people.basile, rest, 404, title="Un titre", quote="Ceci", body="Cela")
        html = response.content.decode()
        for typed in ("Un titre", "Ceci", "Cela"):
            assert typed in html
        assert "Compter les vélos" not in html
        assert "Cela" not in seen(talk.post(None, rest, 404, body="Cela"))


def test_what_is_sent_to_the_former_place_of_a_page_arrives(talk: Talk, people: Editors) -> None:
    talk.open(people.alice)
    talk.page.move(people.brest, pos="last-child")
    response = talk.post(people.basile, "1/", body="Malgré tout.")
    moved = CaseStudyPage.objects.get(pk=talk.page.pk)
    assert response.url == f"{moved.get_url()}discussion/1/#message-2"
    assert Post.objects.get(number=2).thread.page_id == talk.page.pk


@pytest.mark.parametrize("change", ["deleted_at", "hidden_at", "locked_at"])
def test_nothing_is_written_into_a_thread_that_ends_while_it_is_answered(
    talk: Talk, people: Editors, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    thread = talk.open(people.alice)

    def ended(key: str) -> bool:
        """Called between the look at the thread and what is written."""
        Thread.objects.update(**{change: timezone.now()})
        return True

    monkeypatch.setattr(views, "PER_AUTHOR", SimpleNamespace(allows=ended))
    for user, rest in ((people.basile, "1/"), (people.alice, "1/1/modifier/")):
        Thread.objects.update(**{change: None})
        html = talk.post(user, rest, 409, body="Des mots.").content.decode()
        assert "Des mots." in html
    assert thread.posts.get().body == "Une question."
    Thread.objects.update(**{change: None})
    talk.post(people.mona, "1/", 302 if change == "locked_at" else 409, body="Modération.")


def test_nothing_is_written_into_a_message_that_is_deleted_while_it_is_changed(
    talk: Talk, people: Editors, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = talk.open(people.alice)
    talk.reply(people.adele, thread)
    post = thread.posts.get(number=1)
    meanwhile = SimpleNamespace(allows=lambda key: writing.delete(post))
    monkeypatch.setattr(views, "PER_AUTHOR", meanwhile)
    talk.post(people.alice, "1/1/modifier/", 409, body="Des mots.")
    post.refresh_from_db()
    assert post.body == ""


# --- Changing and deleting


def test_authors_correct_their_messages_and_later_changes_are_marked(
    talk: Talk, people: Editors
) -> None:
    thread = talk.open(people.alice, "Une fôte.")
    assert "Une fôte." in talk.get(people.alice, "1/1/modifier/")
    response = talk.post(people.alice, "1/1/modifier/", body="Une faute.")
    assert response.url == f"{talk.url}1/#message-1"
    html = talk.get(people.basile, "1/")
    assert "Une faute." in html
    assert "modifié le" not in html
    Post.objects.update(created_at=timezone.now() - timedelta(minutes=31))
    talk.post(people.alice, "1/1/modifier/", body="Une autre faute.")
    assert "modifié le" in talk.get(people.basile, "1/")
    post = talk.reply(people.adele, thread)
    talk.reply(people.alice, thread, "D'accord.")
    talk.post(people.adele, "1/2/modifier/", body="Le contraire.")
    post.refresh_from_db()
    assert post.edited_at


def test_a_deleted_message_leaves_its_place_if_it_was_answered(talk: Talk, people: Editors) -> None:
    thread = talk.open(people.alice, "Premier mot.", title="Titre secret", quote="Un passage")
    talk.reply(people.adele, thread, "Deuxième mot.")
    talk.reply(people.alice, thread, "Troisième mot.")
    assert "Troisième mot." in talk.get(people.alice, "1/3/supprimer/")
    assert Post.objects.filter(deleted_at=None).count() == 3
    talk.post(people.alice, "1/3/supprimer/")
    html = talk.get(people.basile, "1/")
    assert "Troisième mot." not in html
    assert "Message supprimé" not in html
    talk.post(people.alice, "1/1/supprimer/")
    html = talk.get(people.basile, "1/")
    assert "Message supprimé" in html
    assert talk.reply(people.alice, thread, "Quatrième mot.").number == 4
    assert not Post.objects.filter(body__contains="Premier").exists()
    for user, number in ((people.alice, 4), (people.adele, 2)):
        response = talk.post(user, f"1/{number}/supprimer/")
    assert response.url == talk.url
    talk.get(people.alice, "1/", 404)
    assert "Titre secret" not in talk.get(people.mona)
    assert talk.open(people.alice).number == 2


def test_an_account_that_is_deleted_leaves_its_messages_without_its_name(
    talk: Talk, people: Editors
) -> None:
    thread = talk.open(people.basile, "Un avis.")
    talk.reply(people.alice, thread, "Merci @basile.test")
    people.basile.delete()
    html = talk.get(people.adele, "1/")
    assert "Un avis." in html
    assert "Compte supprimé" in html
    assert "Basile Test" not in html
    assert not Post.objects.filter(author_name__contains="Basile").exists()


def test_a_page_of_somebody_without_a_name_shows_no_address(talk: Talk, people: Editors) -> None:
    people.basile.first_name = people.basile.last_name = ""
    people.basile.save()
    talk.open(people.basile)
    html = talk.get(people.adele, "1/")
    assert "Compte sans nom" in html
    assert "basile@" not in html


# --- Where messages stand


def many(thread: Thread, author: object, upto: int) -> None:
    Post.objects.bulk_create(
        Post(
            thread=thread, number=number, author=author, author_name="Alice", body=f"Mot {number}."
        )
        for number in range(2, upto + 1)
    )


def test_a_message_keeps_its_address_on_the_page_that_holds_it(talk: Talk, people: Editors) -> None:
    thread = talk.open(people.alice)
    many(thread, people.alice, 120)
    post = thread.posts.get(number=73)
    assert post_url(post) == f"{talk.url}1/?page=2#message-73"
    html = talk.get(people.alice, "1/?page=2")
    assert 'id="message-73"' in html
    assert 'id="message-50"' not in html
    talk.post(people.alice, "1/10/supprimer/")
    assert 'id="message-73"' in talk.get(people.alice, "1/?page=2")
    assert talk.post(people.adele, "1/", body="Fin.").url == f"{talk.url}1/?page=3#message-121"


@pytest.mark.parametrize(
    "query", ["?page=-1", "?page=zz", "?page=99999999999", "?citer=%00", "?ancre=<b>"]
)
def test_bad_queries_get_a_page(talk: Talk, people: Editors, query: str) -> None:
    talk.open(people.alice)
    for rest in (query, f"1/{query}"):
        talk.get(people.alice, rest)


def test_the_list_shows_what_is_open_first_and_folds_what_is_resolved(
    talk: Talk, people: Editors
) -> None:
    assert "Personne n’a encore rien dit" in talk.get(people.alice)
    for title in ("Une", "Deux", "Trois"):
        talk.open(people.alice, f"Corps {title}.", title=title)
    talk.post(people.alice, "2/etat/", action="resolve")
    talk.reply(people.adele, Thread.objects.get(number=1))
    html = talk.get(people.basile)
    assert (
        html.index(">Une<")
        < html.index(">Trois<")
        < html.index("resolved-threads")
        < html.index(">Deux<")
    )


def test_the_desk_lists_open_threads_of_ones_own_pages(talk: Talk, people: Editors) -> None:
    talk.open(people.basile, title="Chez Antony")
    Talk(people.published("Ailleurs", people.basile, people.brest)).open(
        people.alice, title="À Brest"
    )
    (recent,) = recent_for(people.alice)
    assert (recent.thread.heading, recent.url) == ("Chez Antony", f"{talk.url}1/")
    assert recent_for(people.mona) == []
    talk.post(people.alice, "1/etat/", action="resolve")
    assert recent_for(people.adele) == []


# --- Cost


def test_queries_do_not_grow_with_threads_or_messages(
    talk: Talk, people: Editors, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    thread = talk.open(people.alice, "Bonjour @adele.test")
    client = signed_in(people.mona)
    client.get(talk.url)

    def cost(address: str, limit: int) -> int:
        with django_assert_max_num_queries(limit) as captured:
            client.get(address)
        return len(captured)

    few = cost(talk.url, 22), cost(f"{talk.url}1/", 22)
    many(thread, people.alice, 60)
    for number in range(2, 40):
        other = Thread.objects.create(page=talk.page, number=number, created_by=people.alice)
        Post.objects.create(thread=other, number=1, author=people.alice, body=f"Mot {number}")
    assert (cost(talk.url, 22), cost(f"{talk.url}1/", 22)) == few
    with django_assert_max_num_queries(3):
        assert len(recent_for(people.alice)) == 10
