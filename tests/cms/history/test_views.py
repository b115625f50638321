"""The pages about a page: versions, one of them, comparisons, links."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from wagtail.models import PageViewRestriction

from casestudies.models import CaseStudyPage
from cms.models import PartnerPage, PublishedVersion, User
from tests.builders import make_case, make_moderator, make_partner, make_user

pytestmark = pytest.mark.django_db


def read(client: Client, page: CaseStudyPage, rest: str, status: int = 200) -> str:
    response = client.get(f"{page.get_url()}{rest}")
    assert response.status_code == status, response.status_code
    return response.content.decode()


def test_all_versions_are_listed_with_who_for_whom_when_and_what(
    client: Client, case: CaseStudyPage
) -> None:
    html = read(client, case, "historique/")
    assert "3 versions publiées" in html
    assert "Le nombre exact" in html
    assert html.count("Camille Martin, Grand Poitiers") >= 3
    assert f'href="{case.get_url()}historique/2/3/"' in html
    assert html.index("Version 3") < html.index("Version 2") < html.index("Version 1")


def test_the_page_leads_to_its_history_links_and_citation(
    client: Client, case: CaseStudyPage
) -> None:
    html = read(client, case, "")
    for rest in ("historique/", "pages-liees/", "citer/"):
        assert f'href="{case.get_url()}{rest}"' in html


def test_the_front_page_and_chapters_have_a_history_too(
    client: Client, case: CaseStudyPage
) -> None:
    home = case.get_ancestors()[1].specific
    home.save_revision().publish()
    assert client.get("/historique/").status_code == 200
    assert client.get("/historique/1/").status_code == 200
    assert client.get("/guide/historique/").status_code == 200


def test_an_e_mail_address_is_never_a_name(client: Client, case: CaseStudyPage, rewrite) -> None:
    nameless = User.objects.create_user("secret@poitiers.fr", "mot-de-passe-long")
    case.summary = "Autre."
    case.save_revision(user=nameless).publish()
    assert PublishedVersion.objects.get(page=case, number=4).author_name == ""
    for rest in ("historique/", "historique/4/", "historique/3/4/"):
        assert "secret@" not in read(client, case, rest)


def test_a_version_is_read_as_it_was_and_says_so(client: Client, case: CaseStudyPage) -> None:
    html = read(client, case, "historique/1/")
    assert "<b>douze</b>" in html
    assert "Commencer petit" not in html
    assert "Ce n’est plus la version actuelle" in html
    assert '<meta name="robots" content="noindex' in html


def test_the_last_version_says_that_it_is_the_present_one(
    client: Client, case: CaseStudyPage
) -> None:
    html = read(client, case, "historique/3/")
    assert "Commencer petit" in html
    assert "version actuelle" in html
    assert "plus la version actuelle" not in html


def test_a_version_keeps_its_address_when_the_page_is_renamed(
    client: Client, case: CaseStudyPage, rewrite: Callable[..., None]
) -> None:
    rewrite(case, title="Éteindre la nuit")
    html = read(client, case, "historique/1/")
    assert "<h1>Éclairer la nuit</h1>" in html


def test_what_changed_is_told_in_words(client: Client, case: CaseStudyPage) -> None:
    html = read(client, case, "historique/1/2/")
    assert "+1 mot, −1 mot" in html
    assert "Démarche" in html
    assert "douze" in html
    assert "quatorze" in html
    assert "<ins" in html
    assert "<del" in html
    assert "&lt;b&gt;" not in html


def test_two_columns_say_the_same(client: Client, case: CaseStudyPage) -> None:
    html = read(client, case, "historique/1/2/?vue=colonnes")
    assert "<th scope=" in html
    assert "douze" in html
    assert "quatorze" in html


def test_choices_and_records_are_named_as_readers_know_them(
    client: Client, case: CaseStudyPage, rewrite: Callable[..., None]
) -> None:
    from casestudies.models import CaseSource
    from tests.builders import make_domain

    case.sources.add(CaseSource(title="Le rapport", url="https://example.org/rapport"))
    case.domains.set([make_domain("eau", "Eau")])
    rewrite(case, "Sources", status="deploye")
    html = read(client, case, "historique/3/4/")
    for words in ("Sources", "Le rapport", "Eau", "Énergie", "Déployé", "Statut"):
        assert words in html, words


def test_choosing_two_versions_leads_to_their_comparison(
    client: Client, case: CaseStudyPage
) -> None:
    response = client.get(f"{case.get_url()}historique/?de=3&a=1")
    assert response.url == f"{case.get_url()}historique/1/3/"


@pytest.mark.parametrize(
    "rest",
    ["historique/4/", "historique/0/", "historique/1/9/", "historique/9/1/", "historique/1/1/"],
)
def test_versions_that_do_not_exist_are_not_found(
    client: Client, case: CaseStudyPage, rest: str
) -> None:
    read(client, case, rest, 404)


@pytest.mark.parametrize(
    "query",
    ["?de=<script>&a=1", "?de=999999999999999999&a=2", "?page=-4", "?page=zzz", "?de=&a="],
)
def test_bad_input_gets_the_list(client: Client, case: CaseStudyPage, query: str) -> None:
    assert client.get(f"{case.get_url()}historique/{query}").status_code in {200, 302}


# --- What may be read


def test_a_page_that_is_closed_or_withdrawn_has_no_public_history(
    client: Client, case: CaseStudyPage
) -> None:
    rests = ("historique/", "historique/1/", "historique/1/2/", "citer/", "citer/ris/")
    restriction = PageViewRestriction.objects.create(page=case, restriction_type="login")
    for rest in (*rests, "pages-liees/"):
        read(client, case, rest, 404)
    restriction.delete()
    url = case.get_url()
    case.unpublish()
    for rest in rests:
        assert client.get(f"{url}{rest}").status_code == 404


def test_what_was_published_behind_a_restriction_does_not_open_with_the_page(
    client: Client, case: CaseStudyPage, rewrite: Callable[..., None]
) -> None:
    restriction = PageViewRestriction.objects.create(page=case, restriction_type="login")
    rewrite(case, "Entre nous", summary="Un chiffre secret.")
    member = Client()
    member.force_login(make_user())
    assert "Entre nous" in read(member, case, "historique/")
    restriction.delete()
    rewrite(case, "Pour tous", summary="Un chiffre public.")
    html = read(client, case, "historique/")
    assert "Entre nous" not in html
    assert "Pour tous" in html
    read(client, case, "historique/4/", 404)
    response = client.get(f"{case.get_url()}historique/4/5/")
    assert response.url == f"{case.get_url()}historique/5/"
    for address in ("/modifications/", "/flux/modifications/"):
        assert "Entre nous" not in client.get(address).content.decode()


def test_a_draft_never_shows(client: Client, case: CaseStudyPage) -> None:
    case.approach = "<p>Un brouillon.</p>"
    case.change_summary = "En préparation"
    case.save_revision()
    for rest in ("historique/", "historique/3/", "historique/1/3/", "citer/"):
        html = read(client, case, rest)
        assert "brouillon" not in html
        assert "En préparation" not in html


def test_a_page_that_its_reader_may_not_open_is_not_named_in_a_comparison(
    client: Client, case: CaseStudyPage, rewrite: Callable[..., None]
) -> None:
    from casestudies.models import CasePartner

    hidden = make_partner("Ville discrète")
    case.case_partners.add(CasePartner(partner=hidden))
    rewrite(case, "Un partenaire")
    assert "Ville discrète" in read(client, case, "historique/3/4/")
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    assert "Ville discrète" not in read(client, case, "historique/3/4/")
    member = Client()
    member.force_login(make_user())
    assert "Ville discrète" in read(member, case, "historique/3/4/")


# --- Withdrawing a version


def hide(client: Client, case: CaseStudyPage, **data: str) -> int:
    return client.post(f"{case.get_url()}historique/2/retirer/", data).status_code


def test_a_moderator_withdraws_the_text_of_a_version_everywhere(
    client: Client, case: CaseStudyPage
) -> None:
    moderator = Client()
    moderator.force_login(make_moderator())
    assert hide(moderator, case, motif="Nom d'un agent") == 302
    html = read(client, case, "historique/")
    assert "Le texte de cette version a été retiré" in html
    assert "Le nombre exact" not in html
    assert "Nom d'un agent" not in html
    for rest in ("historique/2/", "historique/1/2/", "historique/2/3/"):
        assert "a été retiré" in read(client, case, rest, 410)
    assert "Le nombre exact" not in client.get("/modifications/").content.decode()
    assert "Le nombre exact" not in client.get("/flux/modifications/").content.decode()
    assert hide(moderator, case, rendre="1") == 302
    assert "Le nombre exact" in read(client, case, "historique/")


def test_withdrawing_needs_a_reason_and_the_right(client: Client, case: CaseStudyPage) -> None:
    assert hide(client, case, motif="Parce que") == 403
    member = Client()
    member.force_login(make_user())
    assert hide(member, case, motif="Parce que") == 403
    moderator = Client()
    moderator.force_login(make_moderator())
    hide(moderator, case, motif="   ")
    assert not PublishedVersion.objects.exclude(hidden_at=None).exists()


# --- Links


def test_what_links_here_is_told_to_who_may_read_it(
    client: Client, case: CaseStudyPage, partner: PartnerPage
) -> None:
    make_case(
        partner, title="Un lien", approach=f'<p><a linktype="page" id="{case.pk}">voir</a></p>'
    )
    make_case(partner, title="Une mention", approach=f"<p>Comme {case.reference} le dit.</p>")
    secret = make_case(title="Un secret", approach=f"<p>Comme {case.reference}.</p>")
    PageViewRestriction.objects.create(page=secret, restriction_type="login")
    html = read(client, case, "pages-liees/")
    assert "Un lien" in html
    assert "Une mention" in html
    assert "Un secret" not in html
    read(client, secret, "pages-liees/", 404)


def test_a_partner_is_linked_by_the_cases_it_took_part_in(
    client: Client, partner: PartnerPage
) -> None:
    from casestudies.models import CasePartner

    other = make_case(title="Chez d'autres")
    other.case_partners.add(CasePartner(partner=partner))
    other.save_revision().publish()
    assert "Chez d’autres" in client.get(f"{partner.get_url()}pages-liees/").content.decode()


# --- Contributors


def test_a_contributor_has_a_page_only_if_they_wish(
    client: Client, case: CaseStudyPage, author: User
) -> None:
    address = f"/contributions/{author.pk}/"
    assert client.get(address).status_code == 404
    assert address not in read(client, case, "historique/")
    author.is_listed = True
    author.save()
    assert address in read(client, case, "historique/")
    html = client.get(address).content.decode()
    assert "Camille Martin" in html
    assert "Le nombre exact" in html
    assert "camille@" not in html


# --- Cost


def test_five_hundred_versions_cost_few_queries(
    client: Client, case: CaseStudyPage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    last = PublishedVersion.objects.get(page=case, number=3)
    PublishedVersion.objects.bulk_create(
        PublishedVersion(
            page=case,
            number=number,
            published_at=last.published_at,
            author=last.author,
            author_name="Camille Martin",
            organisation=last.organisation,
            title=last.title,
            url_path=last.url_path,
            content=last.content | {"summary": f"Résumé {number}"},
            content_hash=f"{number:064d}",
        )
        for number in range(4, 501)
    )
    client.get("/")
    with django_assert_max_num_queries(14):
        assert "500 versions publiées" in read(client, case, "historique/")
    with django_assert_max_num_queries(14):
        read(client, case, "historique/?page=7")
    with django_assert_max_num_queries(14):
        assert "Résumé" in read(client, case, "historique/1/500/")


def test_anonymous_users_are_no_moderators() -> None:
    from cms.membership import is_moderator

    assert not is_moderator(AnonymousUser())
