"""How a page is cited: in a French sentence, and in the formats that reference managers read.

BibTeX (one `@misc` entry), CSL-JSON 1.0 (one item of type `webpage`), RIS (`ELEC`). Knows no page type:
what is cited comes as a `Citation`.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cms.typography import typeset

SITE = "DataCités"
BIBTEX_SPECIAL = re.compile(r"[\\{}$&#_%~^]")
BIBTEX_ESCAPES = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


@dataclass(frozen=True)
class Citation:
    """What is cited: one published version of a page."""

    key: str
    """Letters, digits and hyphens; the same for the same version."""
    title: str
    author: str
    """The organization that answers for the page."""
    published: date
    version: int
    url: str
    """The permanent address of the version."""
    licence: str = ""
    reference: str = ""
    """The number by which cases are named, "REX-06", or ""."""
    accessed: date = field(default_factory=date.today)


def sentence(cited: Citation) -> str:
    """Grand Poitiers, « Titre », DataCités, REX-06, version 3 du 4 mai 2026, adresse (consulté le …)."""
    parts = [cited.author, f"« {inner_quotes(cited.title)} »"]
    if cited.author != SITE:
        parts.append(SITE)
    if cited.reference:
        parts.append(cited.reference)
    parts.append(
        _("version %(number)s du %(date)s")
        % {"number": cited.version, "date": date_format(cited.published, "j F Y")}
    )
    accessed = _("consulté le %(date)s") % {"date": date_format(cited.accessed, "j F Y")}
    return f"{typeset(', '.join(parts))}, {cited.url} ({accessed})."


def inner_quotes(title: str) -> str:
    """`title` as it stands within guillemets: its own become “ ”."""
    return re.sub(r"«\s*([^«»]*?)\s*»", "“\\1”", title)


def bibtex(cited: Citation) -> str:
    """One BibTeX entry."""
    fields = {
        "author": "{" + _bibtex(cited.author) + "}",
        "title": "{" + _bibtex(cited.title) + "}",
        "howpublished": SITE,
        "year": str(cited.published.year),
        "month": str(cited.published.month),
        "note": _bibtex(_note(cited)),
        "url": cited.url,
        "urldate": cited.accessed.isoformat(),
        "langid": "french",
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{{cited.key},\n{lines}\n}}\n"


def csl_json(cited: Citation) -> str:
    """A list of one CSL-JSON item."""
    item: dict[str, Any] = {
        "id": cited.key,
        "type": "webpage",
        "title": cited.title,
        "author": [{"literal": cited.author}],
        "container-title": SITE,
        "issued": {"date-parts": [_date_parts(cited.published)]},
        "accessed": {"date-parts": [_date_parts(cited.accessed)]},
        "URL": cited.url,
        "version": str(cited.version),
        "language": "fr",
    }
    if cited.licence:
        item["note"] = cited.licence
    if cited.reference:
        item["number"] = cited.reference
    return json.dumps([item], ensure_ascii=False, indent=2) + "\n"


def ris(cited: Citation) -> str:
    """One RIS record; a line holds one field, so that none may contain a line end."""
    tags = [
        ("TY", "ELEC"),
        ("ID", cited.key),
        ("AU", cited.author),
        ("TI", cited.title),
        ("T2", SITE),
        ("PY", str(cited.published.year)),
        ("DA", cited.published.strftime("%Y/%m/%d")),
        ("ET", str(cited.version)),
        ("M1", cited.reference),
        ("N1", cited.licence),
        ("UR", cited.url),
        ("Y2", cited.accessed.strftime("%Y/%m/%d")),
        ("LA", "fr"),
    ]
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in tags if value]
    return "\r\n".join([*lines, "ER  - ", ""])


@dataclass(frozen=True)
class Format:
    """A format that reference managers read."""

    name: str
    label: str
    content_type: str
    suffix: str
    write: Callable[[Citation], str]


FORMATS = {
    format_.name: format_
    for format_ in (
        Format("bibtex", "BibTeX", "application/x-bibtex; charset=utf-8", "bib", bibtex),
        Format(
            "csl",
            "CSL-JSON",
            "application/vnd.citationstyles.csl+json; charset=utf-8",
            "json",
            csl_json,
        ),
        Format("ris", "RIS", "application/x-research-info-systems; charset=utf-8", "ris", ris),
    )
}
"""By the name that addresses use."""


def key_of(slug: str, version: int) -> str:
    """A key that every format accepts."""
    plain = unicodedata.normalize("NFKD", slug).encode("ascii", "ignore").decode()
    return f"datacites-{re.sub(r'[^A-Za-z0-9]+', '-', plain).strip('-')}-v{version}"


def _note(cited: Citation) -> str:
    parts = (cited.reference, f"version {cited.version}", cited.licence)
    return ", ".join(part for part in parts if part)


def _bibtex(text: str) -> str:
    """Text in which nothing is a command."""
    one_line = " ".join(text.split())
    return BIBTEX_SPECIAL.sub(lambda sign: BIBTEX_ESCAPES.get(sign[0], "\\" + sign[0]), one_line)


def _date_parts(day: date) -> list[int]:
    return [day.year, day.month, day.day]
