"""Text is taken out of real files of every format; hostile ones cost little and harm nothing."""

import io
import time
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Collection, CollectionViewRestriction, ReferenceIndex

from search import attachments, extraction
from search.attachments import attachment_text, attachment_texts, extract, public_documents
from search.models.attachments import AttachmentText, Problem
from tests.search import files
from tests.search.files import PARAGRAPHS, make_document


def read(content: bytes, extension: str) -> tuple[str, str]:
    """What a child process reads in a file, and what was wrong."""
    import tempfile

    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        return extract(file, extension)


# --- Every format


@pytest.mark.parametrize(
    ("extension", "content"),
    [
        ("pdf", files.pdf("\n".join(PARAGRAPHS))),
        ("odt", files.odt(*PARAGRAPHS)),
        ("odp", files.odt(*PARAGRAPHS)),
        ("docx", files.docx(*PARAGRAPHS)),
        ("pptx", files.pptx(*PARAGRAPHS)),
        ("xlsx", files.xlsx(*PARAGRAPHS)),
        ("txt", "\r\n".join(PARAGRAPHS).encode()),
        ("csv", "\n".join(PARAGRAPHS).encode("cp1252")),
        ("txt", "\n".join(PARAGRAPHS).encode("utf-16")),
        ("txt", "\n".join(PARAGRAPHS).encode("utf-8-sig")),
    ],
)
def test_each_paragraph_of_each_format_is_a_line(extension: str, content: bytes) -> None:
    assert read(content, extension) == ("\n".join(PARAGRAPHS), "")


def test_every_format_that_may_be_uploaded_is_read(settings: Any) -> None:
    assert set(settings.WAGTAILDOCS_EXTENSIONS) == set(extraction.SUPPORTED)


def test_data_give_their_names_and_words_but_no_figures() -> None:
    content = b'{"type": "Feature", "features": [{"nom": "\\u00c9cole Jules-Ferry", "xy": [0.34, 46.58]}, {"nom": "Halle"}]}'
    assert read(content, "geojson") == (
        "type\nfeatures\nFeature\nnom\nxy\nÉcole Jules-Ferry\nHalle", ""
    )  # fmt: skip


def test_pages_and_slides_keep_their_order() -> None:
    many = [f"Partie numéro {number}" for number in range(1, 13)]
    assert read(files.pdf(*many), "pdf")[0].splitlines() == many
    assert read(files.pptx(*many), "pptx")[0].splitlines() == many


def test_a_word_parted_at_the_end_of_a_line_is_one_word() -> None:
    text, _ = read("L'intercommu-\nnalité, la Seine-\nMaritime, un sous-\nsol".encode(), "txt")
    assert text == "L'intercommunalité, la Seine-\nMaritime, un sous-\nsol"


def test_what_readers_of_the_file_do_not_see_is_not_read() -> None:
    hidden = (
        "<text:tracked-changes><text:p>Supprimé</text:p></text:tracked-changes>"
        "<office:annotation><text:p>Commentaire</text:p></office:annotation>"
    )
    assert read(files.odt("Visible", extra=hidden), "odt") == ("Visible", "")
    hidden = (
        "<w:p><w:del><w:r><w:delText>Supprimé</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>Déplacé</w:t></w:r></w:moveFrom>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
    )
    assert read(files.docx("Visible", extra=hidden), "docx") == ("Visible", "")
    notes = files.archive(
        ppt__slides__slide1="<p><p><t>Visible</t></p></p>",
        ppt__notesSlides__notesSlide1="<p><p><t>Note d'orateur</t></p></p>",
    )
    assert read(notes, "pptx") == ("Visible", "")


def test_invisible_and_private_characters_do_not_pass() -> None:
    text, _ = read("a\u200bb\ue000c\u202ed\x01e\udcff".encode("utf-8", "ignore"), "txt")
    assert text == "abcde"


# --- What cannot be read says why


@pytest.mark.parametrize(
    ("extension", "content", "problem"),
    [
        ("pdf", b"%PDF-1.7\n" + b"\x00\xff" * 500, Problem.UNREADABLE),
        ("pdf", b"", Problem.UNREADABLE),
        ("pdf", files.pdf("Secret", password="ouvre-toi"), Problem.ENCRYPTED),
        ("pdf", files.pdf(""), Problem.EMPTY),
        ("odt", b"PK\x03\x04" + b"\x00" * 500, Problem.UNREADABLE),
        ("odt", files.archive(autre="<x/>"), Problem.UNREADABLE),
        ("odt", files.odt("", extra="<text:p>"), Problem.UNREADABLE),
        ("odt", files.odt("x", manifest="<encryption-data/>"), Problem.ENCRYPTED),
        ("odt", files.odt(), Problem.EMPTY),
        ("docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500, Problem.ENCRYPTED),
        ("docx", files.docx(*PARAGRAPHS)[:-80], Problem.UNREADABLE),
        ("json", b"[" * 100_000, Problem.UNREADABLE),
        ("json", b"{'a'", Problem.UNREADABLE),
        ("txt", b"", Problem.EMPTY),
    ],
)
def test_a_broken_or_locked_file_says_so(extension: str, content: bytes, problem: str) -> None:
    assert read(content, extension) == ("", problem)


def test_a_file_locked_against_changes_only_is_read() -> None:
    assert read(files.pdf("Consultable", owner="patron"), "pdf") == ("Consultable", "")


def test_a_broken_page_does_not_hide_the_others() -> None:
    content = files.pdf("Un", "Deux", "Trois")
    assert read(content, "pdf")[0] == "Un\nDeux\nTrois"
    stream = content.split(b"\nstream\n")[2][:20]
    text, problem = read(content.replace(stream, b"\x00" * 20, 1), "pdf")
    assert len(text.splitlines()) == 2
    assert problem == ""


def test_what_was_read_before_the_damage_is_kept() -> None:
    damaged = files.odt("Lisible", extra="<text:p>coupé")
    assert read(damaged, "odt") == ("Lisible", Problem.UNREADABLE)


def test_every_reason_has_words_for_the_team() -> None:
    assert set(extraction.Reason) <= set(Problem.values)


# --- Hostile files


def within(seconds: float, content: bytes, extension: str) -> tuple[str, str]:
    """What is read, if it is read in time."""
    started = time.monotonic()
    found = read(content, extension)
    assert time.monotonic() - started < seconds
    return found


def bomb(size: int) -> bytes:
    """An OpenDocument file of one word, and of blanks that unfold into `size` bytes."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as written,
        written.open("content.xml", "w", force_zip64=True) as member,
    ):
        member.write(b"<d><p>mot</p>")
        for _ in range(size // 1_000_000):
            member.write(b" " * 1_000_000)
        member.write(b"</d>")
    return content.getvalue()


def test_an_archive_that_unfolds_without_end_is_refused() -> None:
    content = bomb(100_000_000)
    assert len(content) < 200_000
    assert within(20, content, "odt") == ("mot", Problem.TOO_HEAVY)


def test_an_archive_that_declares_too_much_is_not_opened() -> None:
    content = bomb(200_000_000)
    assert within(10, content, "odt") == ("", Problem.TOO_HEAVY)


def test_an_archive_of_very_many_parts_is_refused() -> None:
    content = files.archive(**{f"p{number}": "x" for number in range(extraction.MAX_MEMBERS + 1)})
    assert within(10, content, "odt") == ("", Problem.TOO_HEAVY)


def test_a_text_without_end_is_cut() -> None:
    content = files.odt(*["Beaucoup de mots pour ne rien dire."] * 20_000)
    text, problem = within(20, content, "odt")
    assert problem == Problem.CUT
    assert extraction.MAX_TEXT * 0.9 < len(text) <= extraction.MAX_TEXT
    text, problem = within(20, b"mot " * 3_000_000, "txt")
    assert (len(text) <= extraction.MAX_TEXT, problem) == (True, Problem.CUT)


def test_entities_are_not_unfolded_and_files_of_the_machine_not_read() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    lol = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "lol">{laughs}]><d><p>&l9;</p></d>'
    inside = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d><p>&x;</p></d>'
    for content in (lol, inside):
        assert within(10, files.archive(content=content), "odt") == ("", Problem.UNREADABLE)


def test_a_pdf_that_unfolds_without_end_costs_little() -> None:
    stream = zlib.compress(b"(" + b"A" * 400_000_000 + b") Tj", 9)
    content = pdf_with_stream(stream)
    assert len(content) < 1_000_000
    text, _ = within(30, content, "pdf")
    assert len(text) <= extraction.MAX_TEXT


def test_a_pdf_whose_pages_turn_in_circles_ends() -> None:
    content = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1000000000>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF"
    )
    assert within(30, content, "pdf")[0] == ""


def pdf_with_stream(stream: bytes) -> bytes:
    """One page whose content is `stream`, compressed by the caller."""
    before = (
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
        f"4 0 obj<</Filter/FlateDecode/Length {len(stream)}>>stream\n"
    )
    return before.encode() + stream + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


SPY = """
import json, os, sys
sys.path.insert(0, {folder!r})
import extraction
extraction.limit()
try:
    os.write(os.open({target!r}, os.O_CREAT | os.O_WRONLY), b"x")
    done = "written"
except OSError:
    done = "refused"
known = [os.environ.get(name, "-") for name in ("SECRET_KEY", "PATH")]
print(json.dumps({{"text": " ".join([done, *known]), "problem": ""}}))
"""


def test_the_child_has_no_environment_and_cannot_write(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program, target = tmp_path / "spy.py", tmp_path / "target"
    folder = str(Path(extraction.__file__).parent)
    program.write_text(SPY.format(folder=folder, target=str(target)))
    monkeypatch.setenv("SECRET_KEY", "must-not-be-seen")
    monkeypatch.setattr(extraction, "__file__", str(program))
    assert read(b"x", "txt") == ("refused - -", "")


@pytest.mark.parametrize(
    ("program", "problem"),
    [
        ("while True: pass", Problem.TOO_HEAVY),
        ("x = bytearray(10**12)", Problem.UNREADABLE),
        ("import os; os.kill(os.getpid(), 9)", Problem.TOO_HEAVY),
        ("import time; time.sleep(60)", Problem.TOO_HEAVY),
        ("print('{')", Problem.UNREADABLE),
        ("raise SystemExit(3)", Problem.UNREADABLE),
    ],
)
def test_a_child_that_goes_wrong_costs_its_own_text_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str, problem: str
) -> None:
    path = tmp_path / "wrong.py"
    path.write_text(program)
    monkeypatch.setattr(extraction, "__file__", str(path))
    monkeypatch.setattr(attachments, "PATIENCE", 1)
    assert read(b"x", "txt") == ("", problem)


# --- Remembered


pytest_database = pytest.mark.django_db


class Counted:
    """Counts how many times a child was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls = 0
        self.real = attachments.extract
        monkeypatch.setattr(attachments, "extract", self)

    def __call__(self, *given: Any) -> tuple[str, str]:
        self.calls += 1
        return self.real(*given)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    return Counted(monkeypatch)


@pytest_database
def test_a_file_is_read_once(
    counted: Counted, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    documents = [make_document(files.pdf(f"Texte {n}"), title=str(n)) for n in range(3)]
    assert [attachment_text(document) for document in documents] == [
        "Texte 0",
        "Texte 1",
        "Texte 2",
    ]
    assert counted.calls == 3
    with django_assert_num_queries(1):
        assert attachment_texts(documents)[documents[2].pk] == "Texte 2"
    assert counted.calls == 3


@pytest_database
def test_a_replaced_file_is_read_anew(counted: Counted) -> None:
    document = make_document(files.odt("Avant"), "note.odt")
    assert attachment_text(document) == "Avant"
    document.file = ContentFile(files.odt("Après"), name="note.odt")
    document.save()
    assert attachment_text(document) == "Après"
    assert AttachmentText.objects.count() == 1


@pytest_database
def test_another_edition_of_the_reader_reads_everything_anew(
    counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = make_document(files.odt("Texte"), "note.odt")
    attachment_text(document)
    monkeypatch.setattr(attachments, "EDITION", 2)
    assert attachment_text(document) == "Texte"
    assert counted.calls == 2


@pytest_database
def test_the_same_file_attached_twice_is_read_once(counted: Counted) -> None:
    content = files.pdf("Le même")
    for _ in range(2):
        assert attachment_text(make_document(content)) == "Le même"
    assert counted.calls == 1


@pytest_database
def test_a_problem_is_stored_for_the_team_and_never_raised(counted: Counted) -> None:
    locked = make_document(files.pdf("Secret", password="x"), title="Délibération")
    unknown = make_document(b"\x00", "plan.dwg", title="Plan")
    sound = make_document(files.pdf("Lisible"), title="Note")
    assert set(attachment_texts([locked, unknown, sound]).values()) == {"", "Lisible"}
    assert [(row.document.title, row.get_problem_display()) for row in attachments.unread()] == [
        ("Délibération", "Le fichier est protégé par un mot de passe."),
        ("Plan", "Le texte de ce format n’est pas cherché."),
    ]
    attachment_texts([locked, unknown, sound])
    assert counted.calls == 2


@pytest_database
def test_a_file_that_comes_back_is_read() -> None:
    document = make_document(files.odt("Revenu"), "note.odt")
    storage, name = document.file.storage, document.file.name
    with storage.open(name) as stored:
        content = stored.read()
    storage.delete(name)
    assert attachment_text(document) == ""
    assert AttachmentText.objects.get().problem == Problem.MISSING
    assert storage.save(name, ContentFile(content)) == name
    assert attachment_text(document) == "Revenu"
    assert not attachments.unread().exists()


@pytest_database
def test_a_file_too_large_to_copy_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MAX_FILE", 10)
    document = make_document(files.pdf("Trop"))
    assert attachment_text(document) == ""
    assert AttachmentText.objects.get().problem == Problem.TOO_HEAVY


@pytest_database
def test_what_is_read_gives_no_right_to_the_file() -> None:
    document = make_document(files.pdf("Texte"))
    attachment_text(document)
    assert not ReferenceIndex.get_references_to(document).exists()
    assert attachments.pages_of_documents([document.pk]) == set()


@pytest_database
def test_documents_of_a_closed_collection_are_not_public() -> None:
    root = Collection.get_first_root_node()
    closed = root.add_child(instance=Collection(name="Fermée"))
    below = closed.add_child(instance=Collection(name="Dessous"))
    CollectionViewRestriction.objects.create(
        collection=closed, restriction_type=CollectionViewRestriction.LOGIN
    )
    opened = make_document(b"a", "a.txt")
    hidden = [make_document(b"b", "b.txt", collection=place) for place in (closed, below)]
    assert set(public_documents([opened.pk, *(d.pk for d in hidden)])) == {opened.pk}
