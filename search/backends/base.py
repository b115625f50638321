"""The contract of a search engine. tests/search/backends/contract.py holds every engine to it.

Must not name an engine, nor read the database.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from search.documents import SearchDocument
from search.meaning import Meaning, read
from search.query import SearchQuery
from search.results import PassageResults, SearchResults, SuggestedTitle, page_count


class SearchUnavailable(Exception):
    """The engine cannot answer now: it is down, slow, partial, or has no index yet."""


class IndexingFailed(Exception):
    """The engine took nothing, or not everything: what it did not take must be sent again."""


class IndexOutdated(IndexingFailed):
    """There is no index, or one built by other definitions than today's: it must be rebuilt."""


@dataclass(frozen=True)
class Health:
    """What operators need to know of an engine."""

    available: bool
    current: bool
    """Whether the index was built by today's definitions."""
    documents: int
    detail: str = ""


class SearchBackend(ABC):
    """A search engine holding one index of cases and passages.

    Safe to use from several threads and processes.
    """

    holds_vectors = False
    """Whether it finds by nearness of vectors itself."""

    def search(self, query: SearchQuery, meaning: Meaning | None = None) -> SearchResults:
        """The cases that `query` asks for; a page beyond the last becomes the last.

        `meaning` is what its words are understood to mean, by default what they say by themselves.
        Raises `SearchUnavailable`.
        """
        meaning = meaning or replace(read(query.text), leanings=query.leanings)
        results = self._search(query, meaning)
        last = page_count(results.total)
        if query.page > last:
            results = self._search(replace(query, page=last), meaning)
        return results

    @abstractmethod
    def _search(self, query: SearchQuery, meaning: Meaning) -> SearchResults:
        """Answer for exactly the page that `query` asks."""

    @abstractmethod
    def ranking(self, meaning: Meaning, limit: int) -> tuple[int, ...]:
        """The first cases that speak of `meaning`, best first, without anything that is shown of them.

        Raises `SearchUnavailable`.
        """

    def nearest(self, vector: Sequence[float], limit: int) -> tuple[int, ...]:
        """The cases whose vectors are nearest, nearest first; only where `holds_vectors`."""
        raise NotImplementedError

    @abstractmethod
    def find_passages(
        self, meaning: Meaning, units: Collection[str] = (), start: int = 0, limit: int = 10
    ) -> PassageResults:
        """Passages that speak of `meaning`, the best first; counts are of every unit.

        `units` narrows the hits and the total. Raises `SearchUnavailable`.
        """

    @abstractmethod
    def suggest(self, words: Sequence[str], limit: int) -> tuple[SuggestedTitle, ...]:
        """Titles and headings with all of `words` (folded), of which the last may be unfinished.

        Raises `SearchUnavailable`.
        """

    @abstractmethod
    def similar_words(self, words: Collection[str]) -> Mapping[str, Mapping[str, int]]:
        """Words that look like those of `words` (folded) that no document holds in any form.

        By misspelled word, with how many documents hold each look-alike.
        Raises `SearchUnavailable`.
        """

    @abstractmethod
    def related(self, page_id: int, limit: int) -> tuple[int, ...]:
        """Cases that resemble a case by their words and by what they are filed under, best first.

        Never the case itself; nothing when it is not in the index. Raises `SearchUnavailable`.
        """

    @abstractmethod
    def index(self, documents: Sequence[SearchDocument]) -> Mapping[int, str]:
        """Make `documents` all that is held of their pages, unless a greater version is there.

        Returns what failed, by page. Raises `IndexOutdated` or `IndexingFailed` when nothing could
        be stored at all.
        """

    @abstractmethod
    def delete(self, page_ids: Collection[int], version: int) -> Mapping[int, str]:
        """Remove all that is held of pages, unless a greater version is there; absent ones are fine.

        As `index`.
        """

    @abstractmethod
    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Build a new index beside the present one, then put it in its place in one step.

        Searches are answered by the old index until then. Returns the number of documents.
        """

    @abstractmethod
    def documents_digest(self) -> dict[str, str]:
        """The content hash of every stored document, by key."""

    @abstractmethod
    def is_current(self) -> bool:
        """Whether there is an index, built by today's definitions."""

    @abstractmethod
    def health(self) -> Health:
        """The engine's state; never raises."""

    @abstractmethod
    def refresh(self) -> None:
        """Make everything stored so far searchable now; only tests need to hurry."""
