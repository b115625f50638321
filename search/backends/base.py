"""The contract of a search engine. tests/search/backends/contract.py holds every engine to it.

Must not name an engine, nor read the database.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from search.documents import CaseDocument
from search.query import SearchQuery
from search.results import SearchResults, page_count


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
    """A search engine holding one index of cases. Safe to use from several threads and processes."""

    def search(self, query: SearchQuery) -> SearchResults:
        """Answer `query`; a page beyond the last becomes the last. Raises `SearchUnavailable`."""
        results = self._search(query)
        last = page_count(results.total)
        if query.page > last:
            results = self._search(replace(query, page=last))
        return results

    @abstractmethod
    def _search(self, query: SearchQuery) -> SearchResults:
        """Answer `query` for exactly the page it asks."""

    @abstractmethod
    def index(self, documents: Sequence[CaseDocument]) -> Mapping[int, str]:
        """Store `documents`, unless a greater version is there; return what failed, by page.

        Raises `IndexOutdated` or `IndexingFailed` when nothing could be stored at all.
        """

    @abstractmethod
    def delete(self, page_ids: Collection[int], version: int) -> Mapping[int, str]:
        """Remove pages, unless a greater version is there; absent ones are fine. As `index`."""

    @abstractmethod
    def rebuild(self, documents: Iterable[CaseDocument]) -> int:
        """Build a new index beside the present one, then put it in its place in one step.

        Searches are answered by the old index until then. Returns the number of documents.
        """

    @abstractmethod
    def documents_digest(self) -> dict[int, str]:
        """The content hash of every stored document, by page."""

    @abstractmethod
    def is_current(self) -> bool:
        """Whether there is an index, built by today's definitions."""

    @abstractmethod
    def health(self) -> Health:
        """The engine's state; never raises."""

    @abstractmethod
    def refresh(self) -> None:
        """Make everything stored so far searchable now; only tests need to hurry."""
