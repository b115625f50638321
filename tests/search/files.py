"""Real files to attach: PDF, OpenDocument, Office, sound and hostile ones."""

import io
import zipfile
from html import escape

from django.core.files.base import ContentFile
from wagtail.documents import get_document_model

PARAGRAPHS = (
    "Cahier des clauses techniques particulières",
    "Les données d'éclairage restent la propriété de la commune.",
    "Le titulaire les livre chaque nuit, au format ouvert.",
)
ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DRAWING = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'


def pdf(*pages: str, password: str = "", owner: str = "") -> bytes:
    """A PDF file, one page for each text; compressed, as real ones are."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    lock = StandardEncryption(password, owner or password, strength=40)
    content = io.BytesIO()
    canvas = Canvas(content, pageCompression=1, encrypt=lock if password or owner else None)
    for text in pages:
        for rank, line in enumerate(text.splitlines()):
            canvas.drawString(72, 780 - 16 * rank, line)
        canvas.showPage()
    canvas.save()
    return content.getvalue()


def archive(**members: str | bytes) -> bytes:
    """A zip file; `__` in a name stands for a slash."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as written:
        for name, member in members.items():
            written.writestr(name.replace("__", "/") + ".xml", member)
    return content.getvalue()


def odt(*paragraphs: str, extra: str = "", manifest: str = "<manifest/>") -> bytes:
    """An OpenDocument text."""
    body = "".join(f"<text:p>{escape(text)}</text:p>" for text in paragraphs)
    content = f"<office:document-content {ODF}><office:body>{body}{extra}</office:body></office:document-content>"
    return archive(**{"content": content, "META-INF__manifest": manifest})


def docx(*paragraphs: str, extra: str = "") -> bytes:
    """A Word document; each word is a run of its own, as Word leaves them."""
    body = "".join(
        "<w:p>"
        + "".join(f"<w:r><w:t>{escape(word)} </w:t></w:r>" for word in text.split())
        + "</w:p>"
        for text in paragraphs
    )
    content = f"<w:document {WORD}><w:body>{body}{extra}</w:body></w:document>"
    return archive(**{"word__document": content, "word__styles": "<styles/>"})


def pptx(*slides: str) -> bytes:
    """A presentation, one slide for each text."""
    return archive(
        **{
            f"ppt__slides__slide{number}": f"<p {DRAWING}><a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p></p>"
            for number, text in enumerate(slides, start=1)
        }
    )


def xlsx(*cells: str) -> bytes:
    """A workbook's shared strings."""
    body = "".join(f"<si><t>{escape(text)}</t></si>" for text in cells)
    return archive(xl__sharedStrings=f"<sst>{body}</sst>")


def make_document(content: bytes, name: str = "cahier.pdf", title: str = "Cahier", **fields):
    """A document of the site, whatever its content is."""
    model = get_document_model()
    file = ContentFile(content, name=name)
    return model.objects.create(title=title, file=file, file_size=len(content), **fields)
