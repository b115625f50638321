"""Names of small vocabularies that are being typed: themes, domains, terms of the glossary.

Reads the database only. Must not know what is shown of a name.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from casestudies.models import Domain, Theme
from cms.models import GlossaryPage, GlossaryTerm
from cms.visibility import visible_to
from search.memory import Kept
from search.typed import Typed, key_of

KEPT_SECONDS = 60
"""Names are kept as long as a browser keeps an answer; the right to read is not."""


class TermKind(StrEnum):
    """The vocabularies."""

    THEME = "theme"
    DOMAIN = "domaine"
    GLOSSARY = "glossaire"


@dataclass(frozen=True)
class Term:
    """A named thing of a vocabulary, with every form under which it is found."""

    kind: TermKind
    name: str
    identifier: str
    forms: tuple[tuple[str, str], ...]
    """(form, its key); the first is the name."""
    page_url: str = ""
    """Where it is explained; a domain has no page."""
    acronym: str = ""

    def other_form(self, typed: Typed) -> str:
        """What to show beside the name: the form that was typed when it is not the name."""
        if typed.begins(self.forms[0][1]):
            return self.acronym if self.acronym != self.name else ""
        return next((form for form, key in self.forms if typed.begins(key)), self.acronym)


def terms(typed: Typed, kinds: frozenset[TermKind], *, inside: bool = False) -> list[Term]:
    """What of `kinds` is named so: first what bears the name typed, then what begins with it."""
    matches = typed.is_inside if inside else typed.begins
    found = []
    for term in TERMS.value():
        if term.kind in kinds and any(matches(key) for _form, key in term.forms):
            found.append(term)
    if any(term.kind is TermKind.GLOSSARY for term in found):
        found = readable(found)
    order = list(TermKind)

    def rank(term: Term) -> tuple[bool, int, bool, bool]:
        name = term.forms[0][1]
        begins = name.startswith(typed.words[0])
        return not is_named(term, typed), order.index(term.kind), not matches(name), not begins

    return sorted(found, key=rank)


def readable(found: list[Term]) -> list[Term]:
    """Terms with their address in the glossary, which is asked again whether it may be read."""
    page = visible_to(GlossaryPage.objects.all()).first()
    url = page.get_url() if page else None
    return [
        replace(term, page_url=f"{url}#terme-{term.identifier}")
        if term.kind is TermKind.GLOSSARY
        else term
        for term in found
        if url or term.kind is not TermKind.GLOSSARY
    ]


def is_named(term: Term, typed: Typed) -> bool:
    """Whether one of its forms is the whole of what is typed."""
    return any(key == typed.key for _form, key in term.forms)


def every_term() -> list[Term]:
    """Everything that has a name in a vocabulary."""
    themes = [
        Term(
            TermKind.THEME,
            theme.label,
            theme.identifier,
            keyed(theme.label),
            theme.get_absolute_url(),
        )
        for theme in Theme.objects.reference()
    ]
    domains = [
        Term(TermKind.DOMAIN, domain.label, domain.identifier, keyed(domain.label))
        for domain in Domain.objects.all()
    ]
    glossary = [
        Term(TermKind.GLOSSARY, term.term, term.slug, keyed(*term.forms()), acronym=term.acronym)
        for term in GlossaryTerm.objects.all()
    ]
    return themes + domains + glossary


def keyed(*forms: str) -> tuple[tuple[str, str], ...]:
    """Forms of a name, each with its key."""
    return tuple((form, key_of(form)) for form in forms)


TERMS = Kept("terms", KEPT_SECONDS, every_term)
