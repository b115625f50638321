"""The one way from a query to its results, for pages, feeds, alerts and exports alike."""

from dataclasses import dataclass, replace

from search.backends import get_backend
from search.meaning import Meaning
from search.query import SearchQuery
from search.results import SearchResults
from search.semantics import FUSED, fused, nearest_to_text
from search.synonyms import SynonymIndex
from search.understanding import Understood, understand


@dataclass(frozen=True)
class Answer:
    """What was found, and how the query was understood."""

    understood: Understood
    results: SearchResults


def answer(query: SearchQuery, synonyms: SynonymIndex | None = None) -> Answer:
    """Cases that answer `query`, whose facets were recognized already. Raises `SearchUnavailable`.

    `synonyms` take the place of the rules in force, to show what a rule would change.
    """
    understood = understand(query, synonyms)
    if understood.meaning.is_question and not understood.meaning.has_operators:
        understood = replace(understood, meaning=_joined_by_meaning(query, understood.meaning))
    return Answer(understood, get_backend().search(query, understood.meaning))


def _joined_by_meaning(query: SearchQuery, meaning: Meaning) -> Meaning:
    """A question is also answered by cases that say it in other words."""
    near = nearest_to_text(query.text)
    if not near:
        return meaning
    by_words = get_backend().ranking(meaning, FUSED)
    return replace(meaning, first=tuple(fused(by_words, near)))
