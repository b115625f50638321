"""Glossary terms as they are recognized in running text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.core.cache import cache

CACHE_KEY = "glossary-definitions"
CACHE_SECONDS = 300
ADDRESS = "/glossaire/#terme-{slug}"


@dataclass(frozen=True)
class Definition:
    """A term of the glossary with what a reader is told about it."""

    slug: str
    term: str
    text: str
    forms: tuple[str, ...]

    @property
    def address(self) -> str:
        """Where the glossary page says more."""
        return ADDRESS.format(slug=self.slug)


def written(form: str) -> str:
    """A pattern for `form` in typeset text: curly apostrophes, no-break spaces and hyphens."""
    pattern = re.escape(form).replace("'", "['\N{RIGHT SINGLE QUOTATION MARK}]")
    return pattern.replace(r"\ ", "[ \u00a0\u202f]").replace(r"\-", "[-\N{NON-BREAKING HYPHEN}]")


def plain(text: str) -> str:
    """Typeset text as it was typed."""
    for shown, typed in (
        ("\N{RIGHT SINGLE QUOTATION MARK}", "'"),
        ("\u00a0", " "),
        ("\u202f", " "),
        ("\N{NON-BREAKING HYPHEN}", "-"),
    ):
        text = text.replace(shown, typed)
    return text


class Definitions:
    """All definitions, ready to be found in text. Longest form first, whole words only."""

    def __init__(self, entries: list[Definition]) -> None:
        self.by_form = {form.lower(): entry for entry in entries for form in entry.forms}
        self.exact = {form: entry for entry in entries for form in entry.forms if form.isupper()}
        forms = sorted(self.by_form, key=len, reverse=True)
        alternatives = "|".join(written(form) for form in forms)
        self.pattern = (
            re.compile(rf"(?<![\w\u2011-])(?:{alternatives})(?![\w\u2011-])", re.I)
            if forms
            else None
        )

    def occurrences(self, text: str) -> Iterator[tuple[int, int, Definition]]:
        """(start, end, definition) of each term in `text`; an acronym only when in capitals."""
        if self.pattern is None:
            return
        for match in self.pattern.finditer(text):
            form = plain(match.group())
            entry = self.by_form.get(form.lower())
            if entry is None or (form.upper() in self.exact and form not in self.exact):
                continue
            yield match.start(), match.end(), entry


def definitions() -> Definitions:
    """The current glossary, read once and then kept for a few minutes."""
    cached = cache.get(CACHE_KEY)
    if isinstance(cached, list):
        return _compiled(tuple(cached))
    model = apps.get_model("cms", "GlossaryTerm")
    entries = [entry.as_definition() for entry in model.objects.all()]
    cache.set(CACHE_KEY, entries, CACHE_SECONDS)
    return _compiled(tuple(entries))


_memory: dict[tuple[Definition, ...], Definitions] = {}


def _compiled(entries: tuple[Definition, ...]) -> Definitions:
    """The pattern is compiled once for each state of the glossary."""
    if entries not in _memory:
        _memory.clear()
        _memory[entries] = Definitions(list(entries))
    return _memory[entries]


def forget() -> None:
    """Drop what is remembered, after the glossary has changed."""
    cache.delete(CACHE_KEY)
