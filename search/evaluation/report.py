"""Scores and agreements as Markdown, for a terminal and for the documentation.

Must not measure anything.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from search.evaluation.agreement import FacetAgreement, RankingAgreement
from search.evaluation.judging import Judgement, Scores, by_category

BEGIN, END = "<!-- results:begin -->", "<!-- results:end -->"
SHOWN = 10


def table(rows: Sequence[Sequence[str]]) -> str:
    """Markdown whose columns are also straight on a terminal; the first row is the heading."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    rule = "| " + " | ".join("-" * width for width in widths) + " |"
    return "\n".join([lines[0], rule, *lines[1:]])


def figure(value: float | None) -> str:
    """Three decimals, or a dash where nothing was measured."""
    return "–" if value is None else f"{value:.3f}"


def scores_table(judgements: Sequence[Judgement]) -> str:
    """One line for each category, one for all."""
    heading = ["category", "queries", "nDCG@10", "MRR", "recall@20", "zero-result"]
    lines = [
        _line(name, scores)
        for name, scores in [*by_category(judgements).items(), ("all", Scores.of(judgements))]
    ]
    return table([heading, *lines])


def _line(name: str, scores: Scores) -> list[str]:
    measures = (scores.ndcg, scores.reciprocal_rank, scores.recall, scores.zero_results)
    return [name, str(scores.queries), *map(figure, measures)]


def comparison_table(searches: Mapping[str, Sequence[Judgement]]) -> str:
    """nDCG@10 of several searches side by side, by category; zero-result accuracy at the end."""
    scores = {name: by_category(judgements) for name, judgements in searches.items()}
    whole = {name: Scores.of(judgements) for name, judgements in searches.items()}
    categories = [name for name in next(iter(scores.values())) if _has_ndcg(scores, name)]
    rows = [["nDCG@10", *searches]]
    rows += [
        [name, *(figure(scores[search][name].ndcg) for search in searches)] for name in categories
    ]
    rows.append(["all", *(figure(whole[search].ndcg) for search in searches)])
    rows.append(["zero-result", *(figure(whole[search].zero_results) for search in searches)])
    return table(rows)


def _has_ndcg(scores: Mapping[str, Mapping[str, Scores]], category: str) -> bool:
    return any(found[category].ndcg is not None for found in scores.values())


def ranking_agreement(names: Sequence[str], found: RankingAgreement) -> str:
    """In words, with the queries answered least alike."""
    lines = [
        f"{' / '.join(names)}, {found.queries} queries: first-20 overlap {figure(found.overlap)}, "
        f"Spearman {figure(found.spearman)}, Kendall {figure(found.kendall)} (of shared cases)."
    ]
    lines += [f"- {value:.2f} {name}" for value, name in found.furthest]
    return "\n".join(lines)


def facet_agreement(found: FacetAgreement) -> str:
    """In words, with some of the queries on which engines differ."""
    lines = [
        f"Queries by facets alone: {found.same} of {found.queries} with the same cases and counts."
    ]
    lines += [f"- {query}" for query in found.different[:SHOWN]]
    return "\n".join(lines)


def failures(judgements: Iterable[Judgement]) -> str:
    """For each imperfect query: what came, and what should have."""
    return "\n".join(_failure(judgement) for judgement in judgements if not judgement.is_perfect)


def _failure(judgement: Judgement) -> str:
    graded, ranking = judgement.graded, judgement.ranking
    lines = [f"[{graded.category}] {graded}  nDCG {judgement.ndcg:.3f}, {ranking.total} found"]
    for slug in ranking.slugs[:SHOWN]:
        lines.append(f"    {graded.grades.get(slug, 0)} {slug}")
    late = [
        (grade, slug) for slug, grade in graded.grades.items() if slug not in ranking.slugs[:SHOWN]
    ]
    for grade, slug in sorted(late, key=lambda pair: -pair[0]):
        rank = ranking.slugs.index(slug) + 1 if slug in ranking.slugs else None
        lines.append(f"  < {grade} {slug} ({f'rank {rank}' if rank else 'missing'})")
    return "\n".join(lines)


def write(file: Path, results: str) -> None:
    """Put `results` between the marks of `file`; a file without marks, or a new one, is replaced."""
    text = f"{BEGIN}\n{results}\n{END}\n"
    if file.exists():
        before, begin, rest = file.read_text(encoding="utf-8").partition(BEGIN)
        _old, end, after = rest.partition(END)
        if begin and end:
            text = f"{before}{BEGIN}\n{results}\n{END}{after}"
    file.write_text(text, encoding="utf-8")
