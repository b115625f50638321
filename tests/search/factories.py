"""Plain documents for engine tests: no database, no page."""

from datetime import UTC, datetime, timedelta
from typing import Any

from search.analysis import visible_text
from search.documents import CaseDocument, PassageDocument

DAY_ONE = datetime(2026, 1, 1, tzinfo=UTC)


def make_document(page_id: int = 1, title: str = "Une expérience", **given: Any) -> CaseDocument:
    """A document; facet values are given by field, as one value or several."""
    texts = {
        name: visible_text(given.pop(name, ""))
        for name in ("summary", "names", "results", "lessons", "body")
    }
    version = given.pop("version", 1)
    published_at = given.pop("published_at", DAY_ONE + timedelta(days=page_id))
    others = {
        name: given.pop(name)
        for name in ("places", "participants", "started", "quarters")
        if name in given
    }
    facets = {
        field: (values,) if isinstance(values, str) else tuple(values)
        for field, values in given.items()
    }
    return CaseDocument(
        page_id=page_id,
        version=version,
        title=visible_text(title),
        facets=facets,
        published_at=published_at,
        **texts,
        **others,
    )


def make_passage(
    page_id: int = 1, heading: str = "Un passage", text: str = "", **given: Any
) -> PassageDocument:
    """A passage of a chapter, unless `unit` says otherwise."""
    return PassageDocument(
        page_id=page_id,
        unit=given.pop("unit", "guide"),
        anchor=given.pop("anchor", ""),
        order=given.pop("order", 1),
        title=given.pop("title", "Un chapitre"),
        heading=visible_text(heading),
        text=visible_text(text),
        version=given.pop("version", 1),
        **given,
    )
