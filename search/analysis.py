"""One definition of how French text becomes words, for both engines.

Elision goes, case and accents are folded, stop words go, the Snowball stemmer ends. What each engine
is given follows from the constants below; nothing else may describe the analysis.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

import tantivy

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

_QUESTION_WORDS = """
aider aller alors cherche cherchons combien comment concretement connaitre devons devrait dois doit existe existent
faire faisons fallait faut font lesquelles lesquels mettre peut peuvent peux pourquoi pouvons quand
savoir serait sert servent sommes suis trouver utile utiles va venir veut veux viennent vient vont voudrais voulons
"""
QUESTION_WORDS = frozenset(_QUESTION_WORDS.split())
"""Words that ask rather than tell, folded: left out of a question that says anything else."""

_WEAK_WORDS = """
ameliorer chose choses collectivite collectivites commune communes construire creer definir deployer developper donnee donnees elaborer elu elus exemple
exemples gerer idee idees information informations local locale locales locaux lancer mairie mairies mener nouveau nouvelle nouvelles
numerique numeriques outil outils petit petite petites petits politique politiques projet projets public
publics publique publiques realiser reussir service services solution solutions territoire territoires type types usage
usages utilisation utiliser ville villes
"""
WEAK_WORDS = frozenset(_WEAK_WORDS.split())
"""Words that half the library holds: among three or more, they rank but do not narrow."""

_AUXILIARIES = "a ai as ont avait avaient avons avez aura auront aurait ayant"
AUXILIARIES = frozenset(_AUXILIARIES.split())
"""Before "été", they make a verb of the season."""

MAX_TERMS = 20

ELIDED = rf"(?i:\b(?:{'|'.join(ARTICLES)})[{APOSTROPHES}])"
_WORD = re.compile(rf"(?P<elided>{ELIDED})|[^\W_]+(?:[{APOSTROPHES}][^\W_]+)*")
_ELIDED = re.compile(ELIDED)
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


def typed_words(text: str) -> list[str]:
    """Every word of `text` in order as it is written, elided articles left out."""
    return [match[0] for match in _WORD.finditer(text) if not match["elided"]]


def words_of(text: str) -> tuple[str, ...]:
    """Every word of `text` in order, folded, elided articles left out."""
    return tuple(map(fold, typed_words(text)))


def without_elisions(text: str) -> str:
    """`text` without its elided articles, so that "d'eau" and "eau" have the same positions."""
    return _ELIDED.sub("", text) if "'" in text or "’" in text else text


@lru_cache(maxsize=20_000)
def stems(word: str) -> tuple[str, ...]:
    """What one folded word becomes in the stemmed fields; nothing for a stop word."""
    return tuple(tantivy_analyzers()[STEMMED].analyze(word))


def stem(word: str) -> str:
    """The stem by which two forms of one word are the same; a stop word stands for itself."""
    return " ".join(stems(word)) or word


def singular(word: str) -> str:
    """A folded word without the endings of gender and number: two words that differ otherwise are two.

    The stemmer goes further, and takes "stationnement" for "station".
    """
    return word.rstrip("sx").rstrip("e") or word


def is_stop_word(word: str) -> bool:
    """Whether a folded word tells nothing by itself."""
    return word in STOP_WORDS


# --- Tantivy


@cache
def tantivy_analyzers() -> dict[str, tantivy.TextAnalyzer]:
    """Both analyzers by name. The exact one is given text without elisions.

    The stemmed one parts words at apostrophes, after which an article is a stop word: it is several
    times as fast as a pattern, and indexing costs little else.
    """
    letters = r"[\p{L}\p{N}\p{M}]+"
    words = tantivy.Tokenizer.regex(rf"{letters}(?:[{APOSTROPHES}]{letters})*")

    def folding(tokenizer: tantivy.Tokenizer) -> tantivy.TextAnalyzerBuilder:
        return (
            tantivy.TextAnalyzerBuilder(tokenizer)
            .filter(tantivy.Filter.remove_long(255))
            .filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.ascii_fold())
        )

    stemmed = (
        folding(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.custom_stopword([*ARTICLES, *STOP_WORDS]))
        .filter(tantivy.Filter.stemmer("french"))
    )
    return {STEMMED: stemmed.build(), EXACT: folding(words).build()}


# --- Elasticsearch


def elasticsearch_analyzers() -> dict[str, Any]:
    """Both analyzers by name, as typed definitions that a mapping refers to."""
    # On demand: a process that uses the other engine is spared twenty megabytes.
    from elasticsearch import dsl  # noqa: PLC0415

    def parted(name: str, joiners: str) -> Any:
        parting = [f"\\u{ord(joiner):04x}=>\\u0020" for joiner in joiners]
        return dsl.char_filter(name, "mapping", mappings=parting)

    elision = dsl.token_filter(
        "french_elision", "elision", articles=list(ARTICLES), articles_case=True
    )
    stop = dsl.token_filter("french_stop", "stop", stopwords=[*ARTICLES, *STOP_WORDS])
    stemmer = dsl.token_filter("french_stemmer", "stemmer", language="french")
    folded = ["lowercase", "asciifolding"]
    return {
        STEMMED: dsl.analyzer(
            STEMMED,
            tokenizer="standard",
            char_filter=[parted("parted_words", JOINERS + APOSTROPHES)],
            filter=[*folded, stop, stemmer],
        ),
        EXACT: dsl.analyzer(
            EXACT,
            tokenizer="standard",
            char_filter=[parted("parted", JOINERS)],
            filter=[elision, *folded],
        ),
    }
