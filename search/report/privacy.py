"""Which searched words may be kept. Knows neither a reader nor the database.

Words that look like somebody's data are counted, never kept. A bare name cannot be told from
another word: that is why the report lists no query searched only once.
"""

import re
import unicodedata

MAX_KEPT = 120
"""Longer texts are pasted rather than searched, and may hold anything."""

MAX_DIGITS = 7
"""Digits in a row, separators left out: a phone, a date of birth, a card or a SIRET has more."""

_RUN = re.compile(r"\d[\d .,\-–—/()+]*\d")
_YEARS = re.compile(r"(?:19|20)\d\d(?:[ .,\-–—/()+]+(?:19|20)\d\d)*|(?:19|20)\d\d-\d{1,5}")
_PERSONAL = re.compile(
    r"""
    @                                           # an e-mail address or a handle
    | ://|\bwww\.|\.[a-z]{2,}/\S                # an address with a path; "data.gouv.fr" is a word
    | \d{7,}
    | \b\d{1,3}(?:\.\d{1,3}){3}\b               # an IP address
    | \b[a-z]{2}\d{2}(?:[ -]?[a-z\d]{4}){3,}    # an IBAN
    | \b[a-z]{2}-?\d{3}-?[a-z]{2}\b             # a number plate
    | \b(?=\S*\d)[\w-]{25,}                     # a key, a token, an identifier
    | \b(?:mme|mlle|monsieur|madame|mademoiselle)\b|\bm\.\s?\w
    | \b\d{1,4}\s?(?:bis|ter|quater)?,?\s(?:rue|avenue|av|boulevard|bd|allee|impasse|chemin|place
        |quai|route|square|cours|lotissement|ruelle|sente|venelle)\b
    """,
    re.VERBOSE,
)


def may_be_kept(text: str) -> bool:
    """Whether nothing in `text` looks like personal data."""
    if len(text) > MAX_KEPT:
        return False
    plain = _plain(text)
    return not _PERSONAL.search(plain) and not any(map(_too_many_digits, _RUN.findall(plain)))


def _too_many_digits(run: str) -> bool:
    """Years and laws apart: "2024-2026" is a period, "2016-1321" the number of a text."""
    digits = sum(character.isdigit() for character in run)
    return digits > MAX_DIGITS and not _YEARS.fullmatch(run)


def _plain(text: str) -> str:
    """Lower case without accents, and full-width or circled signs as the plain ones they stand for."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
