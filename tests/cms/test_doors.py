"""The editor's side doors: what each refuses, and that nothing typed is lost to a server error."""

import io
import re
import struct
import zlib
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from casestudies.models import CaseStudyPage, CaseStudyTag
from cms.comparison import readable
from cms.models import CustomDocument, GlossaryTerm, PartnerPage, PublishedVersion
from tests.builders import (
    PASSWORD,
    make_case,
    make_moderator,
    make_partner,
    make_user,
    partners_root,
)

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    assert client.login(email=user.email, password=PASSWORD)
    return client


def test_a_partner_created_and_published_at_once_is_a_draft() -> None:
    directory = partners_root()
    client = signed_in(make_moderator())
    address = reverse("wagtailadmin_pages:add", args=["cms", "partnerpage", directory.pk])
    fields = {
        "title": "Ville neuve",
        "slug": "ville-neuve",
        "kind": "commune",
        "summary": "",
        "description": "null",
    }
    client.post(address, fields | {"action-publish": "action-publish"})
    created = PartnerPage.objects.get(slug="ville-neuve")
    assert not created.live
    assert not PublishedVersion.objects.filter(page=created).exists()
    assert Client().get("/partenaires/ville-neuve/").status_code == 404


def test_the_editor_may_show_a_preview_in_its_own_frame() -> None:
    partner = make_partner()
    case = make_case(partner, publish=False)
    client = signed_in(make_user(partner=partner))
    address = reverse("wagtailadmin_pages:revisions_view", args=[case.pk, case.latest_revision_id])
    assert "frame-ancestors 'self'" in client.get(address)["Content-Security-Policy"]


def png(width: int, height: int) -> SimpleUploadedFile:
    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    content = io.BytesIO(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IEND", b""))
    return SimpleUploadedFile("image.png", content.getvalue(), "image/png")


@pytest.mark.parametrize(("width", "height"), [(30_000, 30_000), (60_000, 60_000), (10, 10)])
def test_an_image_that_is_none_is_refused_and_not_an_error(width: int, height: int) -> None:
    partner = make_partner()
    client = signed_in(make_user(partner=partner))
    response = client.post(
        reverse("wagtailimages:add"),
        {"title": "x", "file": png(width, height), "collection": partner.collection_id},
    )
    assert response.status_code == 200
    assert response.context["form"].errors["file"]


def test_a_document_is_given_to_readers_only_by_a_page_they_can_open() -> None:
    partner = make_partner()
    document = CustomDocument.objects.create(
        title="Cahier des charges",
        file=SimpleUploadedFile("ccp.pdf", b"%PDF-1.7"),
        collection=partner.collection,
    )
    assert document.file.name.startswith("documents/")
    assert "ccp" not in document.file.name
    reader, author = Client(), signed_in(make_user(partner=partner))
    assert reader.get(document.url).status_code == 404
    assert author.get(document.url).status_code == 200
    case = make_case(
        partner,
        publish=False,
        approach=f'<p><a linktype="document" id="{document.pk}">le cahier</a></p>',
    )
    assert reader.get(document.url).status_code == 404
    case.get_latest_revision().publish(skip_permission_checks=True)
    assert reader.get(document.url).status_code == 200
    CaseStudyPage.objects.get(pk=case.pk).unpublish()
    assert reader.get(document.url).status_code == 404


def test_bulk_actions_name_nothing_that_is_not_ones_own() -> None:
    draft = make_case(make_partner("Autre"), title="Titre confidentiel", publish=False)
    mine = make_partner()
    own = make_case(mine)
    client = signed_in(make_user(partner=mine))
    for action in ("delete", "move", "publish", "unpublish"):
        address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        html = client.get(address, {"id": [draft.pk, own.pk], "next": "/gestion/"}).content.decode()
        assert "Titre confidentiel" not in html


def test_the_report_of_last_edits_is_closed_to_authors() -> None:
    client = signed_in(make_user(partner=make_partner()))
    assert client.get("/gestion/reports/page-types-usage/").status_code in {302, 403}
    assert signed_in(make_moderator()).get("/gestion/reports/page-types-usage/").status_code == 200


def test_a_term_that_exists_already_is_named() -> None:
    GlossaryTerm.objects.create(term="Jeu de données", definition="Un ensemble.")
    client = signed_in(make_moderator())
    address = reverse(GlossaryTerm.snippet_viewset.get_url_name("add"))
    fields = {
        "term": "jeu de donnees",
        "definition": "Un autre.",
        "more": "null",
        "variants": "",
        "acronym": "",
        "source_urls": "",
    }
    response = client.post(address, fields)
    assert response.status_code == 200
    assert "Jeu de données" in str(response.context["form"].errors["term"])


def test_a_tag_that_exists_already_is_named() -> None:
    CaseStudyTag.objects.create(name="éclairage", slug="eclairage")
    client = signed_in(make_moderator())
    response = client.post(
        reverse(CaseStudyTag.snippet_viewset.get_url_name("add")), {"name": "ECLAIRAGE"}
    )
    assert response.status_code == 200
    assert "éclairage" in str(response.context["form"].errors["name"])


@pytest.mark.parametrize("typed", ["ener", "Énergie", "RENOUV", "éner"])
def test_tags_are_suggested_whatever_the_accents(typed: str) -> None:
    CaseStudyTag.objects.create(name="énergie renouvelable", slug="energie-renouvelable")
    client = signed_in(make_user(partner=make_partner()))
    address = reverse("wagtailadmin_tag_model_autocomplete", args=["casestudies", "casestudytag"])
    assert client.get(address, {"term": typed}).json() == ["énergie renouvelable"]


def test_a_reviewer_reads_paragraphs_lists_and_addresses() -> None:
    html = '<p>Un.</p><p>Deux <a href="https://a.example">là</a></p><ul><li>a</li><li>b</li></ul>'
    assert readable(html) == "Un.\nDeux là (https://a.example)\n• a\n• b"


def test_a_forged_or_expired_form_gets_a_page_that_says_what_to_do() -> None:
    make_partner()
    client = Client(enforce_csrf_checks=True)
    response = client.post("/gestion/login/", {"username": "x", "password": "y"})
    assert response.status_code == 403
    assert "resté ouvert trop longtemps" in response.content.decode()


def hidden_fields(html: str) -> dict[str, str]:
    pattern = r'<input type="hidden" name="([^"]+)" value="([^"]*)">'
    return {name: unescape(value) for name, value in re.findall(pattern, html)}


def test_what_was_typed_outlives_the_session() -> None:
    moderator = make_moderator()
    address = reverse(GlossaryTerm.snippet_viewset.get_url_name("add"))
    typed = {"term": "Un <mot>", "definition": "Dit ceci.", "more": "null", "password": "secret"}
    empty = {"variants": "", "acronym": "", "source_urls": ""}
    browser = Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})
    signed_out = browser.post(address, typed | empty)
    assert signed_out.status_code == 401
    kept = hidden_fields(signed_out.content.decode())
    assert kept["term"] == "Un <mot>"
    assert "password" not in kept
    browser.force_login(moderator)
    again = browser.post(address, kept | {"csrfmiddlewaretoken": "x" * 64})
    assert again.status_code == 403
    browser.post(address, hidden_fields(again.content.decode()))
    assert GlossaryTerm.objects.get().term == "Un <mot>"


def test_a_form_from_another_site_is_not_kept() -> None:
    address = reverse("wagtailadmin_pages:edit", args=[make_case().pk])
    stranger = Client(enforce_csrf_checks=True, headers={"origin": "https://evil.example"})
    response = stranger.post(address, {"title": "mot glissé"})
    assert response.status_code in {302, 403}
    assert "mot glissé" not in response.content.decode()
