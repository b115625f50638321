"""The committed catalog is the one that was compiled, and zero is singular in French."""

import re
from pathlib import Path

import pytest
from django.utils.translation import gettext, ngettext, override

CATALOG = Path(__file__).parents[1] / "site/locale/fr/LC_MESSAGES/django.po"
ENTRIES = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', CATALOG.read_text(), re.M)


@pytest.mark.parametrize(("source", "french"), ENTRIES)
def test_the_editor_speaks_the_authors_words(source: str, french: str) -> None:
    with override("fr"):
        assert gettext(source) == french


def test_zero_is_singular_in_french() -> None:
    with override("fr"):
        assert ngettext("%(total)s fiche", "%(total)s fiches", 0) == "%(total)s fiche"
        assert ngettext("%(total)s fiche", "%(total)s fiches", 2) == "%(total)s fiches"
