"""One spelling for every way of writing a French place name, so that people find it.

It must stay free of Django: the build scripts of the reference files use it too.
"""

import re
import unicodedata
from typing import Final

_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae"})
_ABBREVIATIONS: Final = {"st": "saint", "ste": "sainte"}


def name_key(text: str) -> str:
    """Return ``text`` in lower case, without accents or punctuation, saints spelled out.

    Articles are kept ("la rochelle"): they tell places apart. Applying it twice changes nothing.
    """
    # Two rounds: some characters only reveal an upper-case letter once decomposed.
    folded = text.translate(_LIGATURES)
    for _ in range(2):
        folded = unicodedata.normalize("NFKD", folded).casefold()
    letters = (
        character if character.isalnum() else " "
        for character in unicodedata.normalize("NFKD", folded)
        if not unicodedata.combining(character)
    )
    words = "".join(letters).split()
    return " ".join(_ABBREVIATIONS.get(word, word) for word in words)


_LEVELS: Final = re.compile(
    r"^(?:CC|CA|CU)\s+|^Métropole\s+(?:Européenne\s+)?|^République\s+et\s+canton\s+"
    r"|\s+(?:Métropole|Agglomération|Méditerranée)$",
    re.I,
)
_ARTICLES: Final = re.compile(r"^(?:de\s+(?=la\s+)|de\s+|du\s+|des\s+|d')", re.I)


def short_name(name: str) -> str:
    """Return the place a territory is named after, for a map: "CU du Grand Poitiers" is "Grand Poitiers"."""
    place = name
    while (shorter := _LEVELS.sub("", place).strip()) != place:
        place = shorter
    place = _ARTICLES.sub("", place) if place != name else place
    return place[:1].upper() + place[1:] if place else name
