"""Files that are refused, and why."""

import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from cms.models.media import CustomImage, unguessable
from cms.uploads import check_document, check_image


def picture(width: int = 40, height: int = 30, kind: str = "PNG") -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (width, height)).save(content, kind)
    return SimpleUploadedFile("photo.png", content.getvalue())


def bomb() -> SimpleUploadedFile:
    """A PNG of a few hundred bytes that claims 60,000 × 60,000 points."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    content = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 99))
        + chunk(b"IEND", b"")
    )
    return SimpleUploadedFile("bombe.png", content)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_ordinary_pictures_are_kept(kind: str) -> None:
    check_image(picture(kind=kind))


def test_an_image_bomb_is_refused_with_the_reason() -> None:
    with pytest.raises(ValidationError, match="40 millions de points"):
        check_image(bomb())


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a<script>",
        b"",
        b"%PDF-1.4",
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_what_is_not_a_picture_is_refused(content: bytes) -> None:
    with pytest.raises(ValidationError):
        check_image(SimpleUploadedFile("photo.png", content))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"<html><script>alert(1)</script>"),
        ("a.docx", b"<?xml version='1.0'?>"),
        ("a.csv", b"\x00\x01\x02"),
        ("a.txt", b"  <!DOCTYPE html><script>"),
        ("a.json", b"<svg onload=alert(1)>"),
    ],
)
def test_a_document_that_is_not_what_its_name_says_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(ValidationError):
        check_document(SimpleUploadedFile(name, content))


def test_sound_documents_are_kept() -> None:
    check_document(SimpleUploadedFile("a.pdf", b"%PDF-1.7 ..."))
    check_document(SimpleUploadedFile("a.csv", b"ville;capteurs\n"))


@pytest.mark.django_db
def test_file_names_cannot_be_guessed() -> None:
    names = {unguessable("original_images", "../../photo de Camille.JPG") for _ in range(20)}
    assert len(names) == 20
    assert all(name.startswith("original_images/") and name.endswith(".jpg") for name in names)
    assert CustomImage().get_upload_to("a.png") != CustomImage().get_upload_to("a.png")
