"""Measure how good the search is on the graded queries of `fixtures/relevance`."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from search.backends.base import IndexingFailed, SearchUnavailable
from search.evaluation import report
from search.evaluation.agreement import compare_facets, compare_rankings, facet_queries
from search.evaluation.baselines import sqlite_full_text
from search.evaluation.corpus import Corpus, CorpusError, load_corpus
from search.evaluation.judging import (
    CATEGORIES,
    GradedQuery,
    Half,
    Judgement,
    as_readers_do,
    chosen,
    judge,
    load_queries,
)
from search.evaluation.scratch import EMBEDDED, Scratch, filled, plain_query, pointed_at
from search.rules import active_rules

BASELINE_SQLITE = "SQLite full text"
BASELINE_ELASTICSEARCH = "multi_match french"


class Command(BaseCommand):
    """`search_evaluate`: readers' own search, on an index made for the purpose and removed."""

    help = "Mesure la pertinence de la recherche sur les requêtes notées de fixtures/relevance."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which engines, which queries, how much to say."""
        parser.add_argument(
            "--backend",
            action="append",
            help="tantivy (par défaut) ou elasticsearch://hôte:port/préfixe ; deux fois pour comparer.",
        )
        parser.add_argument("--category", choices=CATEGORIES, default="")
        parser.add_argument("--half", choices=[half.value for half in Half], default=Half.ALL.value)
        parser.add_argument(
            "--verbose",
            action="store_true",
            help="Dire ce qui est venu, et ce qui aurait dû venir.",
        )
        parser.add_argument(
            "--output", type=Path, help="Écrire aussi les résultats dans ce fichier."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure, print, and write if asked."""
        try:
            corpus = load_corpus()
            queries = chosen(load_queries(), Half(options["half"]), options["category"])
            parts = self.measure(
                options["backend"] or [EMBEDDED], corpus, queries, options["verbose"]
            )
        except (CorpusError, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from error
        except (SearchUnavailable, IndexingFailed) as error:
            raise CommandError(_("Le moteur ne répond pas : %s") % error) from error
        heading = (
            f"{len(corpus.documents)} cases, {len(queries)} queries ({options['half']}), "
            f"{len(active_rules())} synonym rules in force."
        )
        results = "\n\n".join([heading, *parts])
        self.stdout.write(results)
        if options["output"]:
            report.write(options["output"], results)

    def measure(
        self,
        backends: Sequence[str],
        corpus: Corpus,
        queries: Sequence[GradedQuery],
        is_verbose: bool,
    ) -> list[str]:
        """Every part of the report, in order."""
        parts: list[str] = []
        judged: dict[str, list[Judgement]] = {}
        plain: dict[str, list[Judgement]] = {}
        with ExitStack() as stack:
            engines = [stack.enter_context(filled(backend, corpus)) for backend in backends]
            for engine in engines:
                with pointed_at(engine.url), plain_query(engine, corpus) as compared:
                    judgements = judge(queries, as_readers_do(corpus.slugs))
                    if compared:
                        plain[BASELINE_ELASTICSEARCH] = judge(queries, compared)
                name = (
                    engine.name if engine.name not in judged else f"{engine.name} {len(judged) + 1}"
                )
                judged[name] = judgements
                parts.append(f"### {name}\n\n{report.scores_table(judgements)}")
                if is_verbose:
                    parts.append(report.failures(judgements))
            plain[BASELINE_SQLITE] = judge(queries, sqlite_full_text(corpus))
            parts.append(f"### Side by side\n\n{report.comparison_table({**judged, **plain})}")
            if len(judged) > 1:
                parts.append(f"### Agreement\n\n{self.agreement(engines, judged, corpus)}")
        return parts

    def agreement(
        self,
        engines: Sequence[Scratch],
        judged: dict[str, list[Judgement]],
        corpus: Corpus,
    ) -> str:
        """How alike the first two engines answer."""
        one, other = engines[:2]
        names = list(judged)[:2]
        rankings = compare_rankings(judged[names[0]], judged[names[1]])
        facets = compare_facets(one.backend, other.backend, facet_queries(corpus.documents))
        return "\n\n".join(
            [
                report.ranking_agreement(names, rankings),
                report.facet_agreement(facets),
            ]
        )
