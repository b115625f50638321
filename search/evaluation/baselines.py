"""What a site would have without an engine of its own: SQLite's full text, as a point of comparison.

The other point of comparison, a plain query to Elasticsearch, is in `search.backends`.
"""

import sqlite3
from collections.abc import Sequence

from search.analysis import words_of
from search.documents import CaseDocument
from search.evaluation.corpus import Corpus
from search.evaluation.judging import Ranking, Searcher
from search.facets import BY_PARAMETER
from search.query import PAGE_SIZE, SearchQuery
from search.ranking import TEXT_FIELDS


def sqlite_full_text(corpus: Corpus) -> Searcher:
    """FTS5 in memory: accents folded, any of the words, ranked by BM25, no weight on any field."""
    database = sqlite3.connect(":memory:")
    columns = ", ".join(TEXT_FIELDS)
    database.execute(
        f"CREATE VIRTUAL TABLE cases USING fts5({columns}, tokenize='unicode61 remove_diacritics 2')"
    )
    marks = ", ".join("?" * (len(TEXT_FIELDS) + 1))
    database.executemany(
        f"INSERT INTO cases (rowid, {columns}) VALUES ({marks})",  # noqa: S608 - our own field names
        [(document.page_id, *document.texts().values()) for document in corpus.documents],
    )

    def search(query: SearchQuery) -> Ranking:
        asked = " OR ".join(f'"{word}"' for word in words_of(query.text))
        if not asked:
            return Ranking((), 0)
        rows = database.execute(
            "SELECT rowid FROM cases WHERE cases MATCH ? ORDER BY bm25(cases), rowid", [asked]
        )
        kept = _matching(query, corpus.documents)
        found = [page_id for (page_id,) in rows if page_id in kept]
        return Ranking(tuple(corpus.slugs[page_id] for page_id in found[:PAGE_SIZE]), len(found))

    return search


def _matching(query: SearchQuery, documents: Sequence[CaseDocument]) -> set[int]:
    """Documents that bear a chosen value of every facet."""
    return {
        document.page_id
        for document in documents
        if all(
            set(values) & set(document.facets[BY_PARAMETER[parameter].field])
            for parameter, values in query.values.items()
        )
    }
