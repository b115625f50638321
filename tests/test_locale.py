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


ROOT = Path(__file__).parents[1]
COUNTED = re.compile(
    r"{%\s*blocktranslate[^%]*?\bcount\b[^%]*?%}(.*?){%\s*plural\s*%}.*?{%\s*endblocktranslate\s*%}",
    re.S,
)


def test_every_counted_text_of_templates_has_its_plural_in_the_catalog() -> None:
    catalog = CATALOG.read_text()
    missing = []
    for template in [*ROOT.glob("*/templates/**/*.html"), *ROOT.glob("*/templates/**/*.txt")]:
        for singular in COUNTED.findall(template.read_text()):
            message = re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", singular)
            if f'msgid "{message}"\nmsgid_plural' not in catalog:
                missing.append(f"{template.name}: {message}")
    assert not missing, "zero would be plural in French"
