"""Which words are French, and which belong to one family though the stemmer leaves them apart.

Must not know an engine, nor the database.
"""

import gzip
import json
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

from search.analysis import fold, stem

_INFLECTIONS: tuple[str, ...] = ("", "e", "es", "er", "ee", "ees", "ent")
_PARTICIPLES: tuple[str, ...] = ("u", "us", "ue", "ues")
_DERIVATIONS = ("er", "ir", "re", "e", "ation", "age", "eur", "euse", "ement", "u", "ure", "ance")
_DERIVED = re.compile(
    r"(?:isations?|ations?|ateurs?|atrices?|ages?|eurs?|euses?|ements?|ments?|ures?|ances?|antes?|ants?)$"
)
_VERBAL = re.compile(r"(?:ees|ee|es|er|ent|ez|e|re|ir|ues|ue|us|u)$")
SHORTEST_ROOT = 3
SHORTEST_FAMILY = 4


@lru_cache(maxsize=20_000)
def inflections(word: str) -> tuple[str, ...]:
    """Forms of a folded word that the stemmer does not bring back to its stem.

    Without accents it takes "élus" for another word than "élu", "mutualisée" than "mutualisé".
    """
    if word.endswith(_PARTICIPLES):
        root, endings = re.sub(r"ues?$|us?$", "", word), _PARTICIPLES
        shortest = SHORTEST_ROOT - 1
    else:
        root, endings = re.sub(r"(?:ees|ee|es|er|ent|e|s)$", "", word), _INFLECTIONS
        shortest = SHORTEST_ROOT
    if len(root) < shortest or not root.isalpha():
        return ()
    return _strangers(word, (root + ending for ending in endings))


@lru_cache(maxsize=20_000)
def relatives(word: str) -> tuple[str, ...]:
    """Words of the same family by their endings: "former" and "formation", "baliser" and "balisage"."""
    derived = _DERIVED.search(word)
    root = word[: derived.start()] if derived else _VERBAL.sub("", word)
    if len(root) < SHORTEST_FAMILY or not root.isalpha() or (root == word):
        return ()
    forms = (root + ending for ending in _DERIVATIONS)
    return _strangers(word, (form for form in forms if is_french(form)))


def _strangers(word: str, forms: Iterable[str]) -> tuple[str, ...]:
    """Of forms with the same stem one is enough, and none of those that the word's own stem finds."""
    by_stem = {stem(form): form for form in forms}
    own = {stem(word)}
    return tuple(form for found, form in by_stem.items() if found not in own)


def is_french(word: str) -> bool:
    """Whether a folded word is one of the language's 140,000 most used."""
    known = _french_words()
    number = hash(word)
    rank = bisect_left(known, number)
    return rank < len(known) and known[rank] == number


@lru_cache(maxsize=2_000)
def accented(word: str) -> str:
    """The most used French spelling of a folded word; the word itself when French does not know it."""
    letters = "".join(_SPELLINGS.get(letter, re.escape(letter)) for letter in word)
    found = re.search(f"\n{letters}\n", _french_text())
    return found[0].strip() if found else word


_SPELLINGS = {
    "a": "[aàâä]", "c": "[cç]", "e": "[eéèêë]", "i": "[iîï]", "o": "[oôö]", "u": "[uùûü]"
}  # fmt: skip


@cache
def _french_text() -> str:
    """Every word on its own line, the most used first."""
    packed = files("spellchecker").joinpath("resources/fr.json.gz").read_bytes()
    counts: dict[str, int] = json.loads(gzip.decompress(packed))
    words = sorted(counts, key=lambda word: -counts[word])
    return "\n".join(["", *words, ""])


@cache
def _french_words() -> "array[int]":
    """One number for each word: a megabyte, where a set of them would take fifteen."""
    return array("q", sorted({hash(fold(word)) for word in _french_text().split("\n")}))
