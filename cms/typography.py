"""French typography, applied when text is shown and never to what is stored.

Authors type plain spaces and straight apostrophes; readers get narrow no-break spaces before high
punctuation, no-break spaces inside guillemets and between a number and its unit, and curly
apostrophes. Search sees the stored text and ignores all of it.
"""

import re
from functools import lru_cache

NARROW = "\N{NARROW NO-BREAK SPACE}"
NO_BREAK = "\N{NO-BREAK SPACE}"
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"

MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
UNITS = (
    "€|k€|M€|Md€|millions?|milliards?|habitants?|hab\\.|km|m²|m³|ha|ans?|mois|jours?|heures?|h|min|"
    "jeux|communes|capteurs|bacs|agents|kWh|MWh|GWh|tonnes?|t|Mo|Go"
)

RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=\w)'(?=\w)"), APOSTROPHE),
    (re.compile(r"(?<=\w)'(?=[«“]|\Z)"), APOSTROPHE),
    (re.compile(r"[ \u00a0\u202f]+([;!?%])(?![\w])"), NARROW + r"\1"),
    (re.compile(r"[ \u00a0\u202f]+:(?=\s|$)"), NO_BREAK + ":"),
    (re.compile(r"«[ \u00a0\u202f]*"), "«" + NO_BREAK),
    (re.compile(r"[ \u00a0\u202f]*»"), NO_BREAK + "»"),
    (re.compile(r"(?<=\d)[ \u00a0](?=\d{3}(?!\d))"), NARROW),
    (re.compile(rf"(?<=\d)[ ](?=(?:{UNITS})(?![\w]))"), NO_BREAK),
    (re.compile(rf"\b(\d{{1,2}}|1er)[ ](?=(?:{MONTHS})\b)"), r"\1" + NO_BREAK),
    (re.compile(r"\b(n°|p\.|art\.|article)[ ](?=\d)"), r"\1" + NO_BREAK),
    (re.compile(r"(?<![\w\u2212-])-(?=\d)"), "\N{MINUS SIGN}"),
    (re.compile(r"\b(REX)-(?=\d)"), "\\1\N{NON-BREAKING HYPHEN}"),
)


@lru_cache(maxsize=4096)
def typeset(text: str) -> str:
    """`text` (plain, not HTML) as it should be read in French."""
    for pattern, replacement in RULES:
        text = pattern.sub(replacement, text)
    return text


def number(value: int | float) -> str:
    """A number with narrow spaces between thousands and a decimal comma."""
    if isinstance(value, float) and not value.is_integer():
        whole, _, decimals = f"{value:,.2f}".partition(".")
        return whole.replace(",", NARROW) + "," + decimals
    return f"{int(value):,}".replace(",", NARROW)
