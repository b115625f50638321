"""The glossary's terms, then the ties between them."""

from pathlib import Path
from typing import Any

from casestudies.loading.demo.files import read_objects
from casestudies.loading.publishing import Outcome
from cms.models import GlossaryTerm
from cms.sanitization import clean


def load_glossary(files: list[Path]) -> list[Outcome]:
    """Create or change the terms that differ from the file."""
    entries = read_objects(files)
    stored = {term.slug: term for term in GlossaryTerm.objects.prefetch_related("related")}
    outcomes = []
    for entry in entries:
        term, outcome = put_term(entry, stored.get(entry["slug"]))
        stored[term.slug] = term
        outcomes.append(outcome)
    for entry in entries:
        term = stored[entry["slug"]]
        wanted = {stored[slug].pk for slug in entry["related"] if slug in stored}
        if not wanted <= {related.pk for related in term.related.all()}:
            term.related.add(*wanted)
    return outcomes


def put_term(entry: dict[str, Any], term: GlossaryTerm | None) -> tuple[GlossaryTerm, Outcome]:
    """One term, saved if something of it is new."""
    values = {
        "term": entry["term"],
        "acronym": entry["acronym"],
        "variants": "\n".join(entry["variants"]),
        "definition": entry["definition"],
        "more": clean(entry["more"]),
        "source_urls": "\n".join(entry["sources"]),
    }
    if term is None:
        return GlossaryTerm.objects.create(slug=entry["slug"], **values), Outcome.CREATED
    if all(getattr(term, name) == value for name, value in values.items()):
        return term, Outcome.KEPT
    for name, value in values.items():
        setattr(term, name, value)
    term.save()
    return term, Outcome.UPDATED
