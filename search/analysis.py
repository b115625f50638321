"""One definition of how French text becomes words, for both engines.

Elision goes, case and accents are folded, stop words go, the Snowball stemmer ends. What each engine
is given follows from the constants below; nothing else may describe the analysis.
"""

import re
import unicodedata
from functools import cache
from typing import Any

import tantivy
from elasticsearch import dsl

STEMMED = "french_stemmed"
EXACT = "french_exact"
"""Folded like the other, neither stemmed nor stripped of stop words."""

ARTICLES = ("c", "d", "j", "jusqu", "l", "lorsqu", "m", "n", "puisqu", "qu", "quoiqu", "s", "t")
APOSTROPHES = "'’"

JOINERS = "._:,;·\u202f"
"""Signs that join words for Elasticsearch's tokenizer (Unicode rules) and part them for a reader."""

_STOP_WORDS = """
a ai as au aucun aussi autre aux avec avoir c ce ceci cela celle celles celui ces cet cette ceux ci
comme d dans de des donc du elle elles en encore est et etait etaient etant etre eu eux fait fut il
ils j je l la le les leur leurs lui m ma mais me meme memes mes moi mon n ne nos notre nous on ont or
ou par pas peu plus pour puis qu quand que quel quelle quelles quels qui quoi s sa sans se sera ses si
soit son sont sous sur t ta te tes toi ton tous tout toute toutes tres tu un une vers vos votre vous y
"""
STOP_WORDS = tuple(_STOP_WORDS.split())
"""Words that tell nothing, folded. "Été" is not among them: it is a season before it is a verb."""

MAX_TERMS = 20

ELIDED = rf"(?i:\b(?:{'|'.join(ARTICLES)})[{APOSTROPHES}])"
_WORD = re.compile(rf"(?P<elided>{ELIDED})|[^\W_]+(?:[{APOSTROPHES}][^\W_]+)*")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "’": "'"})


_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\ue000-\uf8ff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)


def visible_text(text: str) -> str:
    """Composed form, single spaces, and no control, surrogate, invisible or private character."""
    return " ".join(
        _INVISIBLE.sub("", " ".join(unicodedata.normalize("NFC", text).split())).split()
    )


def fold(text: str) -> str:
    """Lower case without accents: what a reader types in a hurry."""
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def query_terms(text: str) -> tuple[str, ...]:
    """The distinct words worth searching in `text`, at most `MAX_TERMS`.

    Stop words are left out, unless there is nothing else.
    """
    words = [match[0] for match in _WORD.finditer(text) if not match["elided"]]
    distinct = list(dict.fromkeys(fold(word) for word in words))
    telling = [word for word in distinct if word not in STOP_WORDS]
    return tuple((telling or distinct)[:MAX_TERMS])


def required_terms(count: int) -> int:
    """How many of `count` searched words a document must hold: all of two, most of many."""
    if count <= 2:
        return count
    return count - 1 if count <= 4 else -(-count * 7 // 10)


# --- Tantivy


@cache
def tantivy_analyzers() -> dict[str, tantivy.TextAnalyzer]:
    """Both analyzers by name. An elided article is a token of its own, removed as a stop word."""
    letters = r"[\p{L}\p{N}\p{M}]+"
    tokens = rf"{ELIDED}|{letters}(?:[{APOSTROPHES}]{letters})*"
    elided = [f"{article}'" for article in ARTICLES]

    def builder(stop_words: list[str]) -> tantivy.TextAnalyzerBuilder:
        return (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(tokens))
            .filter(tantivy.Filter.remove_long(255))
            .filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.ascii_fold())
            .filter(tantivy.Filter.custom_stopword(stop_words))
        )

    stemmed = builder(elided + list(STOP_WORDS)).filter(tantivy.Filter.stemmer("french"))
    return {STEMMED: stemmed.build(), EXACT: builder(elided).build()}


# --- Elasticsearch


def elasticsearch_analyzers() -> dict[str, Any]:
    """Both analyzers by name, as typed definitions that a mapping refers to."""
    parted = dsl.char_filter(
        "parted", "mapping", mappings=[f"\\u{ord(joiner):04x}=>\\u0020" for joiner in JOINERS]
    )
    elision = dsl.token_filter(
        "french_elision", "elision", articles=list(ARTICLES), articles_case=True
    )
    stop = dsl.token_filter("french_stop", "stop", stopwords=list(STOP_WORDS))
    stemmer = dsl.token_filter("french_stemmer", "stemmer", language="french")
    folded = [elision, "lowercase", "asciifolding"]
    return {
        STEMMED: dsl.analyzer(
            STEMMED, tokenizer="standard", char_filter=[parted], filter=[*folded, stop, stemmer]
        ),
        EXACT: dsl.analyzer(EXACT, tokenizer="standard", char_filter=[parted], filter=folded),
    }
