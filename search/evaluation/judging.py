"""Graded queries, the rankings that a search gives them, and the scores of these by category.

Must not know an engine by name: a search is whatever answers a `SearchQuery` with a `Ranking`.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from search.answering import answer
from search.backends.base import SearchUnavailable
from search.evaluation.corpus import RELEVANCE_FOLDER
from search.evaluation.metrics import mean, ndcg, recall, reciprocal_rank
from search.query import SearchQuery

QUERIES_FILE = RELEVANCE_FOLDER / "queries.json"
NOTHING = "nothing"
CATEGORIES = (
    "exact",
    "inflection",
    "accents-elision",
    "typo",
    "acronym-synonym",
    "multi-word",
    "question",
    "territory",
    "phrase",
    "passing-mention",
    "facet-text",
    NOTHING,
)
GOOD_NDCG = 0.999
ATTEMPTS = 5
PAUSE = 1.5
"""Seconds; the client of a server does without it for one second after a failure."""

Result = TypeVar("Result")


class Half(StrEnum):
    """Which queries are judged: those that weights were chosen by, the others, or all."""

    TUNING = "tuning"
    HELD_OUT = "held-out"
    ALL = "all"


@dataclass(frozen=True)
class GradedQuery:
    """What a reader asks, and how useful each case is to them: 3, 2 or 1; others are of no use."""

    category: str
    text: str
    grades: Mapping[str, int]
    values: Mapping[str, tuple[str, ...]]

    @property
    def half(self) -> Half:
        """Drawn from the query itself, so that a new one moves no other."""
        asked = json.dumps([self.text, self.values], sort_keys=True, ensure_ascii=False)
        is_even = sha256(asked.encode()).digest()[0] % 2 == 0
        return Half.TUNING if is_even else Half.HELD_OUT

    @property
    def query(self) -> SearchQuery:
        """As it comes from an address."""
        return SearchQuery(self.text, self.values)

    def __str__(self) -> str:
        chosen = [f"{name}={value}" for name, values in self.values.items() for value in values]
        return " ".join([self.text, *(f"[{choice}]" for choice in chosen)])


@dataclass(frozen=True)
class Ranking:
    """The first results, and how many there are."""

    slugs: tuple[str, ...]
    total: int


Searcher = Callable[[SearchQuery], Ranking]


@dataclass(frozen=True)
class Judgement:
    """What one search made of one query."""

    graded: GradedQuery
    ranking: Ranking

    @property
    def ndcg(self) -> float:
        """How good the first ten are."""
        return ndcg(self.ranking.slugs, self.graded.grades)

    @property
    def reciprocal_rank(self) -> float:
        """How soon the first useful case comes."""
        return reciprocal_rank(self.ranking.slugs, self.graded.grades)

    @property
    def recall(self) -> float:
        """How many useful cases are among the first twenty."""
        return recall(self.ranking.slugs, self.graded.grades)

    @property
    def is_about_nothing(self) -> bool:
        """Whether the right answer is that there is none."""
        return not self.graded.grades

    @property
    def is_perfect(self) -> bool:
        """Whether nothing could be better."""
        if self.is_about_nothing:
            return self.ranking.total == 0
        return self.ndcg >= GOOD_NDCG


@dataclass(frozen=True)
class Scores:
    """The averages over some judgements; none where no query asks for it."""

    queries: int
    ndcg: float | None
    reciprocal_rank: float | None
    recall: float | None
    zero_results: float | None
    """How often nothing comes where there is nothing."""

    @classmethod
    def of(cls, judgements: Sequence[Judgement]) -> "Scores":
        """Average each measure over the queries that it makes sense for."""
        about = [judgement for judgement in judgements if not judgement.is_about_nothing]
        nothing = [judgement for judgement in judgements if judgement.is_about_nothing]
        return cls(
            queries=len(judgements),
            ndcg=mean([judgement.ndcg for judgement in about]),
            reciprocal_rank=mean([judgement.reciprocal_rank for judgement in about]),
            recall=mean([judgement.recall for judgement in about]),
            zero_results=mean([float(judgement.is_perfect) for judgement in nothing]),
        )


def load_queries(file: Path = QUERIES_FILE) -> tuple[GradedQuery, ...]:
    """Every graded query, in the order of the file."""
    return tuple(_read(row) for row in json.loads(file.read_text(encoding="utf-8")))


def _read(row: Mapping[str, Any]) -> GradedQuery:
    values = {name: tuple(chosen) for name, chosen in row.get("values", {}).items()}
    return GradedQuery(row["category"], row["text"], row["grades"], values)


def chosen(
    queries: Iterable[GradedQuery], half: Half = Half.ALL, category: str = ""
) -> list[GradedQuery]:
    """Those of one half and one category."""
    return [
        query
        for query in queries
        if half in {Half.ALL, query.half} and category in {"", query.category}
    ]


def judge(queries: Iterable[GradedQuery], search: Searcher) -> list[Judgement]:
    """Ask every query."""
    return [Judgement(graded, search(graded.query)) for graded in queries]


def by_category(judgements: Sequence[Judgement]) -> dict[str, Scores]:
    """Scores of each category that has a query, in their order."""
    return {
        category: Scores.of(some)
        for category in CATEGORIES
        if (some := [one for one in judgements if one.graded.category == category])
    }


def as_readers_do(slugs: Mapping[int, str]) -> Searcher:
    """The search of the site itself, understanding included, on the engine that the settings name."""

    def search(query: SearchQuery) -> Ranking:
        results = patiently(lambda: answer(query).results)
        return Ranking(tuple(slugs[hit.page_id] for hit in results.hits), results.total)

    return search


def patiently(ask: Callable[[], Result]) -> Result:
    """What `ask` returns, asked again while the engine is late: a measure is not a reader.

    Raises `SearchUnavailable` when it never answers.
    """
    for _attempt in range(ATTEMPTS - 1):
        try:
            return ask()
        except SearchUnavailable:
            time.sleep(PAUSE)
    return ask()
