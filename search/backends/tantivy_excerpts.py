"""Marks the searched words in what Tantivy's hits show."""

from collections.abc import Sequence

from tantivy import Document, Occur, Query, Schema, Searcher, SnippetGenerator

from search import analysis
from search.backends.tantivy_fields import exact
from search.meaning import Meaning
from search.results import MARK_END, MARK_START

EXCERPT_LENGTH = 230
MAX_MARKED_PREFIXED = 20
"""How many words that begin as asked are looked for in excerpts."""


class Excerpts:
    """Marks in titles and excerpts what a meaning searches."""

    def __init__(
        self, searcher: Searcher, fields: Schema, meaning: Meaning, names: Sequence[str]
    ) -> None:
        self.analyzer = analysis.tantivy_analyzers()[analysis.STEMMED]
        words = list(meaning.searched_words)
        for start in meaning.prefixes:
            for name in names:
                found = searcher.terms_with_prefix(exact(name), start, limit=MAX_MARKED_PREFIXED)
                words += [word for word, _count in found]
        self.stems = {stem for word in words for stem in self.analyzer.analyze(word)}
        self.generators: dict[str, SnippetGenerator] = {}
        for name in names if self.stems else ():
            asked = [
                (Occur.Should, Query.term_query(fields, name, stem)) for stem in sorted(self.stems)
            ]
            generator = SnippetGenerator.create(searcher, Query.boolean_query(asked), fields, name)
            generator.set_max_num_chars(EXCERPT_LENGTH)
            self.generators[name] = generator

    def whole(self, text: str) -> str:
        """The whole text: the engine's own fragments lose the signs at both ends."""
        pieces, position = [], 0
        for token in self.analyzer.pre_tokenize(text).tokens if self.stems else ():
            if token.text in self.stems:
                start, end = token.char_offset_from, token.char_offset_to
                pieces += [text[position:start], MARK_START, text[start:end], MARK_END]
                position = end
        return "".join([*pieces, text[position:]])

    def best(self, document: Document) -> str:
        """The most telling lines of the first field that has a searched word."""
        for name, generator in self.generators.items():
            snippet = generator.snippet_from_doc(document)
            ranges = snippet.highlighted()
            if ranges:
                return _marked_fragment(
                    snippet.fragment(),
                    [(r.start, r.end) for r in ranges],
                    document.get_first(name) or "",
                )
        return ""


def _marked_fragment(fragment: str, ranges: list[tuple[int, int]], text: str) -> str:
    """A fragment with sentinels around `ranges`, which count bytes, and dots where text was cut."""
    raw = fragment.encode()
    pieces, position = [], 0
    for start, end in ranges:
        pieces += [raw[position:start].decode(), MARK_START, raw[start:end].decode(), MARK_END]
        position = end
    pieces.append(raw[position:].decode())
    before = "" if text.startswith(fragment) else "… "
    after = "" if text[text.find(fragment) + len(fragment) :].strip(" .!?»)") == "" else "…"
    return before + "".join(pieces) + after
